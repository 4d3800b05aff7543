// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runLint } from '../../scripts/lint-hdl/cli.ts';
import { LANGUAGE } from './lint-source.ts';

const root = mkdtempSync(join(tmpdir(), 'kiln-lint-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): string {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
  return join(root, path);
}

function run(...argv: string[]): { code: number; out: string; err: string } {
  const out: string[] = [];
  const err: string[] = [];
  const code = runLint(argv, root, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

write(
  'tsconfig.json',
  '{ "compilerOptions": { "strict": true, "module": "NodeNext", "allowImportingTsExtensions": true, "noEmit": true } }',
);
write('src/dsl/signal.ts', LANGUAGE);
write('src/modules/good.ts', "import { Signal } from '../dsl/signal.ts';\nexport const s = new Signal().not();\n");
const bad = write('extra/bad.ts', "import { Signal } from '../src/dsl/signal.ts';\nif (new Signal()) throw 1;\n");

describe('lint:hdl', () => {
  test('exits 0 on good code and says how much it looked at', () => {
    const { code, out } = run();
    expect(out).toMatch(/^lint:hdl: 2 files checked in \d+\.\d s, no findings$/);
    expect(code).toBe(0);
  });

  test.each([
    ['a file', bad],
    ['a folder', join(root, 'extra')],
  ])('checks %s on the command line on top, and exits 1 on findings', (_name, path) => {
    const { code, out } = run(path);
    expect(out).toMatch(/^extra\/bad\.ts:2:5 {2}KLN-T001 {2}`if` on the Signal .+ {2}write `m\.when/);
    expect(out).toMatch(/\nlint:hdl: 3 files checked in \d+\.\d s, 1 finding$/);
    expect(code).toBe(1);
  });

  test('prints JSON', () => {
    const { code, out } = run('--json', bad);
    expect(JSON.parse(out)).toMatchObject({
      files: 3,
      findings: [{ path: 'extra/bad.ts', line: 2, code: 'KLN-T001' }],
    });
    expect(code).toBe(1);
  });

  test('explains itself', () => {
    const { code, out } = run('--help');
    expect(out).toContain('Usage: npm run lint:hdl');
    expect(out).toContain('KLN-T007');
    expect(code).toBe(0);
  });

  test.each([
    [['--jsno'], /Unknown option '--jsno'/],
    [['missing.ts'], /no such file or folder: missing\.ts/],
    [[join(root, 'tsconfig.json')], /not a TypeScript file: /],
  ])('exits 2 on %j', (argv, message) => {
    const { code, out, err } = run(...argv);
    expect(err).toMatch(message);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});
