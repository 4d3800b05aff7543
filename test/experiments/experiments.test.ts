// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { measured, near } from '../../sim/experiments/experiment.ts';
import { experiments } from '../../sim/experiments/index.ts';
import { csv } from '../../sim/experiments/write.ts';
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

test('a value holds when a seed comes within the tolerance of the model', () => {
  const ours = measured([0.4, 0.5]);
  expect(ours).toEqual({ mean: 0.45, least: 0.4, most: 0.5 });
  expect(near('x', ours, 0.52, 0.02).holds).toBe(true);
  expect(near('x', ours, 0.53, 0.02).holds).toBe(false);
  expect(near('x', ours, 0.37, 0.02).holds).toBe(false);
});
