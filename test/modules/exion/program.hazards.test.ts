// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { compileBlock, compileNetwork, type Program } from '../../../src/modules/exion/program/index.ts';
import { mixedSettings, shapes, targets } from './program.cases.ts';
import { checkHazards } from './program.hazards.ts';
import { syntheticNetwork, syntheticNoise } from './program.networks.ts';

function programOf(target: string, name: string, cores = 1): Program {
  const shape = shapes[name]!;
  const network = syntheticNetwork(shape, 41);
  const job = { label: 0, noise: syntheticNoise(shape, 42), settings: mixedSettings(shape, 43, 1) };
  return compileNetwork(network, job, { ...targets[target]!, cores });
}

describe('no two commands that may be in flight together meet in a memory', () => {
  const cases = Object.keys(targets).map((target, i) => ({ target, shape: Object.keys(shapes)[i % 2]! }));
  test.each(cases)('$target, $shape', ({ target, shape }) => {
    const { faults, pairs } = checkHazards(programOf(target, shape));
    expect(faults).toEqual([]);
    expect(pairs).toBeGreaterThan(10000);
  });

  test.each([2, 3])('%i cores', (cores) => {
    expect(checkHazards(programOf('tiny', 'even', cores)).faults).toEqual([]);
  });

  test('a block with inputs and outputs', () => {
    const shape = shapes['odd']!;
    const network = syntheticNetwork({ ...shape, blocks: 1 }, 44);
    const program = compileBlock(
      {
        shape,
        block: network.blocks[0]!,
        conditioning: [network.conditioning[0]![0]!.blocks[0]!],
        inputs: Array.from({ length: 3 }, () => new Int16Array(11 * 15).fill(100)),
        settings: { sparseIterations: 1, theta: 5, keys: 2, dominance: [0, 50, 100] },
      },
      targets['tiny']!,
    );
    expect(checkHazards(program).faults).toEqual([]);
  });
});

describe('the check finds what is missing', () => {
  const program = programOf('tiny', 'even');

  /** The program without a buffer. */
  function without(bit: number): Program {
    const mask = ~(2 ** bit);
    const commands = program.commands.map((each) => ({
      ...each,
      command: {
        ...each.command,
        reads: ((each.command.reads ?? 0) & mask) >>> 0,
        writes: ((each.command.writes ?? 0) & mask) >>> 0,
      },
    }));
    return { ...program, commands };
  }

  test.each([0, 4, 8, 12, 18, 20, 22, 24, 26])('buffer %i taken away', (bit) => {
    expect(checkHazards(without(bit)).faults.length).toBeGreaterThan(0);
  });
});
