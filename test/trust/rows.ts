// SPDX-License-Identifier: Apache-2.0
import type { Comb } from '../../src/dsl/index.ts';
import type { Shape } from './method.ts';
import { type MethodName, methodNames, methodTable } from './methods.ts';
import { corners, type Kind, mostOf, patternOf, signed, span, unsigned, type Val } from './value.ts';

/** One method at one shape, perhaps with one operand fixed to a constant: constants take other ways through folding and printing. */
export interface Row {
  readonly name: string;
  readonly method: MethodName;
  readonly args: readonly Kind[];
  readonly n: readonly number[];
  readonly fixed: { readonly index: number; readonly pattern: bigint } | null;
}

/** Every row for operands of `width` bits, unsigned and signed. */
export function rowsAt(width: number, withConstants: boolean): Row[] {
  return [unsigned(width), signed(width)].flatMap((kind) =>
    methodNames.flatMap((method) =>
      methodTable[method].at(kind).flatMap((shape) => {
        const plain = rowOf(method, shape, null);
        const twin = shape.args.length >= 2 && shape.args.every((arg) => arg.width === width);
        return withConstants && twin ? [plain, ...constantRows(method, shape)] : [plain];
      }),
    ),
  );
}

function constantRows(method: MethodName, shape: Shape): Row[] {
  const { width } = shape.args[0]!;
  const largest = mostOf({ width, signed: true });
  const patterns = new Set([0n, 1n, -1n, largest, largest + 1n, 5n].map((value) => patternOf(value, width)));
  return [0, 1].flatMap((index) => [...patterns].map((pattern) => rowOf(method, shape, { index, pattern })));
}

function rowOf(method: MethodName, shape: Shape, fixed: Row['fixed']): Row {
  const n = shape.n ?? [];
  const kinds = shape.args.map(({ width, signed: isSigned }, i) =>
    fixed?.index === i ? `c${fixed.pattern.toString(16)}` : `${isSigned ? 's' : 'u'}${width}`,
  );
  const numbers = n.length === 0 ? [] : [n.map((each) => String(each).replace('-', 'm')).join('_')];
  return { name: [method, ...kinds, ...numbers].join('_'), method, args: shape.args, n, fixed };
}

export function kindOf(row: Row): Kind {
  return methodTable[row.method].kind(row.args, row.n);
}

/** The expected pattern for operand patterns. */
export function expected(row: Row, patterns: readonly bigint[]): bigint {
  const values = row.args.map((kind, i): Val => ({ ...kind, pattern: patterns[i]! }));
  return patternOf(methodTable[row.method].value(values, row.n), kindOf(row).width);
}

/** Calls the method; the operand that is fixed becomes a constant of the same family. */
export function call<V>(row: Row, operands: readonly Comb<V>[]): V {
  const { fixed } = row;
  const args = operands.map((operand, i) =>
    fixed?.index === i ? (operand.constant(fixed.pattern, operand.width, operand.signed) as Comb<V>) : operand,
  );
  return methodTable[row.method].call(args, row.n);
}

/** Operand patterns: all pairs of corners in the first two places, then noise. */
export function pairs(width: number): (readonly [bigint, bigint])[] {
  const all = width <= 3 ? Array.from({ length: Number(span(width)) }, (_, i) => BigInt(i)) : corners(width);
  return all.flatMap((a) => all.map((b) => [a, b] as const));
}
