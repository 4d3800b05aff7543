// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, input, type Signal, SInt, UInt } from '../../../src/dsl/index.ts';
import { clamped, halved, shiftedTwice } from '../../../src/modules/exion/cfse/rounding.ts';
import { type RequantiseParams, requantiseBlock } from '../../../src/modules/lib/requantise.ts';
import { startedByReset } from '../reset-first.ts';

/** clamp((x + 2^(S-1)) >> S) to +-(2^(width-1) - 1), as it is written down: enough bits everywhere, S >= 1. */
function roundedShift(x: Signal, shift: Signal, width: number, maxShift: number): Signal {
  const bits = Math.max(x.width, maxShift) + 2;
  const wide = x.asSInt().resize(bits);
  const half = x.constant(1n, bits).shl(shift.subWrap(1)).asSInt();
  const y = wide.addWrap(half).shr(shift);
  const most = (1n << BigInt(width - 1)) - 1n;
  const [high, low] = [y.constant(most, bits, true), y.constant(-most, bits, true)];
  return y.gt(high).mux(high, y.lt(low).mux(low, y)).trunc(width);
}

/** The requantiser is its law. The products are the same on both sides, so what is compared is all that follows. */
export function requantiseHarness(p: z.input<typeof RequantiseParams>): BlockCall {
  const { accumulator = 32, multiplier = 16, width = 8, minShift = 8, maxShift = 46 } = p;
  return block('requantise_harness', z.strictObject({}), (m) => {
    const { dut } = m.instances({ dut: requantiseBlock(p) });
    const io = m.ports({
      a: input(SInt(accumulator)),
      multiplier: input(UInt(multiplier)),
      shift: input(UInt(dut.shift.width)),
    });
    dut.a.assign(io.a);
    dut.multiplier.assign(io.multiplier);
    dut.shift.assign(io.shift);
    m.assume('shift_in_range', io.shift.ge(minShift).and(io.shift.le(maxShift)));
    const product = io.a.mul(io.multiplier.resize(multiplier + 1).asSInt());
    m.assert('law', dut.out.eq(roundedShift(product, io.shift, width, maxShift).asSInt()));
  })({});
}

/** Shift, rounding and clamp of a lane of the special function unit: its law three stages later. */
export function roundingHarness(bits: number, width: number): BlockCall {
  return block('rounding_harness', z.strictObject({}), (m) => {
    const io = m.ports({ x: input(SInt(bits)), amount: input(UInt(6)) });
    startedByReset(m);
    const pipe = m.pipeline('lane');
    const { x } = pipe.inputs({ x: io.x });
    const shifted = shiftedTwice(pipe, 'value', x, io.amount, width + 1);
    const { y } = pipe.outputs({ y: clamped(halved(shifted), width) });
    const { x1, x2, x3 } = m.regs({ x1: SInt(bits), x2: SInt(bits), x3: SInt(bits) });
    x1.next(io.x);
    x2.next(x1);
    x3.next(x2);
    const { before, age } = m.regs({ before: UInt(6), age: UInt(2).init(0) });
    before.next(io.amount);
    m.when(age.ne(3), () => age.next(age.addWrap(1)));
    m.assume('constant_amount', age.eq(0).or(io.amount.eq(before)).and(io.amount.ne(0)));
    m.when(age.eq(3), () => m.assert('law', y.eq(roundedShift(x3, io.amount, width, 63).asSInt())));
  })({});
}
