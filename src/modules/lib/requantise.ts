// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, type Comb, input, output, SInt, UInt } from '../../dsl/index.ts';
import { bitsFor, clog2 } from './widths.ts';

export interface RequantiseShape {
  /** Bits of the result. */
  readonly width: number;
  readonly minShift: number;
  readonly maxShift: number;
}

/**
 * rq(a) = clamp((a * M + 2^(S-1)) >> S) to +-(2^(width-1) - 1): a signed, M and S unsigned, minShift <= S <= maxShift.
 * With minShift = maxShift the shift is fixed and the value for S is not read.
 */
export function requantise<V extends Comb<V>>(
  a: Comb<V>,
  multiplier: Comb<V>,
  shift: Comb<V>,
  shape: RequantiseShape,
): V {
  return rounded(scaled(product(a, multiplier), shift, shape), shape.width);
}

/** a * M in as many bits as both have together. */
function product<V extends Comb<V>>(a: Comb<V>, multiplier: Comb<V>): V {
  const positive = multiplier.resize(multiplier.width + 1).asSInt();
  return a.mul(positive).trunc(a.width + multiplier.width);
}

/**
 * x >> (S-1), clamped to width + 1 bits. Rounding can follow on this narrow value: (x + 2^(S-1)) >> S is
 * ((x >> (S-1)) + 1) >> 1, and what is clamped here rounds to a value that is clamped in the end anyway.
 */
function scaled<V extends Comb<V>>(x: Comb<V>, shift: Comb<V>, { width, minShift, maxShift }: RequantiseShape): V {
  const fixed = Math.min(minShift - 1, x.width - 1);
  const coarse = x.slice(x.width - 1, fixed).asSInt();
  const wide = coarse.resize(Math.max(coarse.width, width + 1));
  if (minShift === maxShift) return wide.saturate(width + 1);
  const amount = shift.subWrap(minShift).trunc(clog2(maxShift - minShift + 1));
  return wide.shr(amount).saturate(width + 1);
}

/** (x + 1) >> 1, clamped symmetrically from width + 1 to width bits. */
function rounded<V extends Comb<V>>(x: Comb<V>, width: number): V {
  const half = x
    .addFull(1)
    .slice(width + 1, 1)
    .asSInt();
  const bound = 1n << BigInt(width - 1);
  const most = x.constant(bound - 1n, width, true);
  const least = x.constant(1n - bound, width, true);
  // The range is -bound .. bound, so only its two ends are beyond the limits.
  return half.eq(bound).mux(most, half.eq(-bound).mux(least, half.trunc(width)));
}

export const RequantiseParams = z
  .strictObject({
    accumulator: z.int().min(1).max(64).default(32).describe('Bits of a, signed.'),
    multiplier: z.int().min(1).max(32).default(16).describe('Bits of M, unsigned.'),
    width: z.int().min(1).max(32).default(8).describe('Bits of the result, signed. 1: the result is always 0.'),
    minShift: z.int().min(1).max(95).default(8).describe('Least S.'),
    maxShift: z.int().min(1).max(95).default(46).describe('Greatest S. Equal to minShift: the port shift has no bits.'),
  })
  .refine((p) => p.minShift <= p.maxShift, { path: ['maxShift'], message: 'maxShift must not be below minShift' });

type Params = z.output<typeof RequantiseParams>;

const operands = (p: Params) => ({
  a: input(SInt(p.accumulator), 'accumulator'),
  multiplier: input(UInt(p.multiplier), 'M'),
  shift: input(UInt(p.minShift === p.maxShift ? 0 : bitsFor(p.maxShift)), `S, ${p.minShift} to ${p.maxShift}`),
});

/**
 * Requantiser: scales an accumulator to a narrow symmetric integer, rounding half up.
 *
 * Law: out = clamp((a * M + 2^(S-1)) >> S) to +-(2^(width-1) - 1) for minShift <= S <= maxShift, exact, no wrap anywhere.
 * Shapes: a `accumulator` signed, multiplier unsigned, shift bitsFor(maxShift), out `width` signed. Combinational: latency 0.
 * Source: numerics of EXION, 3.0.
 */
export const requantiseBlock = block(
  'requantise',
  RequantiseParams,
  (m, p) => {
    const io = m.ports({ ...operands(p), out: output(SInt(p.width), 'requantised value') });
    io.out.assign(requantise(io.a, io.multiplier, io.shift, p));
    return io;
  },
  { doc: 'Scales an accumulator to a narrow symmetric integer: multiply, round half up, shift, clamp. Combinational.' },
);

/** Cycles of `requantise_pipelined`: operands, product, shifted, rounded. */
export const requantiseLatency = 4;

/**
 * Pipelined requantiser: as `requantise`, registers behind operands, product, shift and result.
 *
 * Law: out.value is rq of the operands 4 cycles earlier, out.valid likewise. Latency 4, one value a cycle, never stalls.
 * Operand and product registers fit those of DSP blocks. Data registers have no reset.
 */
export const requantisePipelined = block(
  'requantise_pipelined',
  RequantiseParams,
  (m, p) => {
    const io = m.ports({
      in: { valid: input(Bool, 'operands are valid'), ...operands(p) },
      out: { valid: output(Bool, 'value is valid'), value: output(SInt(p.width), 'requantised value') },
    });
    const pipe = m.pipeline('rq', { valid: io.in.valid });
    const entered = pipe.inputs({ a: io.in.a, multiplier: io.in.multiplier, shift: io.in.shift });
    const held = pipe.regs(entered);
    const multiplied = pipe.regs({ product: product(held.a, held.multiplier) });
    const { shift } = pipe.delayTo({ shift: held.shift }, 2);
    const shifted = pipe.regs({ scaled: scaled(multiplied.product, shift, p) });
    const { value } = pipe.outputs(pipe.regs({ value: rounded(shifted.scaled, p.width) }));
    io.out.value.assign(value);
    io.out.valid.assign(pipe.valid(requantiseLatency));
    return io;
  },
  { doc: 'Scales an accumulator to a narrow symmetric integer in four pipeline stages.' },
);
