// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command } from './support.ts';

const data = new URL('../../../../shared/traces/dit-digits/manifest.json', import.meta.url);
const withTraces = existsSync(data);
if (!withTraces) console.warn('shared/traces/dit-digits is absent: the workload on recorded data is not run');

const ffnMasks = ['--design', 'exion', '--workload', 'ffn-masks', '--preset', 'tiny', '--limit', '1'] as const;

test.skipIf(!withTraces).each(['embedded', 'verilator'])('ffn-masks on %s equals the golden model', (engine) => {
  const { code, out } = command('sim', ...ffnMasks, '--engine', engine, '--json');
  expect(code).toBe(0);
  const report = JSON.parse(out) as { ok: boolean; compared: number; cycles: number };
  expect(report.ok).toBe(true);
  expect(report.compared).toBeGreaterThan(1000);
});

test.skipIf(!withTraces)(
  'a period of the denoising loop, all layers, on the whole design equals the golden model',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'kiln-sim-'));
    const denoise = [
      '--design',
      'exion',
      '--workload',
      'denoise',
      '--preset',
      'tiny',
      '--engine',
      'verilator',
    ] as const;
    const { code, out } = command('sim', ...denoise, '--steps', '4..8', '--out', folder, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out) as { ok: boolean; compared: number; tables: { rows: (string | number)[][] }[] };
    expect(report.ok).toBe(true);
    // Four steps of four blocks of 49 tokens and 64 channels, four images of 49 patches of four pixels, and the result.
    expect(report.compared).toBe(4 * 4 * 49 * 64 + 5 * 49 * 4);
    const cycles = report.tables[0]!.rows.map((row) => Number(row[2]));
    expect(Math.max(...cycles.slice(1))).toBeLessThan(0.9 * cycles[0]!);
    expect(existsSync(join(folder, 'denoise.png'))).toBe(true);
    rmSync(folder, { recursive: true });
  },
);

test.skipIf(!withTraces)('steps that cannot begin the loop are refused', () => {
  const { code, err } = command('sim', '--design', 'exion', '--workload', 'denoise', '--steps', '3..5');
  expect(code).toBe(2);
  expect(err).toContain('which is a sparse step');
});

test.skipIf(!withTraces)('a wave of the run is written', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-sim-'));
  const wave = join(folder, 'run.vcd');
  expect(command('sim', ...ffnMasks, '--wave', wave).code).toBe(0);
  expect(existsSync(wave)).toBe(true);
  rmSync(folder, { recursive: true });
});

test.each([
  [['--design', 'exion', '--workload', 'ffn-mask'], 'Did you mean ffn-masks?'],
  [['--design', 'exion', '--workload', 'ffn-masks', '--engine', 'verilater'], 'Did you mean verilator?'],
  [['--design', 'exion', '--workload', 'ffn-masks', '--data', 'nowhere'], 'The trace folder nowhere does not exist.'],
  [['--design', 'exion', '--workload', 'ffn-masks', '--limit', 'x'], '--limit cannot be x'],
  [['--design', 'exion', '--workload', 'denoise', '--steps', '4..2'], '--steps cannot be 4..2'],
  [['--design', 'stream_fifo', '--workload', 'x'], 'stream_fifo has no workload.'],
])('wrong input %j', (args, message) => {
  const { code, err } = command('sim', ...args);
  expect(code).toBe(2);
  expect(err).toContain(message);
});
