// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../src/ir/bits.ts';
import { assertNever, type Expr } from '../../src/ir/expr.ts';
import type { Decl, PortDecl } from '../../src/ir/module.ts';
import { opTable } from '../../src/ir/ops.ts';

const span = { file: 'test', line: 1, column: 1 };

export function inputPort(name: string, width: number): PortDecl {
  return {
    kind: 'port',
    direction: 'input',
    role: 'data',
    domain: null,
    name,
    width,
    format: { kind: 'unsigned' },
    path: [name],
    comment: '',
    span,
  };
}

/** The value of an expression, straight from the operator table. */
export function evaluate(expr: Expr, values: ReadonlyMap<Decl, bigint>): bigint {
  switch (expr.kind) {
    case 'const':
      return expr.value;
    case 'ref':
      return values.get(expr.decl)!;
    case 'slice':
      return (evaluate(expr.arg, values) >> BigInt(expr.lo)) & mask(expr.width);
    case 'op': {
      const args = expr.args.map((arg) => evaluate(arg, values));
      return opTable[expr.op].evaluate(
        args,
        expr.args.map((arg) => arg.width),
        expr.width,
      );
    }
    default:
      return assertNever(expr);
  }
}
