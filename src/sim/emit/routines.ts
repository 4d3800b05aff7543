// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import { storedBytes } from '../memory-map.ts';
import type { Item } from '../plan/program.ts';
import type { Shape } from '../plan/shapes.ts';
import { regOf } from '../plan/values.ts';
import { I32, I64 } from '../wasm/opcodes.ts';
import { Emitter, type Place, typeOf } from './emitter.ts';
import { push } from './narrow.ts';
import { copyPlace, pushAddress, temporary } from './wide-memory.ts';
import { clobbers, computeWide } from './wide-store.ts';

/**
 * A function that computes the wide values of one shape, as many as there are records from its first argument up to its second. A record has the address of the
 * value, the addresses of the wide operands, and the other operands themselves.
 *
 * One operation on 768 bits is some 500 bytes of code; what is written in line for a hundred registers does not fit the instruction cache and runs half as
 * fast. Calls without records cost more than they gain.
 */
export interface Routine {
  readonly func: number;
  /** Bytes of a record. */
  readonly stride: number;
  /** Offsets in a record. That of the value is -1 where it is put over one of the operands. */
  readonly to: number;
  readonly places: readonly number[];
  readonly numbers: readonly number[];
}

/** Items of one shape with those between them, which `emit` sees to. */
export function emitRun(e: Emitter, items: readonly Item[], emit: (item: Item) => void): void {
  const { code, context, placement } = e;
  const jobs = items.filter((item) => placement.shared.has(item));
  const first = placement.shared.get(jobs[0]!)!;
  const routine = routineFor(e, first);
  const bytes = new Uint8Array(routine.stride * jobs.length);
  const table = context.map.arena.alloc(bytes.length, 16);
  context.constants.push({ address: table, bytes });
  const fixed = new DataView(bytes.buffer);
  let at = 0;
  for (const item of items) {
    const shape = placement.shared.get(item);
    if (!shape) {
      emit(item);
      continue;
    }
    if (routine.to >= 0) fixed.setUint32(at + routine.to, destination(e, item), true);
    shape.places.forEach((operand, i) => {
      const place = e.place(operand)!;
      const field = at + routine.places[i]!;
      if (place.base === null) {
        fixed.setUint32(field, place.offset, true);
        // Shifts read beyond their operand.
        context.map.arena.reach(place.offset + 2 * place.bytes + 32);
      } else {
        code.i32(0);
        pushAddress(e, place);
        code.memory('i32_store', table + field);
      }
    });
    shape.numbers.forEach((operand, i) => {
      code.i32(0);
      push(e, operand);
      code.memory(typeOf(operand) === I32 ? 'i32_store' : 'i64_store', table + at + routine.numbers[i]!);
    });
    at += routine.stride;
  }
  code.i32(table);
  code.i32(table + bytes.length);
  code.call(routine.func);
}

function destination(e: Emitter, item: Item): number {
  if (item.kind === 'def') return e.slot(item.expr);
  if (item.kind === 'store') return e.context.map.regs.get(item.reg)!;
  throw new Error(`a ${item.kind} has no shape`);
}

function routineFor(e: Emitter, shape: Shape): Routine {
  const { routines } = e.context;
  let routine = routines.get(shape.key);
  if (!routine) routines.set(shape.key, (routine = writeRoutine(e, shape)));
  return routine;
}

function writeRoutine(caller: Emitter, { value, places, numbers, into }: Shape): Routine {
  const { func, code } = caller.context.kernels.routine();
  const [table, end] = [0, 1];
  const bound = { places: new Map<Expr, Place>(), numbers: new Map<Expr, number>() };
  const e = new Emitter(caller.context, caller.placement, code, caller.func, caller.slots, caller.functions, bound);
  let stride = 0;
  const field = (type: typeof I32 | typeof I64): { readonly offset: number; readonly local: number } => {
    const bytes = type === I32 ? 4 : 8;
    const offset = Math.ceil(stride / bytes) * bytes;
    stride = offset + bytes;
    const local = code.local(type);
    code.get(table);
    code.memory(type === I32 ? 'i32_load' : 'i64_load', offset);
    code.set(local);
    return { offset, local };
  };
  code.loop();
  const placeFields = places.map((operand) => {
    const { offset, local } = field(I32);
    bound.places.set(operand, { base: local, offset: 0, bytes: caller.place(operand)!.bytes });
    return offset;
  });
  const numberFields = numbers.map((operand) => {
    const { offset, local } = field(typeOf(operand) === I32 ? I32 : I64);
    bound.numbers.set(operand, local);
    return offset;
  });
  const register = into < 0 ? null : regOf(places[into]!);
  const target = register ? null : field(I32);
  const to = target
    ? { base: target.local, offset: 0, bytes: storedBytes(value.width) }
    : bound.places.get(places[into]!)!;
  if (register && clobbers(e, value, register)) {
    const copy = temporary(e, value.width);
    computeWide(e, value, copy);
    copyPlace(e, copy, to);
  } else {
    computeWide(e, value, to);
  }
  stride = Math.ceil(stride / 8) * 8;
  code.get(table);
  code.i32(stride);
  code.op('i32_add');
  code.tee(table);
  code.get(end);
  code.op('i32_ne');
  code.brIf(0);
  code.op('end');
  return { func, stride, to: target ? target.offset : -1, places: placeFields, numbers: numberFields };
}
