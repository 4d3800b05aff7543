// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { lintSource, traps } from './lint-source.ts';

describe('what counts as hardware', () => {
  test.each([
    ['a plain signal', 'if (a) use();'],
    ['a signal with a type argument', 'if (typed) use();'],
    ['a class that extends Signal', 'if (reg) use();'],
    ['a concrete value, which is as true when it is zero', 'if (bits) use();'],
    ['a vector', 'if (vec) use();'],
    ['a stream', 'if (stream) use();'],
    ['a union with a host type', 'if (numberOrSignal) use();'],
    ['an intersection', 'if (a as typeof a & { tag: 1 }) use();'],
    ['an element of a nested array', 'const row = grid[0]!;\nif (row[1]) use();'],
    ['the result of a call', 'if (a.and(b)) use();'],
    ['an awaited one', 'if (await Promise.resolve(a)) use();'],
    [
      'a constrained type parameter',
      "import type { Signal } from '../dsl/signal.ts';\nfunction f<S extends Signal>(x: S) { if (x) use(); }",
    ],
    ['a property picked by a key', 'function f<K extends "valid" | "ready">(k: K) { if (stream[k]) use(); }'],
    [
      'an implementation of Comb',
      "import type { Comb } from '../dsl/signal.ts';\nabstract class Wide implements Comb<Wide> { abstract width: number; abstract eq(): Wide; abstract and(): Wide; abstract not(): Wide; f() { if (this) use(); } }",
    ],
  ])('%s', (_name, code) => {
    expect(traps(code)).toHaveLength(1);
  });

  test('the values of a helper written over Comb<V>', () => {
    const helper = (body: string): string =>
      `import type { Comb } from '../dsl/signal.ts';\nfunction f<V>(x: Comb<V>, y: Comb<V>): V {\n  ${body}\n}`;
    expect(traps(helper('return x.eq(y) ? x.not() : y.not();'))).toEqual(['KLN-T005 3:10']);
    expect(traps(helper('if (x) use();\n  return x.not();'))).toEqual(['KLN-T001 3:7']);
    expect(traps(helper('return x.width > 3 ? x.not() : y.not();'))).toEqual([]);
  });

  test('the same through an array of Comb<V>', () => {
    const code =
      "import type { Comb } from '../dsl/signal.ts';\nfunction f<V>(all: readonly Comb<V>[]): unknown {\n  return all[0]!.not() || 1;\n}";
    expect(traps(code)).toEqual(['KLN-T003 3:10']);
  });
});

describe('what does not', () => {
  test.each([
    [
      'a class of the same name from elsewhere',
      'class Signal {}\nconst s: Signal | number = new Signal();\nif (s) use();',
    ],
    ['a record of signals', 'const io: { x: typeof a } | undefined = { x: a };\nif (io) use();'],
    ['an array of signals', 'if (lanes) use();'],
    ['a function of signals', 'const f: (() => typeof a) | undefined = () => a;\nif (f) use();'],
    ['any', 'const x: any = 1;\nif (x) use();'],
    ['unknown', 'const x: unknown = 1;\nif (x) use();'],
    ['a type parameter that is not tied to hardware', 'function f<T>(x: T, y: typeof a) { if (x) use(y); }'],
  ])('%s', (_name, code) => {
    expect(traps(code)).toEqual([]);
  });
});

describe('the text of a finding', () => {
  test('names the file, the form, the value and the cure', () => {
    expect(lintSource('if (a.eq(1)) use();')).toEqual([
      {
        path: 'src/modules/block.ts',
        line: 1,
        column: 5,
        code: 'KLN-T001',
        message: '`if` on the Signal `a.eq(1)`: decided once, while the circuit is built, and always taken',
        cure: 'write `m.when(condition, () => { ... })` for hardware that depends on it',
      },
    ]);
  });

  test('for an optional signal the cure is to ask for it openly', () => {
    const [finding] = lintSource('if (opt) use();');
    expect(finding?.message).toBe('`if` on the Signal `opt`: asks only whether there is one, not what its value is');
    expect(finding?.cure).toContain('`x !== undefined`');
  });

  test('a long expression is shortened and stays on one line', () => {
    const [finding] = lintSource('if (\n  a.and(b)\n    .and(b)\n    .and(b).and(c).and(a).and(b).and(c)\n) use();');
    expect(finding?.line).toBe(2);
    expect(finding?.message).toContain('`a.and(b) .and(b) .and(b).and(c).and(a...`');
  });
});
