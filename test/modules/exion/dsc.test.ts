// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { openEngine } from '../../../sim/open.ts';
import { dsc } from '../../../src/modules/exion/core/dsc.ts';
import { compileNetwork } from '../../../src/modules/exion/program/index.ts';
import { SerialCore } from './dsc.bench.ts';
import { runInLockstep } from './dsc.lockstep.ts';
import { mixedSettings, shapes, targets } from './program.cases.ts';
import { syntheticNetwork, syntheticNoise } from './program.networks.ts';

const cases: readonly { target: string; shape: string; mapBuffers?: number }[] = [
  ...Object.keys(shapes).map((shape) => ({ target: 'tiny', shape })),
  { target: 'size 4, lanes 8', shape: 'odd' },
  { target: 'size 2, lanes 8, colour', shape: 'even' },
  { target: 'size 8, lanes 8, colour', shape: 'odd' },
  { target: 'size 16, lanes 16, as main', shape: 'even' },
  // Three maps of eight kept, over a period of dense, renewed and sparse, and the beginning of the next.
  { target: 'tiny', shape: 'even', mapBuffers: 5 },
];

test.each(cases)(
  'whole steps of a network on the units, command for command: $target, $shape',
  async ({ target: name, shape: shapeName, mapBuffers = 2 }) => {
    const shape = shapes[shapeName]!;
    const target = { ...targets[name]!, params: { ...targets[name]!.params, mapBuffers } };
    const [sparse, steps] = mapBuffers > 2 ? [2, 4] : [1, 2];
    const network = syntheticNetwork(shape, 3);
    const job = { label: 0, noise: syntheticNoise(shape, 4), settings: mixedSettings(shape, 5, sparse), steps };
    const program = compileNetwork(network, job, target);
    const engine = await openEngine(dsc(target.params), { engine: 'embedded' });
    try {
      const core = new SerialCore(engine, target.scratchWords, { stall: 0.2, seed: 6 });
      expect(runInLockstep(program, core)).toBeGreaterThan(100);
    } finally {
      engine.close();
    }
  },
);
