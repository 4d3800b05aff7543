// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildModel } from '../../sim/verilator/build.ts';
import { memberName, renderShim } from '../../sim/verilator/shim.ts';
import { cached, cacheFolder, hashOf, prune } from '../../src/gen/tools/cache.ts';
import { foreign, widths } from './models.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kiln-cache-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('the cache', () => {
  test('builds once, also when asked twice at once, and finds it again', async () => {
    let builds = 0;
    const build = async (folder: string): Promise<void> => {
      builds++;
      await pause(5);
      writeFileSync(join(folder, 'it'), 'done');
    };
    const [a, b] = await Promise.all([cached('key', build, root), cached('key', build, root)]);
    expect(a).toBe(b);
    expect(readFileSync(join(await cached('key', build, root), 'it'), 'utf8')).toBe('done');
    expect(builds).toBe(1);
    expect(readdirSync(root)).toEqual(['key']);
  });

  test('leaves nothing of a build that failed, and tries again', async () => {
    const failing = async (folder: string): Promise<void> => {
      writeFileSync(join(folder, 'half'), '');
      throw new Error('no space');
    };
    await expect(cached('key', failing, root)).rejects.toThrow('no space');
    expect(readdirSync(root)).toEqual([]);
    await cached('key', async (folder) => writeFileSync(join(folder, 'whole'), ''), root);
    expect(readdirSync(join(root, 'key'))).toEqual(['whole']);
  });

  test('takes the result of another process that was faster', async () => {
    const slow = async (folder: string): Promise<void> => {
      writeFileSync(join(folder, 'mine'), '');
      mkdirSync(join(root, 'key'));
      writeFileSync(join(root, 'key', 'theirs'), '');
    };
    const folder = await cached('key', slow, root);
    expect(readdirSync(folder)).toEqual(['theirs']);
    expect(readdirSync(root)).toEqual(['key']);
  });

  test('drops what is old, then the least recently used of what is too large', () => {
    const entry = (name: string, age: number, bytes: number): void => {
      mkdirSync(join(root, name));
      writeFileSync(join(root, name, 'data'), Buffer.alloc(bytes));
      const then = new Date(Date.now() - age);
      utimesSync(join(root, name), then, then);
    };
    entry('fresh', 0, 900);
    entry('recent', 10_000, 50);
    entry('big', 20_000, 500);
    entry('small', 30_000, 10);
    entry('old', 90_000, 10);
    expect(prune(root, { bytes: 1000, ageMs: 60_000, keepMs: 1000 }).sort()).toEqual(['big', 'old']);
    expect(readdirSync(root).sort()).toEqual(['fresh', 'recent', 'small']);
  });

  test('lies outside of the sources', () => {
    const saved = { ...process.env };
    try {
      process.env['KILN_CACHE'] = '/somewhere';
      expect(cacheFolder()).toBe('/somewhere');
      process.env['KILN_CACHE'] = '';
      process.env['XDG_CACHE_HOME'] = '/xdg';
      expect(cacheFolder()).toBe('/xdg/kiln');
      delete process.env['XDG_CACHE_HOME'];
      expect(cacheFolder()).toBe(join(homedir(), '.cache/kiln'));
    } finally {
      process.env = saved;
    }
  });

  test('keys tell texts apart that only join to the same', () => {
    expect(hashOf(['ab', 'c'])).not.toBe(hashOf(['a', 'bc']));
  });
});

test('two processes build one model at once', async () => {
  const unique = `module racy(input wire clk, input wire [7:0] a, output reg [7:0] q); // ${root}
  always @(posedge clk) q <= a + 1; endmodule`;
  const node = ['--import', 'tsx', new URL('./build-worker.ts', import.meta.url).pathname, unique];
  const runs = await Promise.all([1, 2].map(() => promisify(execFile)(process.execPath, node)));
  expect(runs.map((run) => run.stdout)).toEqual(['result 42\n', 'result 42\n']);
  const { model } = await buildModel(foreign('racy', ['in a 8', 'out q 8'], unique));
  const folder = join(model, '..');
  expect(readdirSync(folder)).toEqual(['model.node']);
  rmSync(folder, { recursive: true });
});

test('only what is needed is rebuilt, and tools that are replaced do rebuild', async () => {
  const first = await buildModel(widths);
  expect(await buildModel(widths)).toEqual(first);
  expect(existsSync(first.host)).toBe(true);
});

describe('the shim', () => {
  test('spells names as Verilator does', () => {
    expect(['plain', 'a__b', 'a___b', '__x', 'delete', 'this'].map(memberName)).toEqual([
      'plain',
      'a___05Fb',
      'a___05F_b',
      '___05Fx',
      '__SYM__delete',
      '__SYM__this',
    ]);
  });

  test('and so a model with such ports compiles', async () => {
    const ports = ['in a__b 4', 'in delete 1', 'in x___y 40', 'out __q 4', 'out operator 90', 'out double 1'];
    const text = `module odd(input wire clk, input wire [3:0] a__b, input wire delete, input wire [39:0] x___y,
      output wire [3:0] __q, output wire [89:0] operator, output wire double);
      assign __q = a__b; assign operator = {50'd0, x___y}; assign double = delete; endmodule`;
    await expect(buildModel(foreign('odd', ports, text))).resolves.toBeDefined();
  });

  test('masks what lies above a port', () => {
    const shim = renderShim(widths, false);
    expect(shim).toContain('m.b31 = in[1] & 0x7fffffffu;');
    expect(shim).toContain('m.b33 = in[3] | uint64_t(in[4] & 0x1u) << 32;');
    expect(shim).toContain('m.b32 = in[2];');
  });
});
