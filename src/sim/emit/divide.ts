// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import type { Expr, OpExpr } from '../../ir/expr.ts';
import { I32 } from '../wasm/opcodes.ts';
import { type Emitter, typeOf } from './emitter.ts';
import { type Form, push, pushConst } from './narrow.ts';

/** Division by zero and the overflow of -2^(w-1) / -1 trap in WebAssembly, so both are kept away from the instruction. */
export function pushDivide(e: Emitter, expr: OpExpr): Form {
  const [a, b] = expr.args as readonly [Expr, Expr];
  const type = typeOf(expr);
  const stem = type === I32 ? 'i32' : 'i64';
  const isSigned = expr.op === 'divS' || expr.op === 'modS';
  const isQuotient = expr.op === 'divU' || expr.op === 'divS';
  const form: Form = isSigned ? 'sign' : 'zero';
  e.scratch(type, (n) => {
    e.scratch(type, (d) => {
      push(e, a, form);
      e.code.set(n);
      push(e, b, form);
      e.code.tee(d);
      e.code.op(`${stem}_eqz`);
      e.code.if(type);
      if (isQuotient) pushConst(e, isSigned ? -1n : mask(expr.width), type);
      else e.code.get(n);
      e.code.op('else');
      if (expr.op === 'divS') {
        e.code.get(d);
        pushConst(e, -1n, type);
        e.code.op(`${stem}_eq`);
        e.code.if(type);
        pushConst(e, 0n, type);
        e.code.get(n);
        e.code.op(`${stem}_sub`);
        e.code.op('else');
      }
      e.code.get(n);
      e.code.get(d);
      e.code.op(`${stem}_${isQuotient ? 'div' : 'rem'}_${isSigned ? 's' : 'u'}`);
      if (expr.op === 'divS') e.code.op('end');
      e.code.op('end');
    });
  });
  // The quotient of the most negative number by -1 has one bit too many.
  return expr.op === 'divS' ? 'any' : form;
}
