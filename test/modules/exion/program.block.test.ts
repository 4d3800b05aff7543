// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { type BlockSettings, compileBlock, compileNetwork } from '../../../src/modules/exion/program/index.ts';
import { blockJob, expected, streams } from './program.block-jobs.ts';
import { mixedSettings, shapes, smallCore, targets } from './program.cases.ts';
import { syntheticNetwork, syntheticNoise } from './program.networks.ts';
import { runProgram } from './program.observe.ts';

const settings: BlockSettings = { sparseIterations: 1, theta: 20, keys: 4, dominance: [60, 60, 60] };

describe("a block of one's own", () => {
  const cases = Object.keys(targets).flatMap((target) => Object.keys(shapes).map((shape) => ({ target, shape })));
  test.each(cases)('$target, $shape', ({ target, shape }) => {
    const job = blockJob(shape, settings);
    const program = compileBlock(job, targets[target]!);
    expect(program.outputsOf(runProgram(program).dram)).toEqual(expected(job));
  });

  test('two cores, other inputs', () => {
    const job = blockJob('even', settings);
    const program = compileBlock(job, { ...targets['tiny']!, cores: 2 });
    const other = { ...job, inputs: streams(4, 16 * 16, 77) };
    other.inputs.forEach((x, it) => program.setInput(program.dram, it, x));
    expect(program.outputsOf(runProgram(program).dram)).toEqual(expected(other));
  });
});

describe('corner cases of paper 7', () => {
  test.each<[string, Partial<BlockSettings>]>([
    ['no sparse iteration', { sparseIterations: 0 }],
    ['only sparse iterations after the first', { sparseIterations: 9 }],
    ['theta 127: nothing is computed anew', { theta: 127 }],
    ['theta 0: all that is not 0 is', { theta: 0 }],
    ['theta -1: all is', { theta: -1 }],
    ['one key', { keys: 1 }],
    ['more keys than tokens', { keys: 100 }],
    ['all rows dominated: no key is needed', { dominance: [0, 0, 0] }],
    ['no row dominated', { dominance: [65536, 65536, 65536] }],
  ])('%s', (_, change) => {
    const job = blockJob('odd', { ...settings, ...change });
    const program = compileBlock(job, targets['tiny']!);
    expect(program.outputsOf(runProgram(program).dram)).toEqual(expected(job));
  });
});

describe('what does not fit is refused with one message', () => {
  const job = blockJob('even', settings);
  const compileFor =
    (change: object, more: object = {}) =>
    () =>
      compileBlock(
        { ...job, ...more },
        { params: smallCore({ size: 4, lanes: 8, ...change }), scratchWords: 16384, cores: 1 },
      );

  test.each<[string, object, string]>([
    ['tokens', { tokens: 8 }, 'An image of 16 tokens: 16 scores a row needed, tokens is 8'],
    ['contraction', { depth: 16 }, 'FFN width 32: 32 bytes a row needed, depth is 16'],
    ['weights', { weightWords: 3 }, 'Projection, 8 columns at once: 4 words needed, weightWords is 3'],
    ['columns', { columns: 4 }, 'Projection, 8 columns at once: 8 columns needed, columns is 4'],
    ['scores', { columns: 16 }, 'Scores of 16 tokens need 16 columns and P V of a head 8: columns is 16'],
    ['parameters', { params: 10 }, 'Parameters of norm1: 16 entries needed, params is 10'],
    ['masks', { maskWords: 64 }, 'Masks need 272 column words (FFN masks 128, attention 144): maskWords is 64'],
  ])('%s', (_, change, message) => {
    expect(compileFor(change)).toThrow(message);
  });

  test('scratchpad', () => {
    expect(() => compileBlock(job, { params: smallCore({ size: 4, lanes: 8 }), scratchWords: 100, cores: 1 })).toThrow(
      /^The program: \d+ words of 16 bytes needed, the scratchpad is 100$/,
    );
  });

  test('cores and scratchpad that no core has', () => {
    const { params } = targets['tiny']!;
    expect(() => compileBlock(job, { params, scratchWords: 16384, cores: 33 })).toThrow('cores is 33');
    expect(() => compileBlock(job, { params, scratchWords: 2 ** 27, cores: 1 })).toThrow('scratchWords is 134217728');
  });

  test.each<[string, object, string]>([
    ['k = 0', { settings: { ...settings, keys: 0 } }, 'keys is 0: expected a whole number 1 .. 8191'],
    [
      'theta',
      { settings: { ...settings, theta: 128 } },
      'theta of the block is 128: expected a whole number -1 .. 127',
    ],
    [
      'dominance',
      { settings: { ...settings, dominance: [70000, 0] } },
      'dominance of the block, head 0 is 70000: expected a whole number 0 .. 65536',
    ],
    ['N', { settings: { ...settings, sparseIterations: -1 } }, 'sparseIterations is -1'],
    ['heads', { shape: { ...job.shape, heads: 3 } }, 'width 16 is not a multiple of heads 3'],
    ['size', { shape: { ...job.shape, ffn: 0 } }, 'ffn is 0: expected a whole number, at least 1'],
    ['matrix', { shape: { ...job.shape, ffn: 31 } }, 'ffn1 of the block is 32 x 16 with 512 codes: expected 31 x 16'],
    ['inputs', { inputs: [new Int16Array(5)] }, 'input 0 has 5 values: expected 16 x 16'],
    ['no input', { inputs: [] }, 'steps is 0: expected a whole number 1 .. 16777215'],
    ['conditioning', { inputs: job.inputs.slice(0, 3) }, 'there are 3 inputs and conditioning of 4 iterations'],
  ])('%s', (_, more, message) => {
    expect(compileFor({}, more)).toThrow(message);
  });

  test('a network: label, steps, noise', () => {
    const shape = shapes['even']!;
    const network = syntheticNetwork(shape, 1);
    const good = { label: 0, noise: syntheticNoise(shape, 1), settings: mixedSettings(shape, 1, 1) };
    const compile = (change: object) => () => compileNetwork(network, { ...good, ...change }, targets['tiny']!);
    expect(compile({ label: 7 })).toThrow('label is 7: the network has labels 0 .. 1');
    expect(compile({ steps: 5 })).toThrow('steps is 5: the network has 4');
    expect(compile({ noise: new Int16Array(3) })).toThrow('noise has 3 values: expected 16 x 4');
    expect(compile({ settings: { ...good.settings, theta: [1] } })).toThrow('theta of block1 is NaN');
  });
});
