// SPDX-License-Identifier: Apache-2.0
import { openEngine } from '../../sim/index.ts';
import type { ModelSource } from '../../sim/source.ts';
import { emitDesign } from '../../src/gen/verilog/index.ts';
import type { Design } from '../../src/ir/module.ts';
import type { Engine, EngineKind } from '../../src/sim/engine.ts';
import { ioLayout } from '../../src/sim/layout.ts';
import { batchDesign } from './batch.ts';
import type { Circuit } from './circuit.ts';
import { compare, type Expected, expectedOf, type Mismatch } from './compare.ts';
import { generateCircuit } from './generate.ts';
import { printCircuit } from './print-circuit.ts';
import { Random } from './prng.ts';
import { shrink, type Shrunk } from './shrink.ts';
import { type Cycle, stimulus } from './stimulus.ts';
import { isBeyond } from './tool-faults.ts';

/** Something that a design can be run on: an engine, perhaps behind a synthesis or a planted bug. */
export interface Way {
  readonly name: string;
  /** Registers take a reset without waiting for the clock. */
  readonly isAsync?: boolean;
  /** Properties are lost on the way, as in a synthesis. */
  readonly isMute?: boolean;
  /** Circuits that it gets wrong through no fault of ours. */
  readonly isBeyond?: (circuit: Circuit) => boolean;
  open(design: Design): Promise<Engine>;
}

/** An engine as it is. Compile time is what these short runs cost, so models are not optimised. */
export function engineWay(kind: EngineKind): Way {
  return {
    name: kind,
    isBeyond: (circuit) => isBeyond(kind, circuit),
    open: (design) => openEngine(design, { engine: kind, optimize: 'none' }),
  };
}

/** Icarus or Verilator with Verilog that somebody changed in between. */
export function verilogWay(
  name: string,
  change: (files: ModelSource['files'], top: string) => ModelSource['files'],
  engine: EngineKind = 'icarus',
): Way {
  return {
    name,
    isBeyond: (circuit) => isBeyond(engine, circuit),
    open: (design) => {
      const files = emitDesign(design).map((file) => ({ name: file.name, text: file.text }));
      const source = { layout: ioLayout(design.top), top: design.top.name, files: change(files, design.top.name) };
      return openEngine(source, { engine, optimize: 'none' });
    },
  };
}

/** An engine for the Verilog with another kind of reset. */
export function resetWay(engine: EngineKind, reset: 'sync' | 'async', resetPolarity: 'high' | 'low'): Way {
  return {
    name: `${engine}, ${reset}, active ${resetPolarity}`,
    isAsync: reset === 'async',
    isBeyond: (circuit) => isBeyond(engine, circuit),
    open: (design) => {
      const files = emitDesign(design, { reset, resetPolarity }).map(({ name, text }) => ({ name, text }));
      const layout = ioLayout(design.top);
      const rename = (name: string): string => (resetPolarity === 'low' && name === 'rst' ? 'rst_n' : name);
      const ports = layout.ports.map((port) => ({ ...port, name: rename(port.name) }));
      const domains = layout.domains.map((domain) => ({ ...domain, reset: domain.reset && rename(domain.reset) }));
      const source = { layout: { ...layout, ports, domains }, top: design.top.name, files };
      // What is unknown is compared; that the engine takes `rst_n` for active high does not matter.
      return openEngine(source, { engine, optimize: 'none', xIsError: false });
    },
  };
}

/** Circuit number `seed`: the same in every run and whatever is beside it. */
export function circuitOf(seed: number): Circuit {
  return generateCircuit(`c${seed}`, new Random(seed));
}

export const cyclesOf = (seed: number): Cycle[] => stimulus(new Random(seed), 48);

export interface Failure {
  readonly way: Way;
  readonly circuit: Circuit;
  readonly what: string;
}

/** Runs circuits in one batch in all ways. When a batch cannot even be opened, each circuit is tried alone. */
export async function runBatch(
  circuits: readonly Circuit[],
  cycles: readonly Cycle[],
  ways: readonly Way[],
): Promise<Failure[]> {
  const results = await Promise.all(
    ways.map(async (way): Promise<Failure[]> => {
      const able = circuits.filter((circuit) => way.isBeyond?.(circuit) !== true);
      if (able.length === 0) return [];
      try {
        const design = batchDesign(able);
        const expected = new Map(able.map((circuit) => [circuit, expectedOn(way, circuit, cycles)]));
        const wrong = await mismatches(way, design, (engine) => compare(engine, expected, cycles));
        return wrong.map(({ circuit, what }) => ({ way, circuit, what }));
      } catch (error) {
        if (able.length === 1) return [{ way, circuit: able[0]!, what: String(error) }];
        const alone: Failure[] = [];
        for (const circuit of able) alone.push(...(await runBatch([circuit], cycles, [way])));
        if (alone.length === 0) throw error;
        return alone;
      }
    }),
  );
  return results.flat();
}

function expectedOn({ isAsync, isMute }: Way, circuit: Circuit, cycles: readonly Cycle[]): readonly Expected[] {
  const expected = expectedOf(circuit, cycles, isAsync);
  return isMute ? expected.map((each) => ({ ...each, failures: [] })) : expected;
}

async function mismatches(way: Way, design: Design, run: (engine: Engine) => Mismatch[]): Promise<Mismatch[]> {
  const engine = await way.open(design);
  try {
    return run(engine);
  } finally {
    engine.close();
  }
}

/** A failing circuit as small as it gets, and what is wrong with it. */
export async function cutDown(
  { way, circuit: start, what: first }: Failure,
  cycles: readonly Cycle[],
  tries = 400,
): Promise<Shrunk & { readonly what: string }> {
  let what = first;
  const isCrash = /Error/.test(what);
  const shrunk = await shrink(
    start,
    async (candidate) => {
      const found = await attempt(way, candidate, cycles);
      // A crash must stay a crash and a wrong value a wrong value, or it is another bug that gets small.
      if (found === null || /Error/.test(found) !== isCrash) return false;
      what = found;
      return true;
    },
    { tries },
  );
  return { ...shrunk, what };
}

/** Text for whoever has to mend it: the description that is left, its Verilog and the wrong value. */
export async function reproducer(failure: Failure, cycles: readonly Cycle[]): Promise<string> {
  const { circuit, steps, what } = await cutDown(failure, cycles);
  const verilog = emitDesign(batchDesign([circuit])).filter((file) => file.module !== 'batch');
  return [
    `${failure.circuit.name} on ${failure.way.name}: ${what} (cut ${steps} times)`,
    printCircuit(circuit),
    ...verilog.map((file) => file.text),
  ].join('\n\n');
}

async function attempt(way: Way, circuit: Circuit, cycles: readonly Cycle[]): Promise<string | null> {
  try {
    return (await runBatch([circuit], cycles, [way]))[0]?.what ?? null;
  } catch {
    // A circuit that the language refuses is no smaller form of one that it takes.
    return null;
  }
}
