// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { traps } from './lint-source.ts';

/** Code with one trap, and where it is found. */
type Case = readonly [code: string, ...found: readonly string[]];

function eachFound(cases: readonly Case[]): void {
  test.each(cases.map(([code, ...found]) => ({ code, found })))('finds $code', ({ code, found }) => {
    expect(traps(code)).toEqual(found);
  });
}

function eachAllowed(cases: readonly string[]): void {
  test.each(cases)('allows %s', (code) => {
    expect(traps(code)).toEqual([]);
  });
}

describe('KLN-T001: conditions', () => {
  eachFound([
    ['if (a) use(1);', 'KLN-T001 1:5'],
    ['use();\n\n  if (a.eq(3)) use(1);', 'KLN-T001 3:7'],
    ['if (n > 1) use(1);\nelse if (a) use(2);', 'KLN-T001 2:10'],
    ['while (a) use(1);', 'KLN-T001 1:8'],
    ['do use(1); while (a);', 'KLN-T001 1:19'],
    ['for (let i = 0; a; i++) use(i);', 'KLN-T001 1:17'],
    ['if (opt) use(1);', 'KLN-T001 1:5'],
    ['if (lanes[0]) use(1);', 'KLN-T001 1:5'],
  ]);
  eachAllowed([
    'if (flag) use(1);',
    'if (n > 1 && text === "x") use(1);',
    'while (flag) use(1);',
    'for (let i = 0; i < lanes.length; i++) use(lanes[i]);',
    'for (;;) break;',
    'for (const lane of lanes) use(lane);',
    'if (a.width > 4) use(1);',
    'if (opt !== undefined) use(opt);',
    'if (orNull === null) use(1);',
    'if (numberOrSignal instanceof Object) use(1);',
    'if (typeof numberOrSignal === "number") use(1);',
    'if (lanes) use(1);',
  ]);
});

describe('KLN-T002: negation', () => {
  eachFound([
    ['use(!a);', 'KLN-T002 1:6'],
    ['use(\n  !a.eq(1),\n);', 'KLN-T002 2:4'],
    ['use(!!a);', 'KLN-T002 1:7'],
    ['if (!opt) use(1);', 'KLN-T002 1:6'],
    ['use(Boolean(a));', 'KLN-T002 1:13'],
  ]);
  eachAllowed(['use(!flag);', 'use(!n);', 'use(a.not());', 'use(!(opt === undefined));', 'use(Boolean(n));']);
});

describe('KLN-T003: && and ||', () => {
  eachFound([
    ['use(a && b);', 'KLN-T003 1:5'],
    ['use(a || b);', 'KLN-T003 1:5'],
    ['use(a && n);', 'KLN-T003 1:5'],
    ['use(a && b && c);', 'KLN-T003 1:5', 'KLN-T003 1:10'],
    ['use((flag && a) || b);', 'KLN-T003 1:14'],
    ['use(opt && 1);', 'KLN-T003 1:5'],
    ['let x = a;\nx &&= b;\nx ||= c;', 'KLN-T003 2:1', 'KLN-T003 3:1'],
    ['use(a ?? b);', 'KLN-T003 1:5'],
  ]);
  eachAllowed([
    'use(flag && n > 3);',
    'use(flag || text);',
    'use(a.and(b));',
    'use(opt ?? a);',
    'use(orNull ?? a);',
    'use(lanes[3] ?? a);',
    'let x: typeof opt = a as typeof opt;\nx ??= b;',
    'use(n ?? a);',
    'use(opt !== undefined && opt.width > 3);',
    'function f<T extends typeof opt>(x: T) { return x ?? a; }',
  ]);

  test('a signal on the right only is passed on with a type that shows it, but not in a condition', () => {
    expect(traps('use(flag && a);')).toEqual([]);
    expect(traps('if (flag && a) use(1);')).toEqual(['KLN-T001 1:5']);
  });
});

describe('KLN-T004: comparison of identity', () => {
  eachFound([
    ['use(a === b);', 'KLN-T004 1:5'],
    ['use(a !== b);', 'KLN-T004 1:5'],
    ['use(a == b);', 'KLN-T004 1:5'],
    ['use(a != b);', 'KLN-T004 1:5'],
    ['use(n === numberOrSignal);', 'KLN-T004 1:11'],
    ['use(opt === a);', 'KLN-T004 1:5'],
  ]);
  eachAllowed([
    'use(opt === undefined);',
    'use(undefined !== opt);',
    'use(orNull === null);',
    'use(orNull == null);',
    'use(opt === void 0);',
    'use(n === 3, text !== "x", big === 3n);',
    'use(a.width === b.width);',
    'use(a.name === "valid");',
    'use(typeof a === "object");',
    'use(Object.is(a, b));',
    'use(lanes === numbers);',
  ]);
});

describe('KLN-T005: ?:', () => {
  eachFound([
    ['use(a ? b : c);', 'KLN-T005 1:5'],
    ['use(\n  a.eq(1)\n    ? b\n    : c,\n);', 'KLN-T005 2:3'],
    ['use(opt ? 1 : 2);', 'KLN-T005 1:5'],
  ]);
  eachAllowed(['use(flag ? a : b);', 'use(opt === undefined ? a : opt);', 'use(n > 3 ? a : b);']);
});

describe('KLN-T006: switch', () => {
  eachFound([
    ['switch (a) {\n  case b:\n    use(1);\n}', 'KLN-T006 1:9'],
    ['switch (true as boolean | object) {\n  case a:\n    use(1);\n}', 'KLN-T006 2:8'],
  ]);
  eachAllowed(['switch (n) {\n  case 1:\n    use(a);\n    break;\n  default:\n}', 'switch (a.width) {\n  case 1:\n}']);
});

describe('KLN-T007: arithmetic', () => {
  const binary = ['<', '<=', '>', '>=', '+', '-', '*', '/', '%', '**', '&', '|', '^', '<<', '>>', '>>>'];
  eachFound(binary.map((operator) => [`use(a ${operator} b);`, 'KLN-T007 1:5']));
  eachFound([
    ['use(n + a);', 'KLN-T007 1:9'],
    ['use(text + a);', 'KLN-T007 1:12'],
    ['use(~a);', 'KLN-T007 1:6'],
    ['use(-a);', 'KLN-T007 1:6'],
    ['use(+a);', 'KLN-T007 1:6'],
    ['let x: any = 0;\nx += a;', 'KLN-T007 2:6'],
    ['let x = a;\nx++;\n--x;', 'KLN-T007 2:1', 'KLN-T007 3:3'],
  ]);
  eachAllowed([
    'use(n + 1, -n, ~n, n << 2, big * 3n);',
    'use(a.width + b.width);',
    'use(-a.width);',
    'use(`${n}` + text);',
  ]);
});

describe('KLN-T008: predicates of array methods', () => {
  eachFound([
    ['use(lanes.every((lane) => lane.eq(1)));', 'KLN-T008 1:27'],
    ['use(lanes.filter((lane) => lane));', 'KLN-T008 1:28'],
    ['use(numbers.some(function (x) {\n  return a.eq(x);\n}));', 'KLN-T008 2:10'],
    ['use(numbers.findIndex((x) => {\n  return a.eq(x);\n}));', 'KLN-T008 2:10'],
  ]);
  eachAllowed([
    'use(lanes.every((lane) => lane.width > 1));',
    'use(lanes.map((lane) => lane.eq(1)));',
    'use(vec.some((lane) => lane.eq(1)));',
    'use(numbers.some((x) => {\n  use(() => { return a; });\n  return x > 3;\n}));',
  ]);
});
