// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saveDit } from '../../../src/modules/exion/dit/save.ts';
import { syntheticDit } from '../../../src/modules/exion/dit/synthetic.ts';
import { command } from './support.ts';

interface Report {
  readonly ok: boolean;
  readonly difference: string | null;
  readonly compared: number;
}

/** Runs the loop of a network that no trainer has made, from a folder, on the small core. */
function denoise(shape: Parameters<typeof syntheticDit>[1], ...options: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-denoise-'));
  try {
    const { network, samples } = syntheticDit(3, shape);
    saveDit(folder, network, samples);
    const tiny = ['--design', 'exion', '--workload', 'denoise', '--preset', 'tiny', '--data', folder] as const;
    return command('sim', ...tiny, ...options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  [
    'sixteen tokens, two heads',
    { tokens: 16, width: 32, heads: 2, ffn: 48, blocks: 3, pixels: 4, labels: 3, steps: 6 },
  ],
  ['nothing a power of two', { tokens: 9, width: 18, heads: 3, ffn: 30, blocks: 1, pixels: 4, labels: 2, steps: 2 }],
  ['fewer tokens than rows', { tokens: 1, width: 16, heads: 1, ffn: 16, blocks: 1, pixels: 9, labels: 1, steps: 4 }],
])('a network of another shape, from its folder: %s', (_, shape) => {
  const { code, out, err } = denoise(shape, '--json');
  expect(err).toBe('');
  const { ok, difference, compared } = JSON.parse(out) as Report;
  const { tokens, width, blocks, pixels, steps } = shape;
  const ran = Math.min(4, steps);
  expect({ code, ok, difference, compared }).toEqual({
    code: 0,
    ok: true,
    difference: null,
    compared: ran * blocks * tokens * width + (ran + 1) * tokens * pixels,
  });
});

test('a network that does not fit is refused with the parameter that is too small', () => {
  const wide = { tokens: 16, width: 32, heads: 2, ffn: 2048, blocks: 1, pixels: 1, labels: 1, steps: 4 };
  const { code, err } = denoise(wide);
  expect(code).toBe(2);
  expect(err).toContain('FFN width 2048: 2048 bytes a row needed, depth is 256');
});
