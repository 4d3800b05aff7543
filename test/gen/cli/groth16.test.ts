// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writeProof } from './groth16-folder.ts';
import { command } from './support.ts';

const withTraces = existsSync(new URL('../../../../shared/traces/groth16-bn254-merkle/manifest.json', import.meta.url));
if (!withTraces) console.warn('shared/traces/groth16-bn254-merkle is absent: the recorded proof is not recomputed');

const patience = 20 * 60_000;
const workload = [
  ...['--design', 'zkflex', '--workload', 'groth16', '--engine', 'verilator', '--json'],
  ...['--preset', 'main', '--set', 'nodes=1'],
];

interface Report {
  readonly ok: boolean;
  readonly difference: string | null;
  readonly compared: number;
}

test.skipIf(!withTraces)(
  'the transforms of 4096 points of a recorded proof equal what the prover had',
  () => {
    const { code, out } = command('sim', ...workload, '--part', 'ntt');
    const { ok, difference, compared } = JSON.parse(out) as Report;
    expect({ ok, difference, compared, code }).toEqual({ ok: true, difference: null, compared: 6 * 4096, code: 0 });
  },
  patience,
);

test.skipIf(!withTraces)(
  'a slice of each G1 sum of a recorded proof equals the golden sum',
  () => {
    const { code, out } = command('sim', ...workload, '--part', 'msm', '--limit', '24');
    const { ok, difference, compared } = JSON.parse(out) as Report;
    expect({ ok, difference, compared, code }).toEqual({ ok: true, difference: null, compared: 5, code: 0 });
  },
  patience,
);

test.each([
  ['as it is', [], () => undefined, { ok: true, difference: null, compared: 34, code: 0 }],
  [
    'with a changed result',
    ['--part', 'ntt'],
    (files: Map<string, bigint[]>) => (files.get('inverse_out.bin')![9]! ^= 1n),
    {
      ok: false,
      difference: expect.stringMatching(/^inverse: element 9 is not \d+$/) as string,
      compared: 32,
      code: 1,
    },
  ],
])(
  'a proof over another curve from its folder, %s',
  (_, part, change, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'kiln-groth16-'));
    writeProof(folder, change);
    const { code, out } = command('sim', ...workload, '--data', folder, ...part);
    rmSync(folder, { recursive: true });
    const { ok, difference, compared } = JSON.parse(out) as Report;
    expect({ ok, difference, compared, code }).toEqual(expected);
  },
  patience,
);

test('a part that does not exist is an error of the user', () => {
  const { code, err } = command('sim', ...workload, '--part', 'fft');
  expect(code).toBe(2);
  expect(err).toContain('There is no part fft.');
});

test(
  'a proof whose transforms and sums come from the design is valid',
  () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const args = ['--import', 'tsx', 'scripts/groth16/main.ts', '--json', '--curve', 'bn254'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    const [outcome] = JSON.parse(stdout) as { verified: boolean; served: unknown[]; product: string }[];
    expect(outcome!.verified).toBe(true);
    expect(outcome!.product).toBe(String(8191 * 131071));
    expect(outcome!.served).toHaveLength(13);
    expect(status).toBe(0);
  },
  patience,
);
