// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fails, type Figure, measured, near, percentile } from '../../sim/experiments/experiment.ts';
import { experiments } from '../../sim/experiments/index.ts';
import { csv, page } from '../../sim/experiments/write.ts';
import { command } from '../gen/cli/support.ts';

test('an experiment prints its findings and writes CSV, SVG and a page, the same each time', () => {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'kiln-experiments-')));
  try {
    const texts = folders.map((folder) => {
      const done = command('experiments', 'exion', 'few-tokens', '--quick', '--out', folder);
      expect(done.err).toBe('');
      expect(done.out).toContain('published: MLD');
      expect(done.out).toMatch(/holds: merge with cv: 0\.0\d+ \(/);
      expect(done.code).toBe(0);
      expect(readdirSync(folder).sort()).toEqual(['05-few-tokens.csv', '05-few-tokens.md', '05-few-tokens.svg']);
      return readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    });
    expect(texts[0]).toEqual(texts[1]);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
});

test.each([
  [['exoin'], 'Did you mean exion?'],
  [['exion', 'few-token'], 'Did you mean few-tokens?'],
  [[], 'No system given.'],
])('wrong words %j are one error, exit code 2', (args, text) => {
  const done = command('experiments', ...args);
  expect(done.code).toBe(2);
  expect(done.err).toContain(text);
});

test('numbers and names are unique within a system', () => {
  const keys = experiments.flatMap(({ system, number, name }) => [`${system} ${number}`, `${system} ${name}`]);
  expect(new Set(keys).size).toBe(keys.length);
});

test('fields with commas and quotes are quoted in CSV', () => {
  const result = { columns: ['a', 'b, c'], rows: [['say "x"', 1]], findings: [] };
  expect(csv({ ...result, plot: { x: '', y: '', kind: 'bar', points: [] } })).toBe('a,"b, c"\n"say ""x""",1\n');
});

test('a page says what does not hold, and why where that is known', () => {
  const result = {
    columns: ['a'],
    rows: [[1]],
    findings: [
      { text: 'one', holds: false },
      { text: 'two', holds: false, missed: 'it is slow' },
      { text: 'three', holds: true, missed: 'it is slow' },
    ],
    notes: ['A note.'],
    plot: { x: '', y: '', kind: 'bar', points: [] },
  } as const;
  const text = page(experiments[0]!, result);
  expect(text).toContain(
    '- one (**does not hold**)\n- two (**does not hold**: it is slow)\n- three (holds)\n\nA note.\n',
  );
});

test('a figure holds when the mean over seeds is within 0.02 or 3 % of it', () => {
  const ours = measured([0.4, 0.5]);
  expect(ours).toMatchObject({ mean: 0.45, least: 0.4, most: 0.5 });
  expect(ours.deviation).toBeCloseTo(0.0707, 4);
  const holds = (expected: Figure, values = ours): boolean | null => near('x', values, expected).holds;
  expect([0.43, 0.47, 0.4299, 0.4701].map((expected) => holds(expected))).toEqual([true, true, false, false]);
  expect([holds([0.4, 0.431]), holds([0.4, 0.42])]).toEqual([true, false]);
  expect([holds(0.98, measured([0.951])), holds(0.98, measured([0.95]))]).toEqual([true, false]);
  expect(near('x', ours, 0.5, 0.06).holds).toBe(true);
});

test('a percentile counts values equal to the figure half', () => {
  expect([0, 1, 2, 3, 5].map((of) => percentile(measured([1, 2, 3, 4]), of))).toEqual([0, 12.5, 37.5, 62.5, 100]);
});

test('the command fails for a finding that does not hold, unless it is a known miss', () => {
  const found = [true, false, null].flatMap((holds) => [{ holds }, { holds, missed: 'why' }]);
  expect(found.map((each) => fails({ text: '', ...each }))).toEqual([false, false, true, false, false, false]);
});
