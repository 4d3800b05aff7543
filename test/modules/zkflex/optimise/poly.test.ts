// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { inverseMod, mulMod } from '../../../../src/modules/zkflex/golden/field.ts';
import * as golden from '../../../../src/modules/zkflex/golden/ntt.ts';
import { nttPresets } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import { nttCycles } from '../../../../src/modules/zkflex/optimise/cycles.ts';
import {
  planCoset,
  planTransform,
  type PolyMachine,
  type PolyPlan,
} from '../../../../src/modules/zkflex/optimise/poly.ts';
import { sharedTable } from '../../../../src/modules/zkflex/optimise/transform-tables.ts';
import { across } from '../../../../sim/workloads/ntt-across.ts';
import { nttBench } from '../ntt/ntt-bench.ts';
import { NttHost, residues } from '../../../../sim/workloads/ntt-host.ts';

const field = tinyFields.mode0;
const p = field.prime;

/** Carries out a plan on the nodes; the elements stay with the host between passes. */
async function carryOut(host: NttHost, plan: PolyPlan, { nodes, words }: PolyMachine, x: readonly bigint[]) {
  let memory: readonly bigint[] = x;
  let cycles = 0;
  for (const round of plan.rounds) {
    const next = [...memory];
    for (const { log2n, log2batch, inputs, steps, outputs } of round) {
      const length = 2 ** (log2n + log2batch);
      const used = steps[0]!.words.length;
      const local = Array.from({ length: used }, () => new Array<bigint>(length).fill(0n));
      for (const [number, { node, index }] of inputs) local[node]![index] = memory[number]!;
      local.forEach((values, node) => host.write(0, values, { node }));
      for (const { op, words: given } of steps) {
        const isTable = op !== 'MUL';
        const second = isTable ? 0 : words / 2;
        given.forEach((values, node) => host.write(second, values, { node, twiddle: isTable }));
        const spread = used === nodes ? { across: true } : { perStage: true };
        const outcome = await host.run({ op, log2n, log2batch, second, ...(isTable && spread) });
        expect(outcome.refused).toBe(false);
        cycles += outcome.cycles;
      }
      const results = local.map((_, node) => host.read(0, length, { node }));
      for (const [number, { node, index }] of outputs) next[number] = results[node]![index]!;
    }
    memory = next;
  }
  return { memory, cycles };
}

/** The formula promises 1 % and 6 cycles a command. */
const near = (found: number, predicted: number, commands = 1): void =>
  expect(Math.abs(found - predicted), `${found} cycles, predicted ${predicted}`).toBeLessThanOrEqual(
    0.01 * found + 6 * commands,
  );

test.each([1, 2, 4])('plans of all sizes on %d nodes, one pass and two', async (nodes) => {
  const machine: PolyMachine = { nodes, words: 32, twiddleWords: 32, mode: 0, pipeline: 'shallow' };
  const ntt = { ...nttPresets.tiny, bankWords: 8, twiddleWords: 32, nodes };
  await simulate(nttBench(ntt), {}, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, ntt);
    await host.configure(field, 0);
    for (const log2N of [0, 1, 3, 4, 5, 6, 7]) {
      const N = 2 ** log2N;
      const w = golden.rootOfUnity(p, log2N);
      const shift = golden.rootOfUnity(p, log2N + 1);
      const x = residues(dut.random, N, p);
      const shifted = x.map((value, i) => mulMod(value, golden.powersOf(N, 1n, shift, p)[i]!, p));
      for (const [transform, expected] of [
        [{ log2N, w }, golden.dft(x, w, p)],
        [{ log2N, w, shift }, golden.dft(shifted, w, p)],
        [
          { log2N, w: inverseMod(w, p), scale: inverseMod(BigInt(N), p) },
          golden.dft(x, inverseMod(w, p), p).map((value) => mulMod(value, inverseMod(BigInt(N), p), p)),
        ],
      ] as const) {
        const plan = planTransform(field, transform, machine);
        const { memory, cycles } = await carryOut(host, plan, machine, x);
        expect(memory, `2^${log2N}`).toEqual(expected);
        near(cycles, plan.cycles, plan.rounds.flat().flatMap(({ steps }) => steps).length);
      }
    }
    // Longer ones than 2^4 are two transforms.
    for (let log2N = 0; log2N <= 7; log2N++) {
      const w = golden.rootOfUnity(p, log2N);
      const shift = golden.rootOfUnity(p, log2N + 1);
      const x = residues(dut.random, 2 ** log2N, p);
      const plan = planCoset(field, { log2N, w, shift }, machine);
      const { memory, cycles } = await carryOut(host, plan, machine, x);
      expect(memory).toEqual(golden.cosetChain(x, w, shift, p));
      near(cycles, plan.cycles, plan.rounds.flat().flatMap(({ steps }) => steps).length);
    }
  });
});

test('what does not fit is refused', () => {
  const machine: PolyMachine = { nodes: 1, words: 32, twiddleWords: 32, mode: 0, pipeline: 'deep' };
  const w = 1n;
  expect(() => planTransform(field, { log2N: 13, w }, machine)).toThrow(
    '12289 has roots of unity of order 2^12 at most',
  );
  expect(() => planTransform(field, { log2N: 11, w }, machine)).toThrow('more than two passes of 2^5 points');
  expect(() => planCoset(field, { log2N: 11, w }, machine)).toThrow('more than two passes of 2^4 points');
  expect(() => planCoset({ ...field, twoAdicity: 2 }, { log2N: 3, w }, machine)).toThrow('2^2 at most, not 2^3');
});

test.each([0, 1, 2])('cycles of commands, mode %d, long pipeline', async (mode) => {
  const of = Object.values(tinyFields)[mode]!;
  const ntt = { limb: 8, pipeline: 'deep', bankWords: 512, twiddleWords: 1024 } as const;
  await simulate(nttBench(ntt), {}, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, ntt);
    await host.configure(of, mode);
    for (const log2n of [0, 1, 2, 3, 5, 7, 8, 9, 10]) {
      host.write(0, sharedTable(2 ** log2n, golden.rootOfUnity(of.prime, log2n), of.prime), { twiddle: true });
      for (const op of ['DIF', 'DIT', 'MUL', 'ADD', 'POWERS'] as const) {
        host.write(0, residues(dut.random, 2 ** log2n, of.prime));
        const { cycles } = await host.run({ op, log2n });
        near(cycles, nttCycles({ op, log2n }, mode, ntt));
      }
    }
    for (const [log2n, log2batch] of [
      [3, 7],
      [6, 2],
      [1, 9],
    ] as const) {
      host.write(0, residues(dut.random, 2 ** (log2n + log2batch), of.prime));
      const { cycles } = await host.run({ op: 'DIF', log2n, log2batch });
      near(cycles, nttCycles({ op: 'DIF', log2n, log2batch }, mode, ntt));
    }
  });
});

test('cycles over four nodes', async () => {
  const ntt = { limb: 8, pipeline: 'deep', bankWords: 256, twiddleWords: 2048, nodes: 4 } as const;
  await simulate(nttBench(ntt), {}, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, ntt);
    await host.configure(field, 0);
    for (const log2N of [4, 6, 8, 10, 12]) {
      const w = golden.rootOfUnity(p, log2N);
      for (const op of ['DIF', 'DIT'] as const) {
        const x = residues(dut.random, 2 ** log2N, p);
        const { cycles } = await across(host, { op, nodes: 4, x, w, p });
        near(cycles, nttCycles({ op, log2n: log2N - 2, nodes: 4 }, 0, ntt));
      }
    }
  });
});
