// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from '../row.ts';

export interface Measured {
  readonly registers: number;
  readonly seconds: number;
  readonly peakMiB: number;
}

/** Each size runs in a process of its own with the heap that `npm run gen` has, so that peak memory is its own. The best of three is the quiet machine's figure. */
async function measure(registers: number): Promise<Measured> {
  const runs: Measured[] = [];
  for (let i = 0; i < 3; i++) runs.push(await once(registers));
  return runs.reduce((best, run) => (run.seconds < best.seconds ? run : best));
}

function once(registers: number): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./counters-child.ts', import.meta.url)), [String(registers)], {
      execArgv: ['--max-semi-space-size=32', '--import', 'tsx'],
    });
    child.once('message', (message) => resolve(message as Measured));
    child.once('exit', (code) => code !== 0 && reject(new Error(`the measured process ended with ${code}`)));
  });
}

/** Elaborate and emit 1k, 10k and 100k counters with enables, in a straight line. */
export async function run(): Promise<BenchRow[]> {
  const [small, middle, large] = [await measure(1_000), await measure(10_000), await measure(100_000)];
  const text = (m: Measured): string => `${m.registers} registers ${m.seconds.toFixed(2)} s`;
  return [
    { name: '1k registers', value: small.seconds, unit: 's', peer: '', ratio: 1, target: '' },
    {
      name: '10k registers',
      value: middle.seconds,
      unit: 's',
      peer: text(small),
      ratio: middle.seconds / small.seconds,
      target: '<= 12',
    },
    {
      name: '100k registers',
      value: large.seconds,
      unit: 's',
      peer: text(middle),
      ratio: large.seconds / middle.seconds,
      target: '<= 12',
    },
    {
      name: '100k registers, time',
      value: large.seconds,
      unit: 's',
      peer: 'limit 2 s',
      ratio: large.seconds / 2,
      target: '<= 1',
    },
    {
      name: '100k registers, peak memory',
      value: large.peakMiB,
      unit: 'MiB',
      peer: 'limit 1024 MiB',
      ratio: large.peakMiB / 1024,
      target: '<= 1',
    },
  ];
}
