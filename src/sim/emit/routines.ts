// SPDX-License-Identifier: Apache-2.0
import type { Item } from '../plan/program.ts';
import type { Shape } from '../plan/shapes.ts';
import { I32 } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { push } from './narrow.ts';
import { layoutOf, loopOf, newRoutine, type Routine, singleOf } from './routine-code.ts';
import { pushAddress } from './wide-memory.ts';

/** From this many values on a loop over records is faster than a call for each. */
const LEAST_RECORDS = 3;

/**
 * Items of one shape with those between them, which `emit` sees to.
 *
 * One operation on 768 bits is some 500 bytes of code; what is written in line for a hundred registers does not fit the instruction cache and runs half as
 * fast. A call costs as much as a tenth to a quarter of such an operation, a step of a loop over records half of that.
 */
export function emitRun(e: Emitter, items: readonly Item[], emit: (item: Item) => void): void {
  const { shared } = e.placement;
  const jobs = items.filter((item) => shared.has(item));
  const routine = routineFor(e, shared.get(jobs[0]!)!);
  if (jobs.length < LEAST_RECORDS) {
    for (const item of items) {
      const shape = shared.get(item);
      if (shape) emitCall(e, item, shape, routine);
      else emit(item);
    }
    return;
  }
  const { code, context } = e;
  const { offsets, stride } = layoutOf(routine);
  const bytes = new Uint8Array(stride * jobs.length);
  const table = context.map.arena.alloc(bytes.length, 16);
  context.constants.push({ address: table, bytes });
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const item of items) {
    const shape = shared.get(item);
    if (!shape) {
      emit(item);
      continue;
    }
    argumentsOf(e, item, shape).forEach((argument, i) => {
      if (typeof argument === 'number') {
        view.setUint32(at + offsets[i]!, argument, true);
        return;
      }
      code.i32(0);
      argument();
      code.memory(routine.types[i] === I32 ? 'i32_store' : 'i64_store', table + at + offsets[i]!);
    });
    at += stride;
  }
  code.i32(table);
  code.i32(table + bytes.length);
  code.call(loopOf(e, shared.get(jobs[0]!)!, routine));
}

function emitCall(e: Emitter, item: Item, shape: Shape, routine: Routine): void {
  for (const argument of argumentsOf(e, item, shape)) {
    if (typeof argument === 'number') e.code.i32(argument);
    else argument();
  }
  e.code.call(singleOf(e, shape, routine));
}

/** Addresses that are known, and what pushes the other arguments. */
function argumentsOf(e: Emitter, item: Item, { places, numbers, into }: Shape): (number | (() => void))[] {
  const found: (number | (() => void))[] = places.map((operand) => {
    const place = e.place(operand)!;
    if (place.base !== null) return () => pushAddress(e, place);
    // Shifts read beyond their operand.
    e.context.map.arena.reach(place.offset + 2 * place.bytes + 32);
    return place.offset;
  });
  for (const operand of numbers) found.push(() => push(e, operand));
  if (into < 0) found.push(destination(e, item));
  return found;
}

function destination(e: Emitter, item: Item): number {
  if (item.kind === 'def') return e.slot(item.expr);
  if (item.kind === 'store') return e.context.map.regs.get(item.reg)!;
  throw new Error(`a ${item.kind} has no shape`);
}

function routineFor(e: Emitter, shape: Shape): Routine {
  const { routines } = e.context;
  let routine = routines.get(shape.key);
  if (!routine) routines.set(shape.key, (routine = newRoutine(shape)));
  return routine;
}
