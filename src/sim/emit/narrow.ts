// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';
import { assertNever, type Expr, type OpExpr, type RefExpr, type SliceExpr } from '../../ir/expr.ts';
import { isWide, loadOf, regOf } from '../plan/values.ts';
import { I32, I64, type Opcode, type ValueType } from '../wasm/opcodes.ts';
import { pushCompare, pushReduce } from './bits.ts';
import { pushConcat } from './concat.ts';
import { DOMAINS, type Emitter, typeOf } from './emitter.ts';
import { pushDivide } from './divide.ts';
import { pushRandom, pushWord } from './memory-access.ts';
import { pushChoice } from './choose.ts';
import { pushShift } from './shift.ts';
import { pushWideExtract } from './wide-limb.ts';

/**
 * What the bits above a value's width hold: zeros, copies of the sign, or anything. Operators ask their operands for what they
 * need, so that masks are rare. Registers and memories always hold `zero`, other values whatever their users can do with.
 */
export type Form = 'zero' | 'sign' | 'any';

/** Pushes a value of at most 64 bits as i32 (up to 32 bits) or i64. */
export function push(e: Emitter, expr: Expr, form: Form = 'zero'): void {
  const bound = e.bound?.numbers.get(expr);
  if (bound !== undefined) {
    e.code.get(bound);
    convert(e, expr.width, 'zero', form);
    return;
  }
  const def = e.def(expr);
  if (def) {
    if (def.func === e.func) e.code.get(e.localOf(expr));
    else pushRemote(e, expr);
    convert(e, expr.width, e.heldForm(expr), form);
    return;
  }
  compute(e, expr, form);
}

/** A value that another function has left in memory; kept in a local when this place is passed in every case. */
function pushRemote(e: Emitter, expr: Expr): void {
  const local = e.knownLocal(expr);
  if (local !== undefined) {
    e.code.get(local);
    return;
  }
  load(e, expr.width, null, e.slot(expr));
  if (e.nesting === 0) e.code.tee(e.localOf(expr));
}

/** Pushes a value as the given type. */
export function pushAs(e: Emitter, expr: Expr, type: ValueType, form: Form = 'zero'): void {
  const own = typeOf(expr);
  if (own === type) {
    push(e, expr, form);
    return;
  }
  if (own === I64) {
    push(e, expr, 'any');
    e.code.op('i32_wrap_i64');
    return;
  }
  if (expr.kind === 'const') {
    e.code.i64(form === 'sign' ? signed(expr.value, expr.width) : expr.value);
    return;
  }
  push(e, expr, form);
  e.code.op(form === 'sign' ? 'i64_extend_i32_s' : 'i64_extend_i32_u');
}

/** Computes a value that has no definition, or whose definition this is. */
export function compute(e: Emitter, expr: Expr, form: Form): void {
  switch (expr.kind) {
    case 'const':
      pushConst(e, form === 'sign' ? signed(expr.value, expr.width) : expr.value, typeOf(expr));
      return;
    case 'ref':
      pushRef(e, expr);
      convert(e, expr.width, 'zero', form);
      return;
    case 'slice':
      pushSlice(e, expr, form);
      return;
    case 'op':
      convert(e, expr.width, pushOp(e, expr, form), form);
      return;
    default:
      assertNever(expr);
  }
}

function signed(value: bigint, width: number): bigint {
  return width > 0 && value >> BigInt(width - 1) === 1n ? value - (1n << BigInt(width)) : value;
}

export function pushConst(e: Emitter, value: bigint, type: ValueType): void {
  if (type === I32) e.code.i32(Number(BigInt.asIntN(32, value)));
  else e.code.i64(value);
}

/** Loads a stored value of at most 64 bits. */
export function load(e: Emitter, width: number, base: number | null, offset: number): void {
  e.base({ base });
  e.code.memory(width <= 32 ? 'i32_load' : 'i64_load', offset);
}

function pushRef(e: Emitter, expr: RefExpr): void {
  const { map, flat } = e.context;
  const reg = regOf(expr);
  if (reg) {
    load(e, reg.width, null, map.regs.get(reg)!);
    return;
  }
  const word = loadOf(flat, expr);
  if (word) {
    pushWord(e, word, expr.width);
    return;
  }
  if (expr.decl.kind !== 'port') throw new Error(`reference to ${expr.decl.name} has not been flattened`);
  const clocked = flat.special.clocked.indexOf(expr.decl);
  if (clocked >= 0) {
    e.code.get(DOMAINS);
    e.code.i32(clocked);
    e.code.op('i32_shr_u');
    e.code.i32(1);
    e.code.op('i32_and');
  } else if (flat.special.random.has(expr.decl)) {
    pushRandom(e, expr.width);
  } else {
    load(e, expr.width, 0, map.ports.get(expr.decl)!);
  }
}

/** Brings a number of the given width from one form to another. */
export function convert(e: Emitter, width: number, have: Form, want: Form): void {
  if (have === want || want === 'any' || width === 32 || width === 64) return;
  const type = width <= 32 ? I32 : I64;
  if (want === 'zero') {
    pushConst(e, mask(width), type);
    e.code.op(type === I32 ? 'i32_and' : 'i64_and');
    return;
  }
  const short: Opcode | undefined =
    type === I32
      ? ({ 8: 'i32_extend8_s', 16: 'i32_extend16_s' } as const)[width]
      : ({ 8: 'i64_extend8_s', 16: 'i64_extend16_s' } as const)[width];
  if (short) {
    e.code.op(short);
    return;
  }
  const rest = (type === I32 ? 32 : 64) - width;
  for (const op of ['shl', 'shr_s'] as const) {
    pushConst(e, BigInt(rest), type);
    e.code.op(type === I32 ? `i32_${op}` : `i64_${op}`);
  }
}

/** Pushes a slice; its bits above the width are already clean unless `any` is allowed. */
function pushSlice(e: Emitter, { arg, lo, width }: SliceExpr, form: Form): void {
  if (isWide(arg)) {
    pushWideExtract(e, arg, lo, width);
    if (width <= 32) e.code.op('i32_wrap_i64');
    convert(e, width, 'zero', form);
    return;
  }
  const type = typeOf(arg);
  const top = lo + width === arg.width;
  push(e, arg, top && form === 'sign' ? 'sign' : top && form === 'zero' ? 'zero' : 'any');
  if (lo > 0) {
    pushConst(e, BigInt(lo), type);
    const op = top && form === 'sign' ? 'shr_s' : 'shr_u';
    e.code.op(type === I32 ? `i32_${op}` : `i64_${op}`);
  }
  if (type === I64 && width <= 32) e.code.op('i32_wrap_i64');
  convert(e, width, top && form !== 'any' ? form : 'any', form);
}

/** Is a value without bits above its width at no cost? */
function isClean(e: Emitter, expr: Expr): boolean {
  return expr.kind === 'const' || expr.kind === 'ref' || (e.def(expr) !== undefined && e.heldForm(expr) === 'zero');
}

/** Pushes an operator's result and says in which form it is. `form` is what the user would like. */
function pushOp(e: Emitter, expr: OpExpr, form: Form): Form {
  const [a, b] = expr.args as readonly [Expr, Expr];
  const type = typeOf(expr);
  const stem = type === I32 ? 'i32' : 'i64';
  switch (expr.op) {
    case 'not':
      push(e, a, form);
      pushConst(e, form === 'zero' ? mask(expr.width) : -1n, type);
      e.code.op(`${stem}_xor`);
      return form;
    case 'and':
      // One operand with clean upper bits cleans the result.
      push(e, a, form === 'zero' && isClean(e, b) ? 'any' : form);
      push(e, b, form === 'zero' && !isClean(e, b) ? 'any' : form);
      e.code.op(`${stem}_and`);
      return form;
    case 'or':
    case 'xor':
      push(e, a, form);
      push(e, b, form);
      e.code.op(`${stem}_${expr.op}`);
      return form;
    case 'add':
    case 'sub':
      push(e, a, 'any');
      push(e, b, 'any');
      e.code.op(`${stem}_${expr.op}`);
      return 'any';
    case 'mulU':
    case 'mulS': {
      const operand = expr.op === 'mulS' ? 'sign' : 'zero';
      pushAs(e, a, type, operand);
      pushAs(e, b, type, operand);
      e.code.op(`${stem}_mul`);
      return operand;
    }
    case 'divU':
    case 'divS':
    case 'modU':
    case 'modS':
      return pushDivide(e, expr);
    case 'eq':
    case 'ne':
    case 'ltU':
    case 'leU':
    case 'ltS':
    case 'leS':
      pushCompare(e, expr);
      return 'zero';
    case 'shl':
    case 'shrU':
    case 'shrS':
      return pushShift(e, expr);
    case 'andR':
    case 'orR':
    case 'xorR':
      pushReduce(e, expr);
      return 'zero';
    case 'mux':
    case 'select':
      return pushChoice(e, expr, form);
    case 'concat':
      return pushConcat(e, expr, form);
    default:
      return assertNever(expr.op);
  }
}
