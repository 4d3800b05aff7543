// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import { limbsOf } from '../plan/values.ts';
import { I32, I64 } from '../wasm/opcodes.ts';
import type { Emitter } from './emitter.ts';
import { pushAs } from './narrow.ts';
import { pushLimb } from './wide-limb.ts';

export interface Toggle {
  readonly value: Expr;
  /** Addresses of whole limbs: the value one sample ago, bits that have risen, bits that have fallen. */
  readonly before: number;
  readonly rise: number;
  readonly fall: number;
}

export function emitToggle(e: Emitter, { value, before, rise, fall }: Toggle): void {
  const { code } = e;
  for (let k = 0; k < limbsOf(value.width); k++) {
    e.scratch(I64, (now) => {
      pushLimb(e, value, k);
      code.set(now);
      // risen |= now & ~before, fallen |= before & ~now: with x = now ^ before, x & now and x & before.
      for (const address of [rise, fall]) {
        code.i32(0);
        code.i32(0);
        code.memory('i64_load', address + 8 * k);
        code.get(now);
        code.i32(0);
        code.memory('i64_load', before + 8 * k);
        code.op('i64_xor');
        if (address === rise) {
          code.get(now);
        } else {
          code.i32(0);
          code.memory('i64_load', before + 8 * k);
        }
        code.op('i64_and');
        code.op('i64_or');
        code.memory('i64_store', address + 8 * k);
      }
      code.i32(0);
      code.get(now);
      code.memory('i64_store', before + 8 * k);
    });
  }
}

export interface Tally {
  readonly state: Expr;
  /** Address of the state one sample ago, of the table of `count` x `count` 64-bit counters. */
  readonly before: number;
  readonly table: number;
  readonly count: number;
}

/** Adds one to table[before][state]; states that the format does not name are not counted. */
export function emitTally(e: Emitter, { state, before, table, count }: Tally): void {
  const { code } = e;
  e.scratch(I32, (now) => {
    pushAs(e, state, I32);
    code.tee(now);
    code.i32(count);
    code.op('i32_lt_u');
    code.if();
    e.scratch(I32, (at) => {
      code.i32(0);
      code.memory('i32_load', before);
      code.i32(count);
      code.op('i32_mul');
      code.get(now);
      code.op('i32_add');
      code.i32(3);
      code.op('i32_shl');
      code.tee(at);
      code.get(at);
      code.memory('i64_load', table);
      code.i64(1n);
      code.op('i64_add');
      code.memory('i64_store', table);
    });
    code.i32(0);
    code.get(now);
    code.memory('i32_store', before);
    code.op('end');
  });
}
