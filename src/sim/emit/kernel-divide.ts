// SPDX-License-Identifier: Apache-2.0
import type { Code } from '../wasm/code.ts';
import { I32, I64 } from '../wasm/opcodes.ts';

/**
 * Restoring division bit by bit: the dividend moves from the quotient into the remainder. Slow but short; wide division is rare in
 * hardware. Division by zero subtracts nothing and yields all ones and the dividend by itself.
 */
export function divideBody(code: Code): void {
  const [quotient, remainder, a, b, limbs] = [0, 1, 2, 3, 4];
  const [step, bytes, at] = [code.local(I32), code.local(I32), code.local(I32)];
  const [carry, limb, borrow, difference] = [code.local(I64), code.local(I64), code.local(I64), code.local(I64)];
  const address = (base: number): void => {
    code.get(base);
    code.get(at);
    code.op('i32_add');
  };
  const overLimbs = (body: () => void): void => {
    code.i32(0);
    code.set(at);
    code.loop();
    body();
    code.get(at);
    code.i32(8);
    code.op('i32_add');
    code.tee(at);
    code.get(bytes);
    code.op('i32_lt_u');
    code.brIf(0);
    code.op('end');
  };
  /** Shifts a number left by one; bits go in and out through `carry`. */
  const shiftIn = (base: number): void =>
    overLimbs(() => {
      address(base);
      address(base);
      code.memory('i64_load', 0);
      code.tee(limb);
      code.i64(1n);
      code.op('i64_shl');
      code.get(carry);
      code.op('i64_or');
      code.memory('i64_store', 0);
      code.get(limb);
      code.i64(63n);
      code.op('i64_shr_u');
      code.set(carry);
    });
  /** remainder - b limb by limb; `borrow` is left 1 when b is larger. */
  const subtract = (store: boolean): void => {
    code.i64(0n);
    code.set(borrow);
    overLimbs(() => {
      if (store) address(remainder);
      address(remainder);
      code.memory('i64_load', 0);
      code.tee(limb);
      address(b);
      code.memory('i64_load', 0);
      code.op('i64_sub');
      code.tee(difference);
      code.get(borrow);
      code.op('i64_sub');
      if (store) code.memory('i64_store', 0);
      else code.op('drop');
      code.get(difference);
      code.get(limb);
      code.op('i64_gt_u');
      code.get(difference);
      code.get(borrow);
      code.op('i64_lt_u');
      code.op('i32_or');
      code.op('i64_extend_i32_u');
      code.set(borrow);
    });
  };
  code.get(limbs);
  code.i32(3);
  code.op('i32_shl');
  code.set(bytes);
  code.get(quotient);
  code.get(a);
  code.get(bytes);
  code.copy();
  code.get(remainder);
  code.i32(0);
  code.get(bytes);
  code.fill();
  code.get(limbs);
  code.i32(6);
  code.op('i32_shl');
  code.set(step);
  code.loop();
  code.i64(0n);
  code.set(carry);
  shiftIn(quotient);
  shiftIn(remainder);
  // A bit that leaves the remainder makes it larger than any divisor.
  subtract(false);
  code.get(carry);
  code.i64(0n);
  code.op('i64_ne');
  code.get(borrow);
  code.op('i64_eqz');
  code.op('i32_or');
  code.if();
  subtract(true);
  code.get(quotient);
  code.get(quotient);
  code.memory('i64_load', 0);
  code.i64(1n);
  code.op('i64_or');
  code.memory('i64_store', 0);
  code.op('end');
  code.get(step);
  code.i32(1);
  code.op('i32_sub');
  code.tee(step);
  code.brIf(0);
  code.op('end');
}
