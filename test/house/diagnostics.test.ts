// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codes } from '../../src/ir/diagnostics.ts';

const folder = resolve(import.meta.dirname, '../diagnostics');
const tests = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));

describe('diagnostics', () => {
  test('every code has its test file, and every test file its code', () => {
    const expected = Object.keys(codes).map((code) => `${code}.test.ts`);
    expect(tests.sort()).toEqual(expected.sort());
  });

  test.each(tests)('%s shows what a user sees', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    expect(text).toContain(` ${name.replace('.test.ts', '')}: `);
  });
});
