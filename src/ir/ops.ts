// SPDX-License-Identifier: Apache-2.0
import { countOnes, mask, toSigned, wrap } from './bits.ts';

/**
 * The one operator table. The expression pool (rules, folding), the simulator, the Verilog printer, the loop check,
 * the random tester and the reference manual read it; nothing else knows what an operator means.
 */

/** Which bits of the operands bit i of the result depends on. */
export type BitDependency =
  /** bit i of every operand */
  | 'bitwise'
  /** bits 0 .. i of every operand */
  | 'carry'
  /** every bit of every operand */
  | 'all'
  /** bit i of the data operands, every bit of the first (the condition or index) */
  | 'choose'
  /** exactly one bit of one operand */
  | 'concat';

/** What operands an operator takes. `w` is the common width. */
export type OperandRule =
  /** one operand of any width */
  | 'one'
  /** two operands of equal width */
  | 'equal'
  /** two operands of any widths */
  | 'any'
  /** a 1-bit condition, then two operands of equal width */
  | 'mux'
  /** an index of any width, then one or more operands of equal width */
  | 'select'
  /** one or more operands of any width */
  | 'list';

/** How the result width follows from the operands. */
export type WidthRule =
  /** width of the last operand */
  | 'same'
  /** width of the first operand */
  | 'first'
  /** one bit */
  | 'bit'
  /** sum of the operand widths */
  | 'sum';

/** How Verilog writes the operator. `precedence` counts up with binding strength; parentheses follow from it. */
export interface VerilogForm {
  readonly style: 'prefix' | 'infix' | 'mux' | 'concat' | 'select' | 'divide';
  readonly symbol: string;
  readonly precedence: number;
  /** Operands are read with `$signed`. */
  readonly signed?: true;
  /**
   * How the operator sits in Verilog's context-determined widths. `transparent`: operands and result share the width
   * of the context, which is right whenever that is the IR width. `self`: the result has its own width and the operands
   * do not feel the context. `own`: right only as the whole right-hand side of a net of exactly the result width.
   */
  readonly context: 'transparent' | 'self' | 'own';
}

export interface OpInfo {
  readonly doc: string;
  readonly rule: OperandRule;
  readonly width: WidthRule;
  readonly depends: BitDependency;
  readonly verilog: VerilogForm;
  readonly commutative?: true;
  /** Result pattern from operand patterns. `w` are the operand widths, `width` the result's. The caller masks nothing. */
  readonly evaluate: (a: readonly bigint[], w: readonly number[], width: number) => bigint;
}

const bool = (value: boolean): bigint => (value ? 1n : 0n);

function infix(symbol: string, precedence: number, context: VerilogForm['context'], signed?: true): VerilogForm {
  return { style: 'infix', symbol, precedence, context, ...(signed && { signed }) };
}

const unary = { rule: 'one', width: 'same' } as const;
const equal = { rule: 'equal', width: 'same' } as const;
const bitwise = { ...equal, depends: 'bitwise', commutative: true } as const;
const compare = { rule: 'equal', width: 'bit', depends: 'all' } as const;
const reduce = { rule: 'one', width: 'bit', depends: 'all' } as const;
const product = { rule: 'any', width: 'sum', depends: 'carry', commutative: true } as const;
const divide = { ...equal, depends: 'all' } as const;
const shift = { rule: 'any', width: 'first', depends: 'all' } as const;

function truncatedDivide(a: readonly bigint[], w: readonly number[]): { quotient: bigint; remainder: bigint } {
  const n = toSigned(a[0]!, w[0]!);
  const d = toSigned(a[1]!, w[1]!);
  return d === 0n ? { quotient: -1n, remainder: n } : { quotient: n / d, remainder: n % d };
}

export const ops = {
  not: {
    ...unary,
    doc: 'Complement of every bit.',
    depends: 'bitwise',
    verilog: { style: 'prefix', symbol: '~', precedence: 12, context: 'transparent' },
    evaluate: ([a], _w, width) => mask(width) ^ a!,
  },
  and: { ...bitwise, doc: 'Bitwise and.', verilog: infix('&', 5, 'transparent'), evaluate: ([a, b]) => a! & b! },
  or: { ...bitwise, doc: 'Bitwise or.', verilog: infix('|', 3, 'transparent'), evaluate: ([a, b]) => a! | b! },
  xor: {
    ...bitwise,
    doc: 'Bitwise exclusive or.',
    verilog: infix('^', 4, 'transparent'),
    evaluate: ([a, b]) => a! ^ b!,
  },
  add: {
    ...equal,
    doc: 'Sum modulo 2^w.',
    depends: 'carry',
    commutative: true,
    verilog: infix('+', 9, 'transparent'),
    evaluate: ([a, b], _w, width) => wrap(a! + b!, width),
  },
  sub: {
    ...equal,
    doc: 'Difference modulo 2^w.',
    depends: 'carry',
    verilog: infix('-', 9, 'transparent'),
    evaluate: ([a, b], _w, width) => wrap(a! - b!, width),
  },
  mulU: { ...product, doc: 'Exact unsigned product.', verilog: infix('*', 10, 'own'), evaluate: ([a, b]) => a! * b! },
  mulS: {
    ...product,
    doc: "Exact two's complement product.",
    verilog: infix('*', 10, 'own', true),
    evaluate: ([a, b], w, width) => wrap(toSigned(a!, w[0]!) * toSigned(b!, w[1]!), width),
  },
  divU: {
    ...divide,
    doc: 'Unsigned quotient; all ones when the divisor is 0.',
    verilog: { style: 'divide', symbol: '/', precedence: 10, context: 'own' },
    evaluate: ([a, b], _w, width) => (b === 0n ? mask(width) : a! / b!),
  },
  divS: {
    ...divide,
    doc: 'Signed quotient rounded towards 0; -1 when the divisor is 0; wraps for the most negative number over -1.',
    verilog: { style: 'divide', symbol: '/', precedence: 10, context: 'own', signed: true },
    evaluate: (a, w, width) => wrap(truncatedDivide(a, w).quotient, width),
  },
  modU: {
    ...divide,
    doc: 'Unsigned remainder; the dividend when the divisor is 0.',
    verilog: { style: 'divide', symbol: '%', precedence: 10, context: 'own' },
    evaluate: ([a, b]) => (b === 0n ? a! : a! % b!),
  },
  modS: {
    ...divide,
    doc: 'Signed remainder with the sign of the dividend; the dividend when the divisor is 0.',
    verilog: { style: 'divide', symbol: '%', precedence: 10, context: 'own', signed: true },
    evaluate: (a, w, width) => wrap(truncatedDivide(a, w).remainder, width),
  },
  eq: {
    ...compare,
    doc: 'Equal.',
    commutative: true,
    verilog: infix('==', 6, 'self'),
    evaluate: ([a, b]) => bool(a === b),
  },
  ne: {
    ...compare,
    doc: 'Not equal.',
    commutative: true,
    verilog: infix('!=', 6, 'self'),
    evaluate: ([a, b]) => bool(a !== b),
  },
  ltU: { ...compare, doc: 'Unsigned less than.', verilog: infix('<', 7, 'self'), evaluate: ([a, b]) => bool(a! < b!) },
  leU: {
    ...compare,
    doc: 'Unsigned less or equal.',
    verilog: infix('<=', 7, 'self'),
    evaluate: ([a, b]) => bool(a! <= b!),
  },
  ltS: {
    ...compare,
    doc: 'Signed less than.',
    verilog: infix('<', 7, 'self', true),
    evaluate: ([a, b], w) => bool(toSigned(a!, w[0]!) < toSigned(b!, w[1]!)),
  },
  leS: {
    ...compare,
    doc: 'Signed less or equal.',
    verilog: infix('<=', 7, 'self', true),
    evaluate: ([a, b], w) => bool(toSigned(a!, w[0]!) <= toSigned(b!, w[1]!)),
  },
  shl: {
    ...shift,
    doc: 'Shift left by an unsigned amount of any width; zeros enter.',
    verilog: infix('<<', 8, 'transparent'),
    evaluate: ([a, b], _w, width) => (b! >= BigInt(width) ? 0n : wrap(a! << b!, width)),
  },
  shrU: {
    ...shift,
    doc: 'Shift right by an unsigned amount of any width; zeros enter.',
    verilog: infix('>>', 8, 'transparent'),
    evaluate: ([a, b], _w, width) => (b! >= BigInt(width) ? 0n : a! >> b!),
  },
  shrS: {
    ...shift,
    doc: 'Arithmetic shift right by an unsigned amount of any width; copies of the sign enter.',
    verilog: { style: 'infix', symbol: '>>>', precedence: 8, context: 'own', signed: true },
    evaluate: ([a, b], _w, width) => wrap(toSigned(a!, width) >> (b! >= BigInt(width) ? BigInt(width) : b!), width),
  },
  andR: {
    ...reduce,
    doc: 'All bits are one.',
    verilog: { style: 'prefix', symbol: '&', precedence: 12, context: 'self' },
    evaluate: ([a], w) => bool(a === mask(w[0]!)),
  },
  orR: {
    ...reduce,
    doc: 'Some bit is one.',
    verilog: { style: 'prefix', symbol: '|', precedence: 12, context: 'self' },
    evaluate: ([a]) => bool(a !== 0n),
  },
  xorR: {
    ...reduce,
    doc: 'An odd number of bits is one.',
    verilog: { style: 'prefix', symbol: '^', precedence: 12, context: 'self' },
    evaluate: ([a]) => BigInt(countOnes(a!) & 1),
  },
  mux: {
    doc: 'Second operand where the first is 1, third where it is 0.',
    rule: 'mux',
    width: 'same',
    depends: 'choose',
    verilog: { style: 'mux', symbol: '?:', precedence: 0, context: 'transparent' },
    evaluate: ([c, t, f]) => (c === 1n ? t! : f!),
  },
  select: {
    doc: 'Data operand number `index`; the last one when the index is beyond it.',
    rule: 'select',
    width: 'same',
    depends: 'choose',
    verilog: { style: 'select', symbol: '[]', precedence: 13, context: 'own' },
    evaluate: (a) => {
      const last = a.length - 2;
      return a[1 + (a[0]! > BigInt(last) ? last : Number(a[0]))]!;
    },
  },
  concat: {
    doc: 'Operands side by side, the first in the most significant bits.',
    rule: 'list',
    width: 'sum',
    depends: 'concat',
    verilog: { style: 'concat', symbol: '{}', precedence: 13, context: 'self' },
    evaluate: (a, w) => a.reduce((joined, part, i) => (joined << BigInt(w[i]!)) | part, 0n),
  },
} as const satisfies Record<string, OpInfo>;

export type OpName = keyof typeof ops;

/** The table with every entry at its general type, for code that treats all operators alike. */
export const opTable: Readonly<Record<OpName, OpInfo>> = ops;

export const opNames = Object.keys(ops) as OpName[];
