// SPDX-License-Identifier: Apache-2.0
import type { ConstExpr, Expr, OpExpr } from '../../ir/expr.ts';
import { isTable } from '../plan/cost.ts';
import { I32 } from '../wasm/opcodes.ts';
import type { NONE } from '../wasm/opcodes.ts';
import type { ValueType } from '../wasm/opcodes.ts';
import { constantAddress } from './constants.ts';
import { type Emitter, typeOf } from './emitter.ts';
import { emitArm } from './items.ts';
import { type Form, push } from './narrow.ts';
import { pushClamped } from './shift.ts';

/** A mux or select of at most 64 bits. */
export function pushChoice(e: Emitter, expr: OpExpr, form: Form): Form {
  if (isTable(expr)) {
    pushTable(e, expr);
    return 'zero';
  }
  const type = typeOf(expr);
  if (e.placement.arms.has(expr)) {
    branch(e, expr, type, (value) => push(e, value, form));
    return form;
  }
  const [condition, yes, no] = expr.args as readonly [Expr, Expr, Expr];
  push(e, yes, form);
  push(e, no, form);
  push(e, condition);
  e.code.op('select');
  return form;
}

function pushTable(e: Emitter, expr: OpExpr): void {
  const [index, ...entries] = expr.args;
  const bytes = typeOf(expr) === I32 ? 4 : 8;
  pushClamped(e, index!, entries.length - 1);
  e.code.i32(bytes === 4 ? 2 : 3);
  e.code.op('i32_shl');
  const values = entries.map((entry) => (entry as ConstExpr).value);
  e.code.memory(bytes === 4 ? 'i32_load' : 'i64_load', constantAddress(e.context, values, bytes));
}

/** Evaluates the chosen arm only; `finish` puts its value on the stack (of type `result`) or into memory (NONE). */
export function branch(e: Emitter, expr: OpExpr, result: ValueType | typeof NONE, finish: (value: Expr) => void): void {
  const { code } = e;
  const arms = e.placement.arms.get(expr)!;
  const [chooser, ...entries] = expr.args;
  if (expr.op === 'mux') {
    push(e, chooser!);
    code.if(result);
    emitArm(e, arms[0]!, finish);
    code.op('else');
    emitArm(e, arms[1]!, finish);
    code.op('end');
    return;
  }
  const distinct = [...new Set(entries)];
  code.block(result);
  for (const _ of arms) code.block();
  pushClamped(e, chooser!, entries.length - 1);
  const targets = entries.map((entry) => distinct.indexOf(entry));
  code.brTable(targets, targets.at(-1)!);
  arms.forEach((arm, i) => {
    code.op('end');
    emitArm(e, arm, finish);
    if (i < arms.length - 1) code.br(arms.length - 1 - i);
  });
  code.op('end');
}
