// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic, LabelledSpan } from '../diagnostics.ts';
import type { Decl, Module } from '../module.ts';
import { formatSpan, type Span } from '../span.ts';
import { readDecls, rootExprs } from '../walk.ts';
import type { Atoms } from './atoms.ts';
import type { Components } from './comb/components.ts';
import type { CombGraph } from './comb/graph.ts';
import type { Origin } from './comb/nodes.ts';
import { type CombAnalysis, combAnalysis } from './comb/summary.ts';
import {
  type Bits,
  capital,
  describeBits,
  isPlural,
  joinRanges,
  joinWords,
  limit,
  nameOf,
  shortBits,
} from './describe.ts';

/**
 * Combinational loops (KLN-L002), by bit range and through instances: a word whose bits feed higher bits of the same
 * word is no loop. Guarantees that an order exists in which every combinational bit can be computed. One finding for each
 * tangle, with a shortest way round.
 *
 * Assumes checked children. Cost: linear in the graph; ports are looked at bit by bit only where an instance is part of
 * what seems to be a loop.
 */
export function checkLoops(
  module: Module,
  _atoms?: Atoms,
  read: ReadonlySet<Decl> = readDecls(rootExprs(module)),
): Diagnostic[] {
  if (module.blackBox || !mayLoop(module, read)) return [];
  const coarse = combAnalysis(module, false);
  const suspects = loopsOf(coarse);
  if (suspects.length === 0) return [];
  const throughInstance = suspects.some((cycle) => cycle.some((step) => isPin(coarse.graph.origins[step])));
  const exact = throughInstance ? combAnalysis(module, true) : coarse;
  const cycles = throughInstance ? loopsOf(exact) : suspects;
  return alike(cycles.map((cycle) => stepsOf(exact.graph, cycle))).map((steps) => loop(module, steps));
}

/** A way round passes through an instance, an asynchronous read, or a signal that is both driven by logic and read. */
function mayLoop({ instances, memories, ports, wires }: Module, read: ReadonlySet<Decl>): boolean {
  return (
    instances.length > 0 ||
    memories.length > 0 ||
    wires.some((wire) => read.has(wire)) ||
    ports.some((port) => port.direction === 'output' && read.has(port))
  );
}

function isPin(origin: Origin | undefined): boolean {
  return origin?.kind === 'decl' && origin.decl.kind === 'instout';
}

/** A cycle of nodes for each component that has one, each node before the one it depends on. */
function loopsOf({ graph, components }: CombAnalysis): number[][] {
  return components.members.flatMap((members) =>
    members.length > 1 ? [shortestCycle(graph, components, members)] : [],
  );
}

function shortestCycle(graph: CombGraph, { of }: Components, members: readonly number[]): number[] {
  // Expressions have no cycles of their own, so some signal is part of this one. The first declared is a stable choice.
  const signals = members.filter((node) => graph.origins[node]?.kind === 'decl');
  const start = signals.reduce((a, b) => Math.min(a, b));
  const user = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const source of graph.edges[node]!) {
      if (source === start) return wayTo(node, start, user);
      if (of[source] !== of[start] || user.has(source)) continue;
      user.set(source, node);
      queue.push(source);
    }
  }
  return [start];
}

function wayTo(end: number, start: number, user: ReadonlyMap<number, number>): number[] {
  const way = [end];
  for (let node = end; node !== start; way.push(node)) node = user.get(node)!;
  return way.reverse();
}

/** A signal on the way round, and where it takes the next one. */
interface Step {
  readonly decl: Decl;
  readonly bits: readonly Bits[];
  readonly span: Span;
}

function stepsOf(graph: CombGraph, cycle: readonly number[]): Step[] {
  return cycle.flatMap((node, i): Step[] => {
    const origin = graph.origins[node];
    if (origin?.kind !== 'decl') return [];
    const { decl } = origin;
    const after = graph.origins[cycle[i + 1] ?? -1];
    const span = after?.kind === 'assign' ? after.stmt.span : decl.kind === 'instout' ? decl.instance.span : decl.span;
    return [{ decl, bits: [origin], span }];
  });
}

/** Loops through the same signals in the same places are one loop of more bits. */
function alike(loops: readonly Step[][]): Step[][] {
  const merged = new Map<string, Step[]>();
  for (const steps of loops) {
    const key = steps.map(({ decl, span }) => `${nameOf(decl)} ${formatSpan(span)}`).join();
    const known = merged.get(key);
    const joined = known?.map((step, i) => ({ ...step, bits: joinRanges([...step.bits, ...steps[i]!.bits]) }));
    merged.set(key, joined ?? steps);
  }
  return [...merged.values()];
}

function loop(module: Module, steps: readonly Step[]): Diagnostic {
  const { decl, bits } = steps[0]!;
  const names = steps.map((step) => shortBits(step.decl, ...step.bits));
  const [verb, self] = isPlural(decl, bits) ? ['depend', 'themselves'] : ['depends', 'itself'];
  const reads = names.map((name, i) => `${name} reads ${names[(i + 1) % names.length]!}`);
  const spans = steps.map((step, i): LabelledSpan => ({ span: step.span, label: `${reads[i]!}${through(step.decl)}` }));
  return {
    code: 'KLN-L002',
    message: `${capital(describeBits(decl, bits))} ${verb} on ${self} without a register between: ${joinWords(limit(reads, 6))}.`,
    module: module.name,
    spans: spans.length > 20 ? spans.slice(0, 20) : spans,
    cause: 'Such a signal has no defined value: hardware oscillates or stores, and simulators do not settle.',
    cure: 'Put a register into the path, or compute one of the signals from something else.',
  };
}

function through(decl: Decl): string {
  if (decl.kind === 'instout') return ` inside ${decl.instance.module.name}`;
  return decl.kind === 'memread' ? ` (address of memory ${decl.memory.name})` : '';
}
