// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import { storedBytes } from '../memory-map.ts';
import type { Shape } from '../plan/shapes.ts';
import { regOf } from '../plan/values.ts';
import type { Code } from '../wasm/code.ts';
import { I32, type ValueType } from '../wasm/opcodes.ts';
import { Emitter, type Place, typeOf } from './emitter.ts';
import { copyPlace, temporary } from './wide-memory.ts';
import { clobbers, computeWide } from './wide-store.ts';

/**
 * What computes the wide values of one shape. Its arguments are the addresses of the wide operands, then the other operands themselves, then the address of the
 * value, unless that is put over an operand.
 */
export interface Routine {
  readonly types: readonly ValueType[];
  /** Number of the function that computes one value; null until it is needed. */
  single: number | null;
  /** The same for as many values as there are records of arguments from one address up to another. */
  loop: number | null;
}

/** Where the arguments lie in a record, and its bytes. */
export interface Layout {
  readonly offsets: readonly number[];
  readonly stride: number;
}

export function newRoutine({ places, numbers, into }: Shape): Routine {
  const types: ValueType[] = [...places.map((): ValueType => I32), ...numbers.map(typeOf)];
  if (into < 0) types.push(I32);
  return { types, single: null, loop: null };
}

export function layoutOf({ types }: Routine): Layout {
  let at = 0;
  const offsets = types.map((type) => {
    const bytes = type === I32 ? 4 : 8;
    const offset = Math.ceil(at / bytes) * bytes;
    at = offset + bytes;
    return offset;
  });
  return { offsets, stride: Math.ceil(at / 8) * 8 };
}

export function singleOf(caller: Emitter, shape: Shape, routine: Routine): number {
  if (routine.single !== null) return routine.single;
  const { index, code } = caller.context.kernels.module.func(routine.types);
  const locals = routine.types.map((_, i) => i);
  writeBody(caller, shape, code, locals);
  return (routine.single = index);
}

export function loopOf(caller: Emitter, shape: Shape, routine: Routine): number {
  if (routine.loop !== null) return routine.loop;
  const { index, code } = caller.context.kernels.module.func([I32, I32]);
  const { offsets, stride } = layoutOf(routine);
  const [table, end] = [0, 1];
  const locals = routine.types.map((type) => code.local(type));
  code.loop();
  routine.types.forEach((type, i) => {
    code.get(table);
    code.memory(type === I32 ? 'i32_load' : 'i64_load', offsets[i]!);
    code.set(locals[i]!);
  });
  writeBody(caller, shape, code, locals);
  code.get(table);
  code.i32(stride);
  code.op('i32_add');
  code.tee(table);
  code.get(end);
  code.op('i32_ne');
  code.brIf(0);
  code.op('end');
  return (routine.loop = index);
}

/** Computes one value from arguments in locals. */
function writeBody(caller: Emitter, shape: Shape, code: Code, locals: readonly number[]): void {
  const { value, places, numbers, into } = shape;
  const bound = { places: new Map<Expr, Place>(), numbers: new Map<Expr, number>() };
  places.forEach((operand, i) => {
    bound.places.set(operand, { base: locals[i]!, offset: 0, bytes: caller.place(operand)!.bytes });
  });
  numbers.forEach((operand, i) => bound.numbers.set(operand, locals[places.length + i]!));
  const { context, placement, func, slots, functions } = caller;
  const e = new Emitter(context, placement, code, func, slots, functions, bound);
  if (into < 0) {
    computeWide(e, value, { base: locals.at(-1)!, offset: 0, bytes: storedBytes(value.width) });
    return;
  }
  const operand = places[into]!;
  const to = bound.places.get(operand)!;
  if (clobbers(e, value, regOf(operand)!)) {
    const copy = temporary(e, value.width);
    computeWide(e, value, copy);
    copyPlace(e, copy, to);
  } else {
    computeWide(e, value, to);
  }
}
