// SPDX-License-Identifier: Apache-2.0
import type { Code } from '../wasm/code.ts';
import { I32, I64 } from '../wasm/opcodes.ts';

/** Schoolbook product in digits of 32 bits: the widest that a 64-bit multiply-add holds with both carries. */
export function multiplyBody(code: Code): void {
  const [to, limbs, a, aLimbs, b, bLimbs] = [0, 1, 2, 3, 4, 5];
  const [digitA, sum] = [code.local(I64), code.local(I64)];
  const [end, aEnd, bEnd, x, y] = [code.local(I32), code.local(I32), code.local(I32), code.local(I32), code.local(I32)];
  const advance = (local: number): void => {
    code.get(local);
    code.i32(4);
    code.op('i32_add');
    code.set(local);
  };
  for (const [start, count, stop] of [
    [to, limbs, end] as const,
    [a, aLimbs, aEnd] as const,
    [b, bLimbs, bEnd] as const,
  ]) {
    code.get(start);
    code.get(count);
    code.i32(3);
    code.op('i32_shl');
    code.op('i32_add');
    code.set(stop);
  }
  code.get(to);
  code.i32(0);
  code.get(limbs);
  code.i32(3);
  code.op('i32_shl');
  code.fill();
  code.block();
  code.loop();
  code.get(a);
  code.get(aEnd);
  code.op('i32_ge_u');
  code.brIf(1);
  code.get(a);
  code.memory('i64_load32_u', 0);
  code.set(digitA);
  code.get(to);
  code.set(x);
  code.get(b);
  code.set(y);
  code.i64(0n);
  code.set(sum);
  code.block();
  code.loop();
  code.get(x);
  code.get(end);
  code.op('i32_ge_u');
  code.brIf(1);
  // The high half of the sum is the carry into the next digit; past the end of b it is stored alone.
  code.get(y);
  code.get(bEnd);
  code.op('i32_ge_u');
  code.if();
  code.get(x);
  code.get(sum);
  code.i64(32n);
  code.op('i64_shr_u');
  code.memory('i64_store32', 0);
  code.br(2);
  code.op('end');
  code.get(x);
  code.get(digitA);
  code.get(y);
  code.memory('i64_load32_u', 0);
  code.op('i64_mul');
  code.get(x);
  code.memory('i64_load32_u', 0);
  code.op('i64_add');
  code.get(sum);
  code.i64(32n);
  code.op('i64_shr_u');
  code.op('i64_add');
  code.tee(sum);
  code.memory('i64_store32', 0);
  advance(x);
  advance(y);
  code.br(0);
  code.op('end');
  code.op('end');
  advance(a);
  advance(to);
  code.br(0);
  code.op('end');
  code.op('end');
}
