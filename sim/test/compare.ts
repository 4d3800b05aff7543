// SPDX-License-Identifier: Apache-2.0
import type { EngineKind, PortSlot } from '../../src/sim/engine.ts';
import type { IoLayout } from '../../src/sim/layout.ts';
import type { WaveEngine } from '../engine-base.ts';
import { IcarusEngine } from '../icarus/engine.ts';
import { availableEngines, openResolved, type OpenOptions } from '../open.ts';
import { resolveTarget, type Target } from '../target.ts';
import { SimulationError } from './errors.ts';
import { show } from './laws.ts';
import { chooseSeed, Random } from './random.ts';
import { moveStreams, type StreamMoves } from './streams.ts';
import { codecOf } from './values.ts';

export interface Stimulus {
  /** Cycles to run; not needed with `rows`. */
  readonly cycles?: number;
  /** A row of input words for each cycle, as `Engine.runBlock` takes them. Default: random, resets first. */
  readonly rows?: Uint32Array;
  /** Of the random rows and stalls. KILN_SEED wins. */
  readonly seed?: number;
  /** Cycles in which the random rows keep the resets active; 2 by default. */
  readonly resetCycles?: number;
  /** Whole streams after a reset, instead of rows. */
  readonly moves?: StreamMoves;
}

export interface CompareOptions extends Omit<OpenOptions, 'engine'> {
  /** Default: all that are installed. */
  readonly engines?: readonly EngineKind[];
}

export interface Comparison {
  readonly engines: readonly EngineKind[];
  readonly cycles: number;
}

/**
 * Gives the same stimulus to several engines and throws at the first difference, with its cycle and port. Bits that Icarus
 * does not know are not compared, since the others have no third value.
 */
export async function compareEngines(
  target: Target,
  stimulus: Stimulus,
  options: CompareOptions = {},
): Promise<Comparison> {
  const resolved = resolveTarget(target);
  const { layout, top } = resolved.source;
  const seed = chooseSeed(stimulus.seed);
  const kinds = (options.engines ?? availableEngines()).filter(
    (kind) => resolved.design !== null || kind !== 'embedded',
  );
  if (kinds.length < 2) throw new SimulationError(`Comparing needs two engines; there is ${kinds.join() || 'none'}.`);
  const rows =
    stimulus.rows ?? randomRows(layout, stimulus.cycles ?? 1000, stimulus.resetCycles ?? 2, new Random(seed));
  const runs: Run[] = [];
  for (const kind of kinds) {
    const engine = await openResolved(resolved, { ...options, engine: kind, xIsError: false });
    try {
      const run =
        stimulus.moves === undefined
          ? runRows(engine, layout, rows)
          : runMoves(engine, layout, resolved.paths, new Random(seed), stimulus.moves);
      runs.push({ kind, ...run });
    } finally {
      engine.close();
    }
    const first = runs[0]!;
    const difference = runs.length > 1 ? first.differs(runs.at(-1)!) : null;
    if (difference !== null) throw new SimulationError(`${top}: ${difference} (seed ${seed})`);
  }
  return { engines: kinds, cycles: runs[0]!.cycles };
}

interface Run {
  readonly kind: EngineKind;
  readonly cycles: number;
  readonly words: Uint32Array;
  readonly unknown: Uint32Array | null;
  /** What is different in another engine's run, or null. */
  differs(this: Run, other: Run): string | null;
}

function runRows(engine: WaveEngine, layout: IoLayout, rows: Uint32Array): Omit<Run, 'kind'> {
  const cycles = layout.inputWords === 0 ? 1 : rows.length / layout.inputWords;
  const words = engine.runBlock(rows, cycles);
  const unknown = engine instanceof IcarusEngine ? engine.unknown : null;
  const ports = layout.ports.filter((port) => port.direction === 'output');
  return {
    cycles,
    words,
    unknown,
    differs(other) {
      for (let i = 0; i < words.length; i++) {
        const known = ~((this.unknown?.[i] ?? 0) | (other.unknown?.[i] ?? 0));
        if (((words[i]! ^ other.words[i]!) & known) === 0) continue;
        const cycle = Math.floor(i / layout.outputWords);
        const at = (i % layout.outputWords) + layout.inputWords;
        const port = ports.find(({ offset, words: count }) => at >= offset && at < offset + count)!;
        const row = cycle * layout.outputWords - layout.inputWords;
        const values = [this, other].map((run) => `${run.kind} ${read(port, run.words, row)}`);
        return `engines differ in cycle ${cycle} at ${port.name}: ${values.join(', ')}`;
      }
      return null;
    },
  };
}

function read(port: PortSlot, words: Uint32Array, row: number): string {
  return show(codecOf(port).read(words, row + port.offset));
}

function runMoves(
  engine: WaveEngine,
  layout: IoLayout,
  paths: ReadonlyMap<string, readonly string[]>,
  random: Random,
  moves: StreamMoves,
): Omit<Run, 'kind'> {
  const resets = layout.ports.filter((port) => layout.domains.some((domain) => domain.reset === port.name));
  for (const port of resets) engine.io[port.offset] = 1;
  engine.step(2);
  for (const port of resets) engine.io[port.offset] = 0;
  const { cycles, received } = moveStreams(engine, layout, paths, random, { ...moves, raw: true });
  const streams = Object.entries(received);
  const words = Uint32Array.from(streams.flatMap(([, stream]) => [...stream.at, ...stream.words]));
  const lengths = streams.map(([name, stream]) => ({ name, at: stream.at.length, words: stream.words.length }));
  return {
    cycles,
    words,
    unknown: null,
    differs(other) {
      if (other.cycles !== cycles) return `${this.kind} took ${cycles} cycles, ${other.kind} ${other.cycles}`;
      let start = 0;
      for (const { name, at, words: count } of lengths) {
        for (let i = start; i < start + at + count; i++) {
          if (words[i] === other.words[i]) continue;
          const late = i - start < at;
          const index = late ? i - start : Math.floor((i - start - at) / (count / at));
          const values = [this, other].map((run) => `${run.kind} ${run.words[i]}`).join(', ');
          return `item ${index} of stream ${name} ${late ? 'comes in another cycle' : 'differs'}: ${values}`;
        }
        start += at + count;
      }
      return null;
    },
  };
}

function randomRows(layout: IoLayout, cycles: number, resetCycles: number, random: Random): Uint32Array {
  const rows = new Uint32Array(cycles * layout.inputWords);
  const resets = new Set(layout.domains.map((domain) => domain.reset));
  for (const port of layout.ports) {
    if (port.direction === 'output' || port.width === 0) continue;
    const codec = codecOf({ name: port.name, width: port.width, format: { kind: 'unsigned' } });
    for (let cycle = 0; cycle < cycles; cycle++) {
      const value = resets.has(port.name) ? Number(cycle < resetCycles) : random.bits(port.width);
      codec.write(rows, cycle * layout.inputWords + port.offset, value);
    }
  }
  return rows;
}
