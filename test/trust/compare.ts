// SPDX-License-Identifier: Apache-2.0
import type { Engine } from '../../src/sim/engine.ts';
import type { Circuit } from './circuit.ts';
import { Model } from './model.ts';
import { leavesOfVar } from './shapes.ts';
import { type Cycle, inputReader, warmUp } from './stimulus.ts';
import { readPort, writePort } from './words.ts';

/** The first thing that a circuit does wrong. */
export interface Mismatch {
  readonly circuit: Circuit;
  readonly what: string;
}

/** What a circuit does in one cycle, as the model has it. */
export interface Expected {
  /** Patterns of the output leaves. */
  readonly outputs: readonly bigint[];
  /** Properties that fail, as `assert u_c7.u00.p_0`, sorted. */
  readonly failures: readonly string[];
}

/** Name of a circuit's instance in a batch. */
export const instanceOf = ({ name }: Circuit): string => `u_${name}`;

export function expectedOf(circuit: Circuit, cycles: readonly Cycle[], isAsync = false): readonly Expected[] {
  const model = new Model(circuit, isAsync);
  const inputs = inputReader(circuit);
  return cycles.map((cycle) => {
    const outputs = model.settle(inputs(cycle), cycle.reset);
    const failures = cycle.reset ? [] : model.failures(instanceOf(circuit)).sort();
    model.edge(cycle.reset);
    return { outputs, failures };
  });
}

/** Runs a batch and gives what each circuit first does wrong after warm-up. */
export function compare(
  engine: Engine,
  circuits: ReadonlyMap<Circuit, readonly Expected[]>,
  cycles: readonly Cycle[],
): Mismatch[] {
  const outputs = new Map(
    engine.ports.filter(({ direction }) => direction === 'output').map((port) => [port.name, port]),
  );
  const outWords = [...outputs.values()].reduce((sum, port) => sum + port.words, 0);
  const { words, inWords } = inputWords(engine, cycles);
  const got = new Uint32Array(outWords * cycles.length);
  const failures = new Map<string, string[]>();
  // What an engine remembers of failures in one call is limited.
  for (let at = 0; at < cycles.length; at++) {
    got.set(engine.runBlock(words.subarray(at * inWords), 1), at * outWords);
    for (const { kind, instance, name, cycle } of engine.takeEvents()) {
      // Unknown bits during warm-up are messages too.
      if (kind === 'message') continue;
      const path = instance.split('.').slice(1);
      const key = `${path[0]} ${cycle}`;
      failures.set(key, [...(failures.get(key) ?? []), `${kind} ${path.join('.')}.${name}`]);
    }
  }
  return [...circuits].flatMap(([circuit, expected]): Mismatch[] => {
    const names = circuit.outputs.flatMap(leavesOfVar).map(({ path }) => path);
    const ports = names.map((path) => outputs.get(`${circuit.name}_${path.replaceAll('.', '_')}`)!);
    for (let cycle = warmUp; cycle < cycles.length; cycle++) {
      const { outputs: wanted, failures: failing } = expected[cycle]!;
      for (const [i, want] of wanted.entries()) {
        const found = readPort(got, cycle * outWords - inWords, ports[i]!);
        if (found === want) continue;
        const hex = (pattern: bigint): string => `0x${pattern.toString(16)}`;
        return [{ circuit, what: `${names[i]} is ${hex(found)} in cycle ${cycle}, the model has ${hex(want)}` }];
      }
      const [has, should] = [
        (failures.get(`${instanceOf(circuit)} ${cycle}`) ?? []).sort().join(', '),
        failing.join(', '),
      ];
      if (has !== should) return [{ circuit, what: `in cycle ${cycle} fail "${has}", in the model "${should}"` }];
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
      rst_n: reset ? 0n : 1n,
    };
    for (const port of ports) writePort(words, cycle * inWords, port, values[port.name]!);
  });
  return { words, inWords };
}
