// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { command } from './support.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiln-gen-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('writes a package whose own lint script finds nothing', () => {
  const out = join(folder, 'tiny');
  const { code, out: text } = command('gen', '--design', 'exion', '--preset', 'tiny', '--out', out);
  expect(code).toBe(0);
  expect(text).toContain('top module');
  const files = readdirSync(out);
  for (const name of [
    'exion.v',
    'exion.f',
    'exion.core',
    'exion_project.tcl',
    'exion.xdc',
    'exion.sdc',
    'exion.md',
    'manifest.json',
  ]) {
    expect(files).toContain(name);
  }
  const lint = spawnSync('sh', [join(out, 'lint.sh')], { encoding: 'utf8' });
  expect(lint.stdout + lint.stderr).toBe('exion: lint clean\n');
});

test('a second run replaces the first and gives the same bytes', () => {
  const out = join(folder, 'twice');
  const read = (): Record<string, string> =>
    Object.fromEntries(readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]));
  command('gen', '--design', 'conmerge', '--preset', 'tiny', '--out', out);
  const first = read();
  expect(command('gen', '--design', 'conmerge', '--preset', 'tiny', '--out', out).code).toBe(0);
  expect(read()).toEqual(first);
});

test('a reset option reaches the Verilog', () => {
  const out = join(folder, 'async');
  const { code, out: text } = command(
    'gen',
    '--design',
    'stream_fifo',
    '--reset',
    'async',
    '--reset-polarity',
    'low',
    '--out',
    out,
    '--json',
  );
  expect(code).toBe(0);
  expect((JSON.parse(text) as { modules: string[] }).modules).toEqual(['stream_fifo']);
  expect(readFileSync(join(out, 'stream_fifo.v'), 'utf8')).toContain('rst_n');
});

test.each([
  [['--design', 'exoin'], 'There is no design exoin. Did you mean exion?'],
  [['--design', 'exion', '--preset', 'tinny'], 'Did you mean tiny?'],
  [['--design', 'exion', '--set', 'sizee=4'], 'exion has no parameter sizee. Did you mean size?'],
  [['--design', 'exion', '--set', 'size=0'], 'size = 0: '],
  [['--design', 'exion', '--set', 'size'], '--set needs KEY=VALUE'],
  [['--design', 'exion', '--reset', 'maybe'], '--reset cannot be maybe'],
  [[], 'No design given'],
])('wrong input %j is one message with a cure', (args, message) => {
  const out = join(folder, 'never');
  const { code, err } = command('gen', ...args, '--out', out);
  expect(code).toBe(2);
  expect(err).toContain(message);
  expect(err).toContain('cure:');
  expect(err).not.toContain('    at ');
  expect(existsSync(out)).toBe(false);
});

test('a folder of somebody else is never replaced', () => {
  const out = join(folder, 'mine');
  mkdirSync(out);
  writeFileSync(join(out, 'thesis.txt'), 'precious');
  const { code, err } = command('gen', '--design', 'exion', '--preset', 'tiny', '--out', out);
  expect(code).toBe(2);
  expect(err).toContain('is not an output of this generator');
  expect(readdirSync(out)).toEqual(['thesis.txt']);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('lists designs and library blocks', () => {
  const rows = JSON.parse(command('gen', '--list', '--json').out) as { name: string; presets: string[] }[];
  expect(rows.find((row) => row.name === 'exion')?.presets).toEqual(['main', 'tiny', 'exion4', 'exion24']);
  expect(rows.length).toBeGreaterThan(20);
});
