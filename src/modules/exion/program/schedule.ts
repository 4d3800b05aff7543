// SPDX-License-Identifier: Apache-2.0
import { predicates } from '../isa.ts';
import type { BufferMap } from './buffers.ts';
import type { Step } from './emitter.ts';
import { footprint } from './footprint.ts';
import type { Mode } from './modes.ts';
import type { Target } from './target.ts';
import { estimate, unitOf } from './units.ts';

/** A command with its place in the order found. */
export interface Placed extends Step {
  readonly reads: number;
  readonly writes: number;
}

interface Node extends Placed {
  /** In each mode; 0 where it is passed over. */
  readonly cycles: readonly number[];
  /** Units that it occupies, and buffers that it reads and writes, as numbers of their own in each core. */
  readonly resources: readonly number[];
  readonly readKeys: readonly number[];
  readonly writeKeys: readonly number[];
  readonly after: Set<number>;
  waiting: number;
  /** Cycles to the end along the longest way. */
  urgency: number;
}

/**
 * Order of the commands of a segment: keeps every dependence of the order given, and lets commands of different units meet. List
 * scheduling: of the commands whose predecessors are placed, the one that can start first, the most urgent on ties. The start is estimated
 * as the hardware issues: in order, when its units are idle and no command in flight has a buffer that forbids it. All kinds of iterations
 * share the order, so starts and urgencies are means over them, each as often as it occurs.
 */
export function schedule(
  steps: readonly Step[],
  target: Target,
  buffers: BufferMap,
  modes: readonly Mode[],
): readonly Placed[] {
  const nodes = steps.map((step) => nodeOf(step, target, buffers, modes));
  linkDependences(nodes, target);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    let later = 0;
    for (const next of node.after) later = Math.max(later, nodes[next]!.urgency);
    node.urgency = later + modes.reduce((sum, { weight }, mode) => sum + weight * node.cycles[mode]!, 0);
  }
  const weights = modes.map(({ weight }) => weight);
  const found = slacks.map((slack) => listSchedule(nodes, weights, slack));
  return found.reduce((best, each) => (each.cost < best.cost ? each : best)).order;
}

/** How much later than the first one a more urgent command may start; the order with the shortest run is taken. */
const slacks = [0, 32, 128, 512];

function nodeOf(step: Step, target: Target, buffers: BufferMap, modes: readonly Mode[]): Node {
  const { command, chunks } = step;
  const { params: p, cores } = target;
  const unit = ['loader', 'sdue', 'cau', 'epre', 'cfse'].indexOf(unitOf(command.op) ?? '');
  const which = command.all === 1 ? Array.from({ length: cores }, (_, core) => core) : [command.core ?? 0];
  const resources = unit < 0 ? [0] : which.map((core) => 1 + 5 * core + unit);
  const bits = buffers.bits(footprint(command, p, chunks), unit >= 0);
  return {
    ...step,
    ...bits,
    cycles: modes.map(({ runs }) => (runs(command.when ?? predicates.always) ? estimate(command, p) : 0)),
    resources,
    readKeys: keysOf(which, bits.reads),
    writeKeys: keysOf(which, bits.writes),
    after: new Set(),
    waiting: 0,
    urgency: 0,
  };
}

/** What has touched a cell of a memory since the last write that surely happens. */
interface Cell {
  writers: number[];
  readers: number[];
}

/** Edges from each command to those that must come after it. */
function linkDependences(nodes: readonly Node[], { params: p, cores }: Target): void {
  const touches = nodes.map(({ command, chunks }) => footprint(command, p, chunks));
  // Cells are the ranges between all bounds that occur, so a touch covers whole cells.
  const bounds = new Map<string, number[]>();
  for (const { space, from, count } of touches.flat()) {
    const list = bounds.get(space) ?? [];
    list.push(from, from + count);
    bounds.set(space, list);
  }
  const index = new Map<string, Map<number, number>>();
  for (const [space, list] of bounds) {
    const sorted = [...new Set(list)].sort((a, b) => a - b);
    index.set(space, new Map(sorted.map((place, i) => [place, i])));
  }
  const cells = new Map<string, Cell>();

  nodes.forEach((node, to) => {
    const { all, core = 0, when } = node.command;
    const sure = when === undefined || when === predicates.always;
    const link = (from: number): void => {
      if (from === to || nodes[from]!.after.has(to)) return;
      nodes[from]!.after.add(to);
      node.waiting++;
    };
    for (const { space, from, count, write } of touches[to]!) {
      const shared = space === 'scratch';
      const which = shared ? [0] : all === 1 ? Array.from({ length: cores }, (_, c) => c) : [core];
      const places = index.get(space)!;
      for (const owner of which) {
        for (let at = places.get(from)!; at < places.get(from + count)!; at++) {
          const key = `${space}${owner}:${at}`;
          let cell = cells.get(key);
          if (cell === undefined) cells.set(key, (cell = { writers: [], readers: [] }));
          cell.writers.forEach(link);
          if (!write) {
            cell.readers.push(to);
            continue;
          }
          cell.readers.forEach(link);
          if (sure) [cell.writers, cell.readers] = [[], []];
          cell.writers.push(to);
        }
      }
    }
  });
}

/** In flight in one mode: when a bit of a core was last read and written, in estimated cycles. */
class Flight {
  readonly #mode: number;
  readonly #free = new Map<number, number>();
  readonly #read = new Map<number, number>();
  readonly #written = new Map<number, number>();
  #issued = 0;
  /** When the last command ends. */
  end = 0;

  constructor(mode: number) {
    this.#mode = mode;
  }

  /** Earliest start of a command. */
  start(node: Node): number {
    let time = this.#issued;
    if (node.cycles[this.#mode] === 0) return time;
    const later = (at: number | undefined): void => {
      if (at !== undefined && at > time) time = at;
    };
    for (const unit of node.resources) later(this.#free.get(unit));
    for (const key of node.readKeys) later(this.#written.get(key));
    for (const key of node.writeKeys) {
      later(this.#written.get(key));
      later(this.#read.get(key));
    }
    return time;
  }

  issue(node: Node): void {
    const cycles = node.cycles[this.#mode]!;
    if (cycles === 0) {
      this.#issued += 1;
      return;
    }
    const at = this.start(node);
    const end = at + cycles;
    this.#issued = at;
    this.end = Math.max(this.end, end);
    for (const unit of node.resources) this.#free.set(unit, end);
    for (const key of node.readKeys) this.#read.set(key, Math.max(end, this.#read.get(key) ?? 0));
    for (const key of node.writeKeys) this.#written.set(key, end);
  }
}

/** Bits 0..23 are of each core, 24..31 are shared. */
function keysOf(cores: readonly number[], bits: number): number[] {
  const set = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => ((bits >>> bit) & 1) === 1);
  return set.flatMap((bit) => (bit >= 24 ? [bit] : cores.map((core) => 32 * (1 + core) + bit)));
}

function listSchedule(
  nodes: readonly Node[],
  weights: readonly number[],
  slack: number,
): { readonly order: readonly Placed[]; readonly cost: number } {
  const flights = weights.map((_, mode) => new Flight(mode));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: (flight: Flight) => number): number =>
    flights.reduce((sum, flight, mode) => sum + weights[mode]! * of(flight), 0) / total;
  const waiting = nodes.map((node) => node.waiting);
  const ready = nodes.map((_, i) => i).filter((i) => waiting[i] === 0);
  const order: Placed[] = [];
  while (ready.length > 0) {
    const starts = ready.map((i) => mean((flight) => flight.start(nodes[i]!)));
    const first = Math.min(...starts);
    let best = -1;
    for (let at = 0; at < ready.length; at++) {
      if (starts[at]! > first + slack) continue;
      if (best < 0 || isBetter(ready[at]!, starts[at]!, ready[best]!, starts[best]!)) best = at;
    }
    const [chosen] = ready.splice(best, 1);
    const node = nodes[chosen!]!;
    for (const flight of flights) flight.issue(node);
    order.push(node);
    for (const next of node.after) if (--waiting[next]! === 0) ready.push(next);
  }
  return { order, cost: mean(({ end }) => end) };

  function isBetter(a: number, startA: number, b: number, startB: number): boolean {
    if (slack === 0 && startA !== startB) return startA < startB;
    const [urgencyA, urgencyB] = [nodes[a]!.urgency, nodes[b]!.urgency];
    return urgencyA === urgencyB ? a < b : urgencyA > urgencyB;
  }
}
