// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, UInt } from '../../../dsl/index.ts';
import { bitsFor } from '../../lib/widths.ts';
import { unreduced } from '../arith/unreduced.ts';
import { modularLane, modulusInput } from './lane-ports.ts';

export const WordSerialParams = z
  .strictObject({
    bits: z.int().min(4).max(1024).describe('n: bits of an operand.'),
    word: z.int().min(2).max(128).default(64).describe('w: bits of a word, a divisor of n.'),
    tagBits: z.int().min(1).max(64).default(16).describe('Bits of the tag.'),
  })
  .refine((p) => p.bits % p.word === 0, { path: ['word'], message: 'must divide bits' });
type WordSerialParams = z.output<typeof WordSerialParams>;

/** Cycles from operands to their result, in which no other operands are taken: five for each word, and two. */
export const wordSerialLatency = ({ bits, word }: Pick<WordSerialParams, 'bits' | 'word'>): number =>
  5 * (bits / word) + 2;

/**
 * Word-serial Montgomery multiplier (CIOS, paper 3.5) in the place of a lane of TCore: small, one operation at a time.
 *
 * Law: x = a b R^-1 mod p, R = 2^n, canonical for a, b below p, p odd; `inverse` is -p^-1 mod 2^w. Latency wordSerialLatency, the next operands may
 * enter in the cycle of the result. A word takes five steps: a b_i; the sum; q; q p; the sum, shifted by a word. Multipliers n x w (shared by both products) and w x w.
 */
export const wordSerialLane = block(
  'word_serial_lane',
  WordSerialParams,
  (m, p) => {
    const io = m.ports({
      ...modularLane(p.bits, p.tagBits),
      modulus: modulusInput(p.bits),
      inverse: input(UInt(p.word), '-p^-1 mod 2^w'),
    });
    const words = p.bits / p.word;
    const word = UInt(p.bits);
    const { a, b, tag, t, product, quotient, left } = m.regs({
      a: word,
      b: word,
      tag: UInt(p.tagBits),
      // Below 2p between words; within one up to 2^w times 2p more.
      t: UInt(p.bits + p.word + 2),
      product: UInt(p.bits + p.word),
      quotient: UInt(p.word),
      left: UInt(bitsFor(words)),
    });
    const { residue, residue_tag, done } = m.regs({
      residue: word,
      residue_tag: UInt(p.tagBits),
      done: Bool.init(0),
    });
    const { step } = m.fsms({ step: ['IDLE', 'MULTIPLY', 'ADD', 'QUOTIENT', 'REDUCE', 'SHIFT', 'LAST'] });
    const misfit = unreduced(m, {
      values: [io.request.payload.a, io.request.payload.b],
      modulus: io.modulus,
      valid: io.request.fire,
    });
    io.unreduced.assign(misfit);
    const { meaningless } = m.regs({ meaningless: Bool });
    m.when(io.request.fire, () => meaningless.next(0)).elsewhen(misfit, () => meaningless.next(1));
    const isReduce = step.is('REDUCE');
    const { factor, multiplicand, sum } = m.nets({
      factor: isReduce.mux(quotient, b.trunc(p.word)),
      multiplicand: isReduce.mux(io.modulus, a),
      sum: t.addWrap(product.resize(t.width)),
    });
    const { less } = m.nets({ less: t.trunc(p.bits + 1).subFull(io.modulus) });
    m.when(step.is('MULTIPLY').or(isReduce), () => product.next(multiplicand.mul(factor)));
    done.next(step.is('LAST'));
    step.states({
      IDLE: () => {
        m.when(io.request.fire, () => {
          a.next(io.request.payload.a);
          b.next(io.request.payload.b);
          tag.next(io.request.payload.tag);
          t.next(0);
          left.next(words);
          step.goto('MULTIPLY');
        });
      },
      MULTIPLY: () => step.goto('ADD'),
      ADD: () => {
        t.next(sum);
        b.next(b.shr(p.word));
        step.goto('QUOTIENT');
      },
      QUOTIENT: () => {
        quotient.next(t.trunc(p.word).mul(io.inverse).trunc(p.word));
        step.goto('REDUCE');
      },
      REDUCE: () => step.goto('SHIFT'),
      SHIFT: () => {
        t.next(sum.shr(p.word));
        left.next(left.subWrap(1));
        m.assert('low_word_cancels', sum.trunc(p.word).eq(0));
        m.when(left.eq(1), () => step.goto('LAST')).otherwise(() => step.goto('MULTIPLY'));
      },
      LAST: () => {
        residue.next(less.msb().mux(t.trunc(p.bits), less.trunc(p.bits)));
        residue_tag.next(tag);
        const inRange = less.msb().or(less.lt(io.modulus.resize(less.width)));
        m.assert('less_than_twice_modulus', meaningless.or(inRange));
        step.goto('IDLE');
      },
    });
    io.request.ready.assign(step.is('IDLE'));
    io.result.valid.assign(done);
    io.result.x.assign(done.mux(residue, 0));
    io.result.tag.assign(done.mux(residue_tag, 0));
    return io;
  },
  { doc: 'Word-serial Montgomery multiplier (CIOS), one operation at a time.' },
);
