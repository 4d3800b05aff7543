// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { command } from './support.ts';

const withTraces = existsSync(new URL('../../../../shared/traces/groth16-bn254-merkle/manifest.json', import.meta.url));
if (!withTraces) console.warn('shared/traces/groth16-bn254-merkle is absent: the recorded proof is not recomputed');

const patience = 3 * 3600_000;

test.skipIf(!withTraces).each([1, 4])(
  'all transforms and G1 sums of a recorded proof on %i nodes',
  (nodes) => {
    const design = ['--design', 'zkflex', '--preset', 'main', '--set', `nodes=${nodes}`];
    const { code, out } = command('sim', ...design, '--workload', 'groth16', '--engine', 'verilator', '--json');
    const { ok, difference, compared, cycles } = JSON.parse(out) as {
      ok: boolean;
      difference: string | null;
      compared: number;
      cycles: number;
    };
    console.log(`${nodes} nodes: ${cycles} cycles`);
    expect({ ok, difference, compared, code }).toEqual({
      ok: true,
      difference: null,
      compared: 6 * 4096 + 5,
      code: 0,
    });
  },
  patience,
);
