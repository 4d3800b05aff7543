// SPDX-License-Identifier: Apache-2.0
import type { Expr } from './circuit.ts';
import { op } from './generate-expr.ts';
import type { Kind } from './value.ts';

const sameKind = (a: Kind, b: Kind): boolean => a.width === b.width && a.signed === b.signed;

/** Smaller expressions of the same kind. */
export function exprCuts(expr: Expr): Expr[] {
  if (expr.k === 'const')
    return expr.pattern === 0n
      ? []
      : [
          { ...expr, pattern: 0n },
          { ...expr, pattern: 1n },
        ];
  const zero: Expr = { k: 'const', kind: expr.kind, pattern: 0n, as: 'signal' };
  const constants: Expr[] = expr.kind.width === 0 ? [zero] : [zero, { ...zero, pattern: 1n }];
  switch (expr.k) {
    case 'var':
    case 'is':
    case 'pack':
      return constants;
    case 'read':
      return [...constants, ...exprCuts(expr.index).map((index) => ({ ...expr, index }))];
    case 'op': {
      const parts = expr.args.flatMap((arg) => fitted(arg, expr.kind));
      const deeper = expr.args.flatMap((arg, i) =>
        exprCuts(arg).map((smaller) => ({ ...expr, args: expr.args.map((each, j) => (i === j ? smaller : each)) })),
      );
      return [...constants, ...parts, ...deeper];
    }
  }
}

/** An operand in place of its operator, brought to the same kind. */
function fitted(arg: Expr, kind: Kind): Expr[] {
  if (arg.k === 'const') return [];
  if (sameKind(arg.kind, kind)) return [arg];
  const resigned = arg.kind.signed === kind.signed ? arg : op(kind.signed ? 'asSInt' : 'asUInt', [arg], []);
  if (arg.kind.width === kind.width) return [resigned];
  return [op(arg.kind.width < kind.width ? 'resize' : 'trunc', [resigned], [kind.width])];
}
