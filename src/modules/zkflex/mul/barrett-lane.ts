// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, input, type Signal, UInt } from '../../../dsl/index.ts';
import { delayed, validAfter } from '../arith/delay.ts';
import { unreduced, unreducedLatency } from '../arith/unreduced.ts';
import { modularLane, modulusInput } from './lane-ports.ts';
import { LevelName, multiplier, multiplierLatency } from './multiplier.ts';

export const BarrettParams = z.strictObject({
  bits: z.int().min(2).max(1000).describe('k: bits of the modulus, exactly.'),
  levels: z.array(LevelName).max(3).describe('How the three multipliers split their factors.'),
  leafStages: z.int().min(1).max(4).default(3).describe('Registers behind each leaf.'),
  tagBits: z.int().min(1).max(64).default(16).describe('Bits of the tag.'),
});
type BarrettParams = z.output<typeof BarrettParams>;

/** Cycles from operands to their result: three products, their operand registers, three subtractions. */
export const barrettLatency = (p: Pick<BarrettParams, 'levels' | 'leafStages'>): number => 3 * multiplierLatency(p) + 6;

/**
 * Barrett multiplier (paper 3.5) in the place of a lane of TCore: three multipliers in a row, one operation every cycle, results not in Montgomery
 * form.
 *
 * Law: x = a b mod p, canonical, for a, b below p, p of exactly k bits, mu = floor(2^2k / p). Latency barrettLatency; always ready. The remainder after
 * the approximate quotient is below 3p, so two subtractions finish.
 */
export const barrettLane = block(
  'barrett_lane',
  BarrettParams,
  (m, p) => {
    const k = p.bits;
    const io = m.ports({
      ...modularLane(k, p.tagBits),
      modulus: modulusInput(k),
      mu: input(UInt(k + 1), 'floor(2^2k / p)'),
    });
    io.request.ready.assign(1);
    m.assert('modulus_has_k_bits', io.request.fire.not().or(io.modulus.msb()), 'p has fewer than k bits');
    const { payload } = io.request;
    const misfit = unreduced(m, {
      values: [payload.a, payload.b],
      modulus: io.modulus,
      valid: io.request.fire,
    });
    io.unreduced.assign(misfit);

    const inner = multiplierLatency(p);
    const call = multiplier({ width: k + 1, levels: p.levels, leafStages: p.leafStages });
    const times = (name: string, left: Signal, right: Signal): Signal => {
      const held = m.regs({ [`${name}_a`]: UInt(k + 1), [`${name}_b`]: UInt(k + 1) });
      held[`${name}_a`]!.next(left.resize(k + 1));
      held[`${name}_b`]!.next(right.resize(k + 1));
      const product = m.instances({ [name]: call })[name]!;
      product.valid.assign(validAfter(m, `${name}_valid`, io.request.fire, 1 + stagesBefore[name]!));
      product.a.assign(held[`${name}_a`]!);
      product.b.assign(held[`${name}_b`]!);
      return product.product;
    };
    const stagesBefore: Readonly<Record<string, number>> = {
      whole: 0,
      estimate: inner + 1,
      multiple: 2 * (inner + 1),
    };
    const T = times('whole', payload.a, payload.b).trunc(2 * k);
    const estimate = times('estimate', T.high(k + 1), io.mu);
    const q = estimate.high(k + 1);
    const multiple = times('multiple', q, io.modulus);

    // Only the low bits of T and q p count: their difference is below 3p.
    const bits = k + 2;
    const waited = delayed(m, 'low', T.trunc(bits), 2 * (inner + 1));
    const { remainder, once, twice } = m.regs({ remainder: UInt(bits), once: UInt(bits), twice: UInt(k) });
    const reduced = (x: Signal): Signal => {
      const less = x.subFull(io.modulus);
      return less.msb().mux(x, less.trunc(x.width));
    };
    remainder.next(waited.subWrap(multiple.trunc(bits)));
    once.next(reduced(remainder));
    twice.next(reduced(once).trunc(k));
    const latency = barrettLatency(p);
    const valid = validAfter(m, 'valid', io.request.fire, latency);
    const meaningless = delayed(m, 'meaningless', misfit, latency - unreducedLatency);
    const inRange = valid.not().or(meaningless).or(twice.lt(io.modulus));
    m.assert('below_modulus', inRange, 'two subtractions were not enough');
    io.result.valid.assign(valid);
    io.result.x.assign(valid.mux(twice, 0));
    io.result.tag.assign(valid.mux(delayed(m, 'tag', payload.tag, latency), 0));
    return io;
  },
  { doc: 'Barrett multiplier: three multipliers in a row, one operation every cycle.' },
);
