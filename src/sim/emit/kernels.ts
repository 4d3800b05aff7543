// SPDX-License-Identifier: Apache-2.0
import type { Code } from '../wasm/code.ts';
import type { WasmModule } from '../wasm/module.ts';
import { I32, I64, type ValueType } from '../wasm/opcodes.ts';
import { divideBody } from './kernel-divide.ts';
import { multiplyBody } from './kernel-multiply.ts';

/** Pairs of limbs of a sum after which the carries that went on are seen to. */
export const SUM_PAIRS = 8;

/** Word loops for wide values, added to a module when first used. Each returns the wasm number of its function. */
export class Kernels {
  readonly #known = new Map<string, number>();

  constructor(
    readonly module: WasmModule,
    /** Address of the random generator's state. */
    readonly randomState: number,
  ) {}

  /** (to, limbs, a, limbs of a, b, limbs of b): the low limbs of an unsigned product. */
  multiply(): number {
    return this.#make('multiply', [I32, I32, I32, I32, I32, I32], [], multiplyBody);
  }

  /** (quotient, remainder, a, b, limbs), unsigned; by zero: all ones and a. */
  divide(): number {
    return this.#make('divide', [I32, I32, I32, I32, I32], [], divideBody);
  }

  /** (at, limbs): two's complement in place. */
  negate(): number {
    return this.#make('negate', [I32, I32], [], negateBody);
  }

  /**
   * (to, from, pairs, carry): adds to the limbs at `to` (subtracts from them) those at `from` and what goes into the lowest; gives what
   * leaves the highest.
   */
  accumulate(op: 'add' | 'sub'): number {
    return this.#make(`accumulate ${op}`, [I32, I32, I32, I64], [I64], (code) => accumulateBody(code, op));
  }

  /** 64 random bits (xorshift64). */
  random(): number {
    return this.#make('random', [], [I64], (code) => randomBody(code, this.randomState));
  }

  #make(name: string, params: ValueType[], results: ValueType[], body: (code: Code) => void): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const { index, code } = this.module.func(params, results);
    this.#known.set(name, index);
    body(code);
    return index;
  }
}

function randomBody(code: Code, state: number): void {
  const x = code.local(I64);
  code.i32(0);
  code.memory('i64_load', state);
  code.set(x);
  for (const [op, by] of [
    ['i64_shl', 13n],
    ['i64_shr_u', 7n],
    ['i64_shl', 17n],
  ] as const) {
    code.get(x);
    code.get(x);
    code.i64(by);
    code.op(op);
    code.op('i64_xor');
    code.set(x);
  }
  code.i32(0);
  code.get(x);
  code.memory('i64_store', state);
  code.get(x);
}

/** Runs `body` with a counter local from 0 to the number in another local. */
export function countedLoop(code: Code, counter: number, limit: number, body: () => void): void {
  code.i32(0);
  code.set(counter);
  code.block();
  code.loop();
  code.get(counter);
  code.get(limit);
  code.op('i32_ge_u');
  code.brIf(1);
  body();
  code.get(counter);
  code.i32(1);
  code.op('i32_add');
  code.set(counter);
  code.br(0);
  code.op('end');
  code.op('end');
}

function negateBody(code: Code): void {
  const [at, limbs] = [0, 1];
  const [i, carry, value] = [code.local(I32), code.local(I64), code.local(I64)];
  code.i64(1n);
  code.set(carry);
  countedLoop(code, i, limbs, () => {
    code.get(at);
    code.get(at);
    code.memory('i64_load', 0);
    code.i64(-1n);
    code.op('i64_xor');
    code.get(carry);
    code.op('i64_add');
    code.tee(value);
    code.memory('i64_store', 0);
    // The carry goes on only while the complement was all ones, that is, while the sum is zero.
    code.get(carry);
    code.get(value);
    code.op('i64_eqz');
    code.op('i64_extend_i32_u');
    code.op('i64_and');
    code.set(carry);
    code.get(at);
    code.i32(8);
    code.op('i32_add');
    code.set(at);
  });
}

function accumulateBody(code: Code, op: 'add' | 'sub'): void {
  const [to, from, pairs, carry] = [0, 1, 2, 3];
  const [i, before, after, out] = [code.local(I32), code.local(I64), code.local(I64), code.local(I64)];
  /** `after` is `before` and a number on the stack; whether it went beyond the end joins the carries of this limb. */
  const step = (): void => {
    code.op(`i64_${op}`);
    code.set(after);
    code.get(before);
    code.get(after);
    code.op(op === 'add' ? 'i64_gt_u' : 'i64_lt_u');
    code.op('i64_extend_i32_u');
    code.get(out);
    code.op('i64_add');
    code.set(out);
  };
  countedLoop(code, i, pairs, () => {
    for (const at of [0, 8]) {
      code.i64(0n);
      code.set(out);
      code.get(to);
      code.memory('i64_load', at);
      code.tee(before);
      code.get(from);
      code.memory('i64_load', at);
      step();
      code.get(after);
      code.tee(before);
      code.get(carry);
      step();
      code.get(out);
      code.set(carry);
      code.get(to);
      code.get(after);
      code.memory('i64_store', at);
    }
    for (const local of [to, from]) {
      code.get(local);
      code.i32(16);
      code.op('i32_add');
      code.set(local);
    }
  });
  code.get(carry);
}
