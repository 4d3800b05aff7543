// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { simulate } from '../../sim/index.ts';
import { peak } from './peak.ts';

/** The same in plain TypeScript. */
function peaks(samples: readonly number[], window: number): number[] {
  const results: number[] = [];
  for (let at = 0; at + window <= samples.length; at += window)
    results.push(Math.max(...samples.slice(at, at + window)));
  return results;
}

for (const engine of ['embedded', 'verilator', 'icarus'] as const) {
  for (const window of [1, 3, 8]) {
    test(`peaks of ${window} samples on ${engine}`, async () => {
      await simulate(peak({ width: 8, window }), { engine }, async (dut) => {
        await dut.reset();
        const samples = Array.from({ length: 96 }, () => dut.random.between(-128, 127));
        const input = dut.driver('in', { stall: 0.3 });
        const output = dut.monitor('out', { stall: 0.3 });
        void input.send(samples);
        expect(await output.take(96 / window)).toEqual(peaks(samples, window));
      });
    });
  }
}
