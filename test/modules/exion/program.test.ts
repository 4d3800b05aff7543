// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { exactSettings } from '../../../src/modules/exion/golden/denoise.ts';
import { plainDenoise } from '../../../src/modules/exion/golden/plain.ts';
import { commandWords, decodeCommand, ops } from '../../../src/modules/exion/isa.ts';
import { compileNetwork } from '../../../src/modules/exion/program/index.ts';
import { mixedSettings, shapes, targets } from './program.cases.ts';
import { syntheticNetwork, syntheticNoise } from './program.networks.ts';
import { compareWithGolden, runProgram } from './program.observe.ts';

describe('programs on the golden machine equal the golden algorithm, tensor for tensor', () => {
  const cases = Object.keys(targets).flatMap((target) => Object.keys(shapes).map((shape) => ({ target, shape })));
  test.each(cases)('$target, $shape', ({ target, shape: name }) => {
    const shape = shapes[name]!;
    const network = syntheticNetwork(shape, 3);
    const noise = syntheticNoise(shape, 4);
    const job = { label: shape.labels - 1, noise, settings: mixedSettings(shape, 5, 2) };
    const program = compileNetwork(network, job, targets[target]!);
    const { tensors } = compareWithGolden(program, network, job);
    // 3 of a step, 12 of a block, 5 of a head, and 2 more in the dense ones (steps 0 and 3).
    const { steps, blocks, heads } = shape;
    const denseSteps = Math.ceil(steps / 3);
    expect(tensors).toBe(4 * steps + blocks * (steps * (12 + 5 * heads) + 3 * denseSteps));
  });

  test.each([1, 2, 3, 5])('%i cores', (cores) => {
    const shape = shapes['even']!;
    const network = syntheticNetwork(shape, 8);
    const job = { label: 0, noise: syntheticNoise(shape, 9), settings: mixedSettings(shape, 10, 1) };
    const program = compileNetwork(network, job, { ...targets['tiny']!, cores });
    expect(compareWithGolden(program, network, job).tensors).toBeGreaterThan(150);
    const used = new Set(program.commands.map(({ command }) => command.core ?? 0));
    expect(used.size).toBe(Math.min(cores, 4)); // four row tiles
  });

  test('nothing left out: theta -1, all keys, no dominance equals the plain network', () => {
    const shape = shapes['odd']!;
    const network = syntheticNetwork(shape, 12);
    const noise = syntheticNoise(shape, 13);
    const settings = { ...exactSettings(network), sparseIterations: 1 };
    const program = compileNetwork(network, { label: 0, noise, settings }, targets['size 4, lanes 8']!);
    const { dram } = runProgram(program);
    expect(program.imageOf(dram)).toEqual(plainDenoise(network, 0, noise));
  });

  test('no sparse iterations: no masks, no P, no K-merge of the FFN', () => {
    const shape = shapes['even']!;
    const network = syntheticNetwork(shape, 14);
    const job = { label: 1, noise: syntheticNoise(shape, 15), settings: mixedSettings(shape, 16, 0) };
    const program = compileNetwork(network, job, targets['tiny']!);
    compareWithGolden(program, network, job);
    expect(program.commands.some(({ made }) => made.some(({ tensor }) => tensor.endsWith('.reused')))).toBe(false);
  });

  test('another image in the same program', () => {
    const shape = shapes['one token']!;
    const network = syntheticNetwork(shape, 17);
    const [first, second] = [syntheticNoise(shape, 18), syntheticNoise(shape, 19)];
    const settings = mixedSettings(shape, 20, 1);
    const compile = (noise: Int16Array) => compileNetwork(network, { label: 0, noise, settings }, targets['tiny']!);
    const program = compile(first);
    const changed = program.dram.slice();
    program.setImage(changed, second);
    expect(changed).toEqual(compile(second).dram);
  });
});

describe('form of a program', () => {
  const shape = shapes['even']!;
  const network = syntheticNetwork(shape, 21);
  const job = { label: 0, noise: syntheticNoise(shape, 22), settings: mixedSettings(shape, 23, 3) };
  const program = compileNetwork(network, job, targets['tiny']!);

  test('memory holds the commands, word for word', () => {
    const words = new Uint32Array(program.dram.buffer, program.entry, commandWords * program.commands.length);
    program.commands.forEach(({ command }, i) => {
      const decoded = decodeCommand(words.subarray(commandWords * i, commandWords * (i + 1)));
      expect(decoded).toMatchObject(command);
    });
  });

  test('one loop body for all steps, whatever their number', () => {
    const of = (op: number): number => program.commands.filter(({ command }) => command.op === op).length;
    expect([of(ops.ITER), of(ops.NEXT), of(ops.HALT)]).toEqual([1, 1, 1]);
    const short = compileNetwork(network, { ...job, steps: 1 }, targets['tiny']!);
    expect(short.commands.length).toBe(program.commands.length);
  });

  test('the same input gives the same bytes', () => {
    expect(compileNetwork(network, job, targets['tiny']!).dram).toEqual(program.dram);
  });

  test('units meet: where weights are loaded, matrix products of the phase before are still to come', () => {
    const index = (part: string, op: number): number =>
      program.commands.findIndex(({ command, comment }) => command.op === op && comment.startsWith(part));
    const last = (part: string, op: number): number =>
      program.commands.findLastIndex(({ command, comment }) => command.op === op && comment.startsWith(part));
    expect(index('block0.projection', ops.LD)).toBeLessThan(last('block0.head', ops.GEMM));
    expect(index('block1.ffn1', ops.LD)).toBeLessThan(last('block1.projection', ops.GEMM));
    // EPRE predicts while SDUE computes V.
    expect(index('block0.predictedKey', ops.EPRED)).toBeLessThan(last('block0.value', ops.GEMM));
  });
});

test('what one command does in all steps must be the same in all', () => {
  const shape = shapes['even']!;
  const network = syntheticNetwork(shape, 24);
  const [first, second, ...rest] = network.conditioning[0]!;
  const [block0, block1] = second!.blocks;
  const job = { label: 0, noise: syntheticNoise(shape, 1), settings: mixedSettings(shape, 2, 1) };
  const compile = (change: object) => () => {
    const changed = { ...second!, blocks: [block0!, { ...block1!, ...change }] };
    compileNetwork({ ...network, conditioning: [[first!, changed, ...rest]] }, job, targets['tiny']!);
  };
  const tail = 'in step 1; one command does all steps, so it must be the same in all';
  expect(compile({ norm1: { ...block1!.norm1, shift: 17 } })).toThrow(
    `block1.norm1: shift is 16 in step 0 and 17 ${tail}`,
  );
  expect(compile({ norm2: { ...block1!.norm2, epsilon: 5 } })).toThrow(
    `block1.norm2: epsilon is 1000 in step 0 and 5 ${tail}`,
  );
  expect(compile({ gate2: { ...block1!.gate2, keep: 1 } })).toThrow(
    `block1.gate2: keep is 65536 in step 0 and 1 ${tail}`,
  );
});
