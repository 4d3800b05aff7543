// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { ops } from '../../../src/modules/exion/isa.ts';
import {
  compileBlock,
  compileNetwork,
  type NetworkJob,
  type NetworkProgram,
  type Target,
} from '../../../src/modules/exion/program/index.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { expected, blockJob } from './program.block-jobs.ts';
import { shapes, targets } from './program.cases.ts';
import { checkHazards } from './program.hazards.ts';
import { syntheticNetwork, syntheticNoise } from './program.networks.ts';
import { compareWithGolden, runProgram } from './program.observe.ts';
import { firstDifference, golden, openTop } from './top.host.ts';

/** Iterations 0, 3 and 6 are dense. */
const shape = { ...shapes['even']!, steps: 7 };
const network = syntheticNetwork(shape, 51);
const job: NetworkJob = {
  label: 0,
  noise: syntheticNoise(shape, 52),
  settings: {
    sparseIterations: 2,
    theta: [8, 20],
    keys: 3,
    dominance: [
      [0, 65536],
      [40, 120],
    ],
  },
};
/** Two blocks of four row tiles, one pass each. */
const ffnMaps = 8;

function targetOf(mapBuffers: number, cores = 1): Target {
  const tiny = targets['tiny']!;
  return { ...tiny, cores, params: { ...tiny.params, mapBuffers } };
}

/** CMBUILDs of FFN masks that are carried out in each iteration. */
function buildsOf(program: NetworkProgram): number[] {
  const builds = new Array<number>(program.steps).fill(0);
  for (const { index, iteration } of golden(program).executed) {
    const { command, comment } = program.commands[index]!;
    if (command.op === ops.CMBUILD && comment.includes('ffn1')) builds[iteration]!++;
  }
  return builds;
}

describe('control maps of FFN masks are kept through a period', () => {
  test.each([
    { mapBuffers: 2, kept: 0 },
    { mapBuffers: 3, kept: 1 },
    { mapBuffers: 5, kept: 3 },
    { mapBuffers: 10, kept: 8 },
    { mapBuffers: 128, kept: 8 },
  ])('$mapBuffers buffers keep $kept of 8; the rest are built in each sparse iteration', ({ mapBuffers, kept }) => {
    const program = compileNetwork(network, job, targetOf(mapBuffers));
    const again = ffnMaps - kept;
    expect(buildsOf(program)).toEqual([0, ffnMaps, again, 0, ffnMaps, again, 0]);
    expect(compareWithGolden(program, network, job).tensors).toBeGreaterThan(150);
    expect(checkHazards(program).faults).toEqual([]);
  });

  test('masks change from period to period, so maps of the one before would be wrong', () => {
    const masks = new Map<number, string>();
    runProgram(compileNetwork(network, job, targetOf(10)), {}, (iteration, tensor, { values }) => {
      if (tensor === 'block1.mask') masks.set(iteration, values.join());
    });
    expect([...masks.keys()]).toEqual([0, 3, 6]);
    expect(new Set(masks.values()).size).toBe(3);
  });

  test('each core keeps those of its row tiles', () => {
    const program = compileNetwork(network, job, targetOf(4, 3));
    // Tiles 0 and 3 are of core 0: it has four maps, the others two.
    expect(buildsOf(program)).toEqual([0, 8, 2, 0, 8, 2, 0]);
    compareWithGolden(program, network, job);
    expect(checkHazards(program).faults).toEqual([]);
  });

  test('mapCache off: the program of a core with two buffers', () => {
    const plain = compileNetwork(network, job, targetOf(2));
    expect(compileNetwork(network, { ...job, mapCache: false }, targetOf(10)).commands).toEqual(plain.commands);
  });

  test('no sparse iterations: nothing to keep', () => {
    const dense = { ...job, settings: { ...job.settings, sparseIterations: 0 } };
    expect(buildsOf(compileNetwork(network, dense, targetOf(10)))).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  test('a block alone', () => {
    const single = blockJob('odd', { sparseIterations: 3, theta: 8, keys: 3, dominance: [0, 40, 65536] }, 6);
    const program = compileBlock(single, targetOf(4));
    const { dram } = runProgram(program);
    expect(program.outputsOf(dram)).toEqual(expected(single));
    const builds = program.commands.filter(({ command }) => command.op === ops.CMBUILD && command.when === 3);
    expect(builds).toHaveLength(2); // of three row tiles
  });
});

describe('on the hardware', () => {
  /** Dense masks and short products: the array waits for its maps. */
  const wide = { tokens: 8, width: 8, heads: 1, ffn: 256, blocks: 1, pixels: 4, labels: 1, steps: 6 };
  const wideNetwork = syntheticNetwork(wide, 53);
  const wideJob: NetworkJob = {
    label: 0,
    noise: syntheticNoise(wide, 54),
    settings: { sparseIterations: 4, theta: [2], keys: 3, dominance: [[65536]] },
  };

  async function run(mapBuffers: number, mapCache: boolean, engine: EngineKind) {
    const target = targetOf(mapBuffers);
    const program = compileNetwork(wideNetwork, { ...wideJob, mapCache }, target);
    const top = { ...target.params, cores: 1, scratchWords: target.scratchWords };
    const host = await openTop(top, { bytes: program.dram.slice(), latency: [4, 8] }, engine);
    const { cycles, errors } = host.run(program.entry, 0, 2_000_000);
    expect(errors).toEqual([]);
    expect(firstDifference(host, golden(program).dram)).toBe(-1);
    const compactor = host.counters('cau').busy;
    host.engine.close();
    return { cycles, compactor };
  }

  test.each<EngineKind>(['embedded', 'verilator'])(
    'the same values in fewer cycles, %s',
    async (engine) => {
      const rebuilt = await run(6, false, engine);
      const some = await run(4, true, engine); // two of four maps
      const all = await run(6, true, engine);
      expect(some.compactor).toBeLessThan(rebuilt.compactor);
      expect(all.compactor).toBeLessThan(some.compactor);
      expect(some.cycles).toBeLessThan(rebuilt.cycles);
      expect(all.cycles).toBeLessThan(some.cycles);
    },
    600_000,
  );
});
