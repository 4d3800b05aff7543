// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { missingLicences, projectFiles } from '../../scripts/license-check.ts';
import { importReader, type Import, importsOf } from './imports.ts';
import { goldenFaults, isGolden, layerFault } from './layers.ts';

const root = resolve(import.meta.dirname, '../..');
const files = projectFiles(root);
const typescript = files.filter((path) => path.endsWith('.ts'));
const readImports = importReader(root);

/** Longest file of `src` and `sim`: what fits in a reader's head. */
const LONGEST = 300;

/** Files that may be longer, each with its reason. */
const LONGER: Readonly<Record<string, string>> = {};

function lineCount(path: string): number {
  return readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length;
}

describe('the house', () => {
  test('every source file states its licence', () => {
    expect(missingLicences(root, files).join('\n')).toBe('');
  });

  test(`no file of src and sim is longer than ${LONGEST} lines`, () => {
    const long = files
      .filter((path) => /^(src|sim)\/.*\.(ts|hbs|cpp|h)$/.test(path) && !(path in LONGER))
      .map((path) => ({ path, lines: lineCount(path) }))
      .filter(({ lines }) => lines > LONGEST)
      .map(({ path, lines }) => `${path}:${LONGEST + 1}  ${lines} lines: split it by concept`);
    expect(long.join('\n')).toBe('');
  });

  test('the exceptions to the length are still needed', () => {
    const stale = Object.keys(LONGER).filter((path) => !files.includes(path) || lineCount(path) <= LONGEST);
    expect(stale).toEqual([]);
  });

  test('imports run one way', () => {
    const faults = typescript.flatMap((path) => readImports(path).map(layerFault)).filter((fault) => fault !== null);
    expect(faults.join('\n')).toBe('');
  });

  test('golden models share nothing with the hardware', () => {
    const faults = typescript.filter(isGolden).flatMap((path) => goldenFaults(path, readImports));
    expect(faults.join('\n')).toBe('');
  });
});

describe('the rules themselves', () => {
  const imports = (path: string, text: string): Import[] => importsOf(path, text);
  const fault = (path: string, text: string): string | null => layerFault(imports(path, text)[0]!);

  test('imports of every form are seen, with their line', () => {
    const text = [
      "import a from './a.ts';",
      "import type { B } from './b.ts';",
      "import { type C } from './c.ts';",
      "export * from './d.ts';",
      "export type { E } from '../e.ts';",
      "const f = await import('./f.ts');",
      "let g: import('./g.ts').G;",
      "// import h from './h.ts';",
      "import 'node:fs';",
    ].join('\n');
    expect(
      imports('src/ir/x.ts', text).map((item) => [item.line, item.target ?? item.specifier, item.typeOnly]),
    ).toEqual([
      [1, 'src/ir/a.ts', false],
      [2, 'src/ir/b.ts', true],
      [3, 'src/ir/c.ts', false],
      [4, 'src/ir/d.ts', false],
      [5, 'src/e.ts', true],
      [6, 'src/ir/f.ts', false],
      [7, 'src/ir/g.ts', true],
      [9, 'node:fs', false],
    ]);
  });

  test.each([
    [
      'src/ir/x.ts',
      "import '../dsl/signal.ts';",
      "src/ir/x.ts:1  imports '../dsl/signal.ts': src/ir may import nothing",
    ],
    ['src/ir/passes/x.ts', "\nimport 'node:fs';", "src/ir/passes/x.ts:2  imports 'node:fs': src/ir may use no package"],
    ['src/dsl/x.ts', "import '../sim/run.ts';", 'src/dsl may import src/ir beside itself, not src/sim'],
    ['src/dsl/x.ts', "import 'handlebars';", 'may use no package but zod'],
    ['src/sim/x.ts', "import { A } from '../dsl/a.ts';", 'may take only types from src/dsl'],
    ['src/modules/lib/x.ts', "import type { A } from '../../ir/a.ts';", 'src/modules may import src/dsl'],
    ['src/gen/x.ts', "import '../../sim/verilator.ts';", 'not sim'],
    ['src/gen/x.ts', "import '../../test/x.ts';", 'not test/x.ts'],
    ['src/util/x.ts', "import '../ir/a.ts';", 'its folder is in no layer'],
    ['sim/x.ts', "import '../src/modules/lib/fifo.ts';", 'not src/modules'],
  ])('%s may not contain %j', (path, text, expected) => {
    expect(fault(path, text)).toContain(expected);
  });

  test.each([
    ['src/modules/lib/x.ts', "import '../../dsl/index.ts';"],
    ['src/modules/lib/x.ts', "import 'node:fs';"],
    ['src/dsl/x.ts', "import { z } from 'zod';"],
    ['src/dsl/x.ts', "import '../ir/a.ts';"],
    ['src/sim/x.ts', "import type { A } from '../dsl/a.ts';"],
    ['src/gen/x.ts', "import '../sim/a.ts';"],
    ['src/gen/cli/sim.ts', "import '../../../sim/verilator.ts';"],
    ['sim/x.ts', "import './y.ts';"],
    ['test/ir/x.test.ts', "import '../../src/gen/a.ts';"],
  ])('%s may contain %j', (path, text) => {
    expect(fault(path, text)).toBeNull();
  });

  test('golden models are recognised', () => {
    expect(isGolden('src/modules/exion/conmerge.golden.ts')).toBe(true);
    expect(isGolden('src/modules/exion/golden/bits.ts')).toBe(true);
    expect(isGolden('src/modules/exion/conmerge.ts')).toBe(false);
  });

  test('a golden model may not reach hardware on any way but through parameters', () => {
    const texts: Readonly<Record<string, string>> = {
      'src/modules/m/a.golden.ts': "import type { S } from '../../dsl/signal.ts';",
      'src/modules/m/b.golden.ts': "import '../lib/helper.ts';",
      'src/modules/m/c.golden.ts': "import './c.params.ts';\nimport type { X } from './c.ts';",
      'src/modules/lib/helper.ts': "import '../../dsl/block.ts';",
      'src/modules/m/c.params.ts': "import '../../dsl/params.ts';",
      'src/modules/m/c.ts': "import '../../dsl/block.ts';",
    };
    const read = (path: string): Import[] => imports(path, texts[path] ?? '');
    expect(goldenFaults('src/modules/m/a.golden.ts', read)).toEqual([
      "src/modules/m/a.golden.ts:1  imports '../../dsl/signal.ts': a golden model may not depend on src/dsl/signal.ts",
    ]);
    expect(goldenFaults('src/modules/m/b.golden.ts', read)).toEqual([
      "src/modules/m/b.golden.ts:1  imports '../lib/helper.ts': a golden model may not depend on src/dsl/block.ts, " +
        'by way of src/modules/lib/helper.ts',
    ]);
    expect(goldenFaults('src/modules/m/c.golden.ts', read)).toEqual([]);
  });
});
