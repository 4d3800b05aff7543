// SPDX-License-Identifier: Apache-2.0
import type { Engine } from '../../src/sim/engine.ts';
import type { Circuit } from './circuit.ts';
import { Model } from './model.ts';
import { leavesOfVar } from './shapes.ts';
import { type Cycle, inputReader, warmUp } from './stimulus.ts';
import { readPort, writePort } from './words.ts';

/** A wrong output of a circuit. */
export interface Mismatch {
  readonly circuit: Circuit;
  readonly cycle: number;
  readonly output: string;
  readonly want: bigint;
  readonly got: bigint;
}

/** Patterns of the output leaves in every cycle, as the model has them. */
export type Expected = readonly (readonly bigint[])[];

export function expectedOf(circuit: Circuit, cycles: readonly Cycle[]): Expected {
  const model = new Model(circuit);
  const inputs = inputReader(circuit);
  return cycles.map((cycle) => {
    const outputs = model.settle(inputs(cycle));
    model.edge(cycle.reset);
    return outputs;
  });
}

/** Runs a batch and gives the first wrong output of each circuit after warm-up. */
export function compare(
  engine: Engine,
  circuits: ReadonlyMap<Circuit, Expected>,
  cycles: readonly Cycle[],
): Mismatch[] {
  const outputs = new Map(
    engine.ports.filter(({ direction }) => direction === 'output').map((port) => [port.name, port]),
  );
  const outWords = [...outputs.values()].reduce((sum, port) => sum + port.words, 0);
  const { words, inWords } = inputWords(engine, cycles);
  const got = engine.runBlock(words, cycles.length);
  return [...circuits].flatMap(([circuit, expected]): Mismatch[] => {
    const names = circuit.outputs.flatMap(leavesOfVar).map(({ path }) => path);
    const ports = names.map((path) => outputs.get(`${circuit.name}_${path.replaceAll('.', '_')}`)!);
    for (let cycle = warmUp; cycle < cycles.length; cycle++) {
      for (const [i, want] of expected[cycle]!.entries()) {
        const found = readPort(got, cycle * outWords - inWords, ports[i]!);
        if (found !== want) return [{ circuit, cycle, output: names[i]!, want, got: found }];
      }
    }
    return [];
  });
}

function inputWords(engine: Engine, cycles: readonly Cycle[]): { words: Uint32Array; inWords: number } {
  const ports = engine.ports.filter(({ direction }) => direction === 'input');
  const inWords = ports.reduce((sum, port) => sum + port.words, 0);
  const words = new Uint32Array(inWords * cycles.length);
  cycles.forEach(({ pool, go, fill, reset }, cycle) => {
    const values: Readonly<Record<string, bigint>> = {
      pool,
      go: go ? 1n : 0n,
      fill: BigInt(fill),
      rst: reset ? 1n : 0n,
    };
    for (const port of ports) writePort(words, cycle * inWords, port, values[port.name]!);
  });
  return { words, inWords };
}
