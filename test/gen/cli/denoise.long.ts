// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { command } from './support.ts';

const withTraces = existsSync(new URL('../../../../shared/traces/dit-digits/manifest.json', import.meta.url));
if (!withTraces) console.warn('shared/traces/dit-digits is absent: the denoising loop is not run');

/** Some minutes each on a quiet machine; a busy one takes its time. */
const patience = 3 * 3600_000;

test.skipIf(!withTraces).each([
  ['tiny', '0..50'],
  ['main', '0..4'],
])(
  'the denoising loop on %s, steps %s, equals the golden model value for value',
  (preset, steps) => {
    const denoise = ['--design', 'exion', '--workload', 'denoise', '--engine', 'verilator', '--json'] as const;
    const { code, out } = command('sim', ...denoise, '--preset', preset, '--steps', steps);
    const report = JSON.parse(out) as { ok: boolean; difference: string | null; cycles: number };
    console.log(`${preset}, steps ${steps}: ${report.cycles} cycles`);
    expect(report.difference).toBe(null);
    expect(report.ok).toBe(true);
    expect(code).toBe(0);
  },
  patience,
);
