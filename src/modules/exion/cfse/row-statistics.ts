// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, SInt, UInt } from '../../../dsl/index.ts';
import { serialStepType } from './cfse.types.ts';
import { describeDivision, describeVariance } from './row-serial.ts';

/**
 * What a row of the special function unit finds out in a pass over its columns, and the serial unit that makes factors of it.
 *
 * - Gathered, one column a cycle: the largest score, -S1 = -(sum of x), S2 = sum of x^2, Z = sum of exponentials. `clear` empties them.
 * - Serial, after the pass (steps from `serial-control.ts`, all rows at once): V = D S2 - S1^2 + epsilon by shifting and adding, 1 + 13 + 1 +
 *   28 cycles; floor(sqrt(V)), at least 1, a bit a cycle, 27 cycles; floor(2^43 / (root 2^places)) by restoring division, 1 + 18 cycles. Or
 *   floor(127 * 2^30 / Z), 1 + 22 cycles. The root is not shifted up: leading zeros of the root shift the dividend down instead.
 *
 * Law: golden/layer-norm.ts `rowStatistics`, golden/softmax.ts. For at most 4096 columns S1 has 28 bits and a sign, S2 43 bits, D S2
 * 55 bits, V 54 bits. With Z = 0 the quotient is meaningless (and multiplied by 0). Longest path: a 32-bit subtraction and a multiplexer.
 */
export const rowStatistics = block(
  'cfse_row_statistics',
  z.strictObject({}),
  (m) => {
    const io = m.ports({
      clear: input(Bool, 'a command begins'),
      largest: { take: input(Bool), value: input(SInt(32), 'a score') },
      total: { take: input(Bool), value: input(SInt(16), 'x') },
      square: { take: input(Bool), value: input(UInt(31), 'x^2') },
      exponential: { take: input(Bool), value: input(UInt(16), 'e') },
      step: input(serialStepType),
      softmax: input(Bool, 'the quotient is that of softmax'),
      epsilon: input(UInt(32)),
      largest_score: output(SInt(32), 'of those taken; the least number if none was'),
      minus_sum: output(SInt(29), '-S1'),
      quotient: output(UInt(22), 'LN: inverse, 18 bits; SOFTMAX: r'),
      places: output(UInt(5), 'LN: leading zeros of the root'),
    });
    const { most, negative_sum, sum_of_exponentials } = m.regs({
      most: SInt(32),
      negative_sum: SInt(29),
      sum_of_exponentials: UInt(31),
    });
    // S2 while columns come, then its multiples, then those of |S1|.
    const { term } = m.regs({ term: UInt(55) });

    m.when(io.largest.take.and(io.largest.value.gt(most)), () => most.next(io.largest.value));
    m.when(io.total.take, () => negative_sum.next(negative_sum.subWrap(io.total.value.resize(29))));
    m.when(io.square.take, () => term.next(term.addWrap(io.square.value.resize(55))));
    m.when(io.exponential.take, () =>
      sum_of_exponentials.next(sum_of_exponentials.addWrap(io.exponential.value.resize(31))),
    );
    const { magnitude } = m.nets({
      magnitude: negative_sum.msb().mux(negative_sum.neg(), negative_sum).asUInt().low(28),
    });
    const variance = describeVariance(m, { step: io.step, epsilon: io.epsilon, term, magnitude });
    const { quotient, places } = describeDivision(m, {
      step: io.step,
      softmax: io.softmax,
      variance,
      divisor: sum_of_exponentials,
    });
    m.when(io.clear, () => {
      most.next(-(2 ** 31));
      negative_sum.next(0);
      term.next(0);
      sum_of_exponentials.next(0);
    });

    io.largest_score.assign(most);
    io.minus_sum.assign(negative_sum);
    io.quotient.assign(quotient);
    io.places.assign(places);
    return io;
  },
  { doc: 'Statistics of a row of the special function unit, with a serial square root and divider.' },
);
