// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import type { Expr } from '../../src/ir/expr.ts';
import type { Decl } from '../../src/ir/module.ts';
import { opNames, type OpName, opTable } from '../../src/ir/ops.ts';
import { ExprPool, OperandError } from '../../src/ir/pool.ts';
import { resultWidth } from '../../src/ir/width-rules.ts';
import { evaluate, inputPort } from './support.ts';

/** A value built twice: as a folded expression, and as the number that the operator table gives without any folding. */
interface Pair {
  readonly expr: Expr;
  readonly value: bigint;
}

class Builder {
  readonly pool = new ExprPool();
  readonly values = new Map<Decl, bigint>();
  readonly made: Pair[] = [];

  signal(width: number, value: bigint): Pair {
    const decl = inputPort(`x${this.values.size}`, width);
    this.values.set(decl, value & mask(width));
    return this.#add(this.pool.ref(decl), value & mask(width));
  }

  constant(width: number, value: bigint): Pair {
    return this.#add(this.pool.constant(value, width), value & mask(width));
  }

  op(op: OpName, args: readonly Pair[]): Pair {
    const widths = args.map((arg) => arg.expr.width);
    const width = resultWidth(op, widths);
    const value = opTable[op].evaluate(
      args.map((arg) => arg.value),
      widths,
      width,
    );
    return this.#add(
      this.pool.op(
        op,
        args.map((arg) => arg.expr),
      ),
      value,
    );
  }

  slice(arg: Pair, lo: number, width: number): Pair {
    return this.#add(this.pool.slice(arg.expr, lo, width), (arg.value >> BigInt(lo)) & mask(width));
  }

  /** The value cut or extended to a width. */
  fit(arg: Pair, width: number): Pair {
    if (arg.expr.width >= width) return this.slice(arg, 0, width);
    return this.op('concat', [this.constant(width - arg.expr.width, 0n), arg]);
  }

  #add(expr: Expr, value: bigint): Pair {
    const pair = { expr, value };
    this.made.push(pair);
    return pair;
  }
}

const widths = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom(8, 31, 32, 33, 63, 64, 65, 200));
const leaf = fc.record({
  width: widths,
  value: fc.oneof(fc.constantFrom(0n, 1n, -1n), fc.bigInt({ min: 0n, max: 1n << 200n })),
  isConstant: fc.boolean(),
});
const step = fc.record({
  op: fc.constantFrom<OpName | 'slice'>(...opNames, 'slice', 'slice'),
  picks: fc.array(fc.nat(), { minLength: 3, maxLength: 5 }),
});

function apply(builder: Builder, { op, picks }: { op: OpName | 'slice'; picks: number[] }): void {
  const known = builder.made.slice();
  const args = picks.map((pick) => known[pick % known.length]!);
  const [a, b, c] = args as [Pair, Pair, Pair];
  if (op === 'slice') {
    const lo = picks[1]! % (a.expr.width + 1);
    builder.slice(a, lo, picks[2]! % (a.expr.width - lo + 1));
    return;
  }
  switch (opTable[op].rule) {
    case 'one':
      builder.op(op, [a]);
      break;
    case 'equal':
      builder.op(op, [a, builder.fit(b, a.expr.width)]);
      break;
    case 'any':
      // Products grow; keep them in bounds.
      builder.op(op, [builder.fit(a, Math.min(a.expr.width, 200)), builder.fit(b, Math.min(b.expr.width, 70))]);
      break;
    case 'mux':
      builder.op(op, [builder.fit(a, 1), b, builder.fit(c, b.expr.width)]);
      break;
    case 'select':
      builder.op(op, [
        builder.fit(a, Math.min(a.expr.width, 3)),
        ...args.slice(1).map((arg) => builder.fit(arg, b.expr.width)),
      ]);
      break;
    case 'list':
      builder.op(
        op,
        args.map((arg) => builder.fit(arg, Math.min(arg.expr.width, 70))),
      );
  }
}

describe('folding', () => {
  test('never changes a value', () => {
    fc.assert(
      fc.property(
        fc.array(leaf, { minLength: 1, maxLength: 5 }),
        fc.array(step, { maxLength: 12 }),
        (leaves, steps) => {
          const builder = new Builder();
          for (const { width, value, isConstant } of leaves) {
            if (isConstant) builder.constant(width, value);
            else builder.signal(width, value);
          }
          for (const each of steps) apply(builder, each);
          for (const { expr, value } of builder.made) expect(evaluate(expr, builder.values)).toBe(value);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('an operator over constants is a constant', () => {
    const pool = new ExprPool();
    const sum = pool.op('add', [pool.constant(200n, 8), pool.constant(100n, 8)]);
    expect(sum).toMatchObject({ kind: 'const', value: 44n, width: 8 });
  });
});

describe('normal form', () => {
  const pool = new ExprPool();
  const a = pool.ref(inputPort('a', 8));
  const b = pool.ref(inputPort('b', 8));
  const bit = pool.ref(inputPort('bit', 1));
  const zero = pool.constant(0n, 8);
  const ones = pool.constant(255n, 8);

  test.each<[string, Expr, Expr]>([
    ['a & 0 is 0', pool.op('and', [a, zero]), zero],
    ['1s & a is a', pool.op('and', [ones, a]), a],
    ['a ^ a is 0', pool.op('xor', [a, a]), zero],
    ['a ^ 1s is ~a', pool.op('xor', [a, ones]), pool.op('not', [a])],
    ['~~a is a', pool.op('not', [pool.op('not', [a])]), a],
    ['a + 0 is a', pool.op('add', [zero, a]), a],
    ['a - a is 0', pool.op('sub', [a, a]), zero],
    ['a == a is 1', pool.op('eq', [a, a]), pool.constant(1n, 1)],
    ['bit == 1 is bit', pool.op('eq', [bit, pool.constant(1n, 1)]), bit],
    ['bit != 1 is ~bit', pool.op('ne', [bit, pool.constant(1n, 1)]), pool.op('not', [bit])],
    ['bit ? a : a is a', pool.op('mux', [bit, a, a]), a],
    ['~bit ? a : b is bit ? b : a', pool.op('mux', [pool.op('not', [bit]), a, b]), pool.op('mux', [bit, b, a])],
    ['a constant stands right', pool.op('add', [ones, a]), pool.op('add', [a, ones])],
    ['a choice by one bit is a mux', pool.op('select', [bit, a, b]), pool.op('mux', [bit, b, a])],
    [
      'a shift by a constant is wiring',
      pool.op('shrU', [a, pool.constant(4n, 3)]),
      pool.op('concat', [pool.constant(0n, 4), pool.slice(a, 4, 4)]),
    ],
    ['concats are flat', pool.op('concat', [pool.op('concat', [a, b]), bit]), pool.op('concat', [a, b, bit])],
    ['adjacent slices join', pool.op('concat', [pool.slice(a, 3, 5), pool.slice(a, 0, 3)]), a],
    ['a slice of a concat is its part', pool.slice(pool.op('concat', [a, b]), 8, 8), a],
    [
      'a slice across parts is a concat',
      pool.slice(pool.op('concat', [a, b]), 4, 8),
      pool.op('concat', [pool.slice(a, 0, 4), pool.slice(b, 4, 4)]),
    ],
    ['a slice of a slice is a slice', pool.slice(pool.slice(a, 2, 5), 1, 2), pool.slice(a, 3, 2)],
  ])('%s', (_name, made, expected) => {
    expect(made).toBe(expected);
  });

  test('equal structure is one object; operands have smaller numbers', () => {
    const first = pool.op('add', [pool.op('xor', [a, b]), a]);
    expect(pool.op('add', [pool.op('xor', [a, b]), a])).toBe(first);
    const check = (expr: Expr): void => {
      if (expr.kind !== 'op') return;
      for (const arg of expr.args) {
        expect(arg.id).toBeLessThan(expr.id);
        check(arg);
      }
    };
    check(first);
  });
});

describe('no bits', () => {
  const pool = new ExprPool();
  const none = pool.ref(inputPort('none', 0));
  const a = pool.ref(inputPort('a', 8));

  test('a signal of no bits is a constant, and so is what is made of it', () => {
    expect(none).toMatchObject({ kind: 'const', width: 0, value: 0n });
    expect(pool.op('add', [none, none])).toBe(none);
    expect(pool.op('eq', [none, none])).toMatchObject({ kind: 'const', value: 1n });
    expect(pool.op('orR', [none])).toMatchObject({ kind: 'const', value: 0n });
    expect(pool.op('mulU', [a, none])).toMatchObject({ kind: 'const', width: 8, value: 0n });
    expect(pool.op('shl', [a, none])).toBe(a);
    expect(pool.op('select', [none, a, a])).toBe(a);
    expect(pool.op('concat', [none, a, none])).toBe(a);
    expect(pool.op('concat', [none])).toBe(none);
    expect(pool.slice(a, 8, 0)).toBe(none);
  });
});

describe('refusals', () => {
  const pool = new ExprPool();
  const a = pool.ref(inputPort('a', 8));
  const b = pool.ref(inputPort('b', 9));

  test('operands that break the rule of the operator', () => {
    expect(() => pool.op('add', [a, b])).toThrow(OperandError);
    expect(() => pool.op('add', [a, b])).toThrow('needs operands of equal width, but they are 8 and 9 bits wide');
    expect(() => pool.op('mux', [a, b, b])).toThrow('needs a 1-bit condition, but it is 8 bits wide');
    expect(() => pool.op('concat', [])).toThrow('at least one operand');
  });

  test('bits outside a value', () => {
    expect(() => pool.slice(a, 5, 4)).toThrow('Bits 8..5 lie outside a 8-bit value.');
    expect(() => pool.slice(a, -1, 1)).toThrow(RangeError);
  });
});
