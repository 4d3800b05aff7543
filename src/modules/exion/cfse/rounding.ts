// SPDX-License-Identifier: Apache-2.0
import type { Comb, Pipeline, Signal } from '../../../dsl/index.ts';

/**
 * 2 x >> amount, clamped to `width` bits, three stages later: coarse shift by 16s, fine shift, clamp. Rounding follows on the narrow
 * value: (x + 2^(S-1)) >> S is ((2 x >> S) + 1) >> 1 for S >= 1, and what is clamped here is beyond the limits of the result anyway.
 * Amount 0 .. 63, 6 bits; it does not change while columns are in the pipeline.
 */
export function shiftedTwice(pipe: Pipeline, name: string, x: Signal, amount: Signal, width: number): Signal {
  const doubled = x.concat(x.constant(0n, 1)).asSInt();
  const steps = [0, 16, 32, 48].map((by) => doubled.shr(by));
  const coarse = pipe.regs({ [`${name}_coarse`]: amount.high(2).pick(steps) })[`${name}_coarse`]!;
  const fine = pipe.regs({ [`${name}_fine`]: coarse.shr(amount.low(4)) })[`${name}_fine`]!;
  return pipe.regs({ [`${name}_narrow`]: fine.saturate(width) })[`${name}_narrow`]!;
}

/** (x + 1) >> 1 in as many bits as x has. */
export function halved<V extends Comb<V>>(x: Comb<V>): V {
  return x.addFull(1).slice(x.width, 1).asSInt();
}

/** x clamped to -(2^(width-1) - 1) .. 2^(width-1) - 1. */
export function clamped<V extends Comb<V>>(x: Comb<V>, width: number): V {
  const least = 1n << BigInt(width - 1);
  const near = x.saturate(width);
  return near.eq(-least).mux(x.constant(1n - least, width, true), near);
}
