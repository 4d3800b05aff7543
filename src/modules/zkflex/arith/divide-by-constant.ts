// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { bitsFor } from '../../lib/widths.ts';
import { prefixSums } from './prefix.ts';
import { Registers, Stages, stagesOf } from './stages.ts';
import { truthTables } from './truth-table.ts';

/** Bits of a digit: the least k with 2^k = 1 modulo d, at least 4 where that is allowed, for short tables and few digits. */
export function digitBits(divisor: number): number {
  let order = 1;
  while (2 ** order % divisor !== 1) order++;
  return order * Math.ceil(order >= 4 ? 1 : 4 / order);
}

/** Bits of floor(x / d) for x of `width` bits. */
export const quotientBits = (width: number, divisor: number): number =>
  bitsFor(((1n << BigInt(width)) - 1n) / BigInt(divisor));

/**
 * x / d and x mod d for a small odd constant d, without a carry chain (paper 3.4): a digit base is 1 modulo d, so the remainder that enters a
 * digit is the sum modulo d of the digits above it; all of them come from one prefix, and each digit of the quotient from one table.
 * `key` names what is inside. Two cuts: behind the prefix, and behind the quotient (the block's own output register when there is one).
 */
export function divideByConstant(
  stages: Stages,
  x: Signal,
  divisor: number,
  key = 'r',
): { readonly quotient: Signal; readonly remainder: Signal } {
  const k = digitBits(divisor);
  const r = bitsFor(divisor - 1);
  const count = Math.ceil(x.width / k);
  // Digit 0 of the list is the most significant.
  const digits = Array.from({ length: count }, (_, i) => {
    const low = (count - 1 - i) * k;
    return x.slice(Math.min(low + k, x.width) - 1, low).toBits();
  });
  const residues = digits.map((bits) => truthTables(bits, r, (digit) => digit % divisor));
  const addition = (high: Signal[], low: Signal[]): Signal[] =>
    truthTables([...high, ...low], r, (pattern) => {
      const [a, b] = [pattern % 2 ** r, pattern >> r];
      return a < divisor && b < divisor ? (a + b) % divisor : null;
    });
  const sums = prefixSums(residues, addition, (sum, level, i) => {
    const named = stages.name(Object.fromEntries(sum.map((bit, b) => [`${key}_${level}_${i}_${b}`, bit])));
    return Object.values(named);
  });
  const held = stages.cut({
    [`${key}_x`]: x,
    ...Object.fromEntries(sums.map((sum, i) => [`${key}_sum_${i}`, join(sum[0]!, sum)])),
  }) as Record<string, Signal>;
  const quotients = digits.map((bits, i) => {
    const low = (count - 1 - i) * k;
    const digit = held[`${key}_x`]!.slice(low + bits.length - 1, low).toBits() as Signal[];
    const entering = i === 0 ? [] : (held[`${key}_sum_${i - 1}`]!.toBits() as Signal[]);
    return quotientDigit(digit, entering, divisor);
  });
  const quotient = join(held[`${key}_x`]!, quotients.reverse().flat()).trunc(quotientBits(x.width, divisor));
  return { quotient, remainder: held[`${key}_sum_${count - 1}`]! };
}

/** floor((entering 2^k + digit) / d), where entering < d. */
function quotientDigit(digit: readonly Signal[], entering: readonly Signal[], divisor: number): Signal[] {
  return truthTables([...digit, ...entering], digit.length, (pattern) =>
    pattern >> digit.length < divisor ? Math.floor(pattern / divisor) : null,
  );
}

export const DivideByConstantParams = z.strictObject({
  width: z.int().min(1).max(1024).describe('Bits of x.'),
  divisor: z.union([z.literal(3), z.literal(5), z.literal(9), z.literal(15)]).describe('d.'),
  registers: Registers.default('all').describe('none: combinational; all: behind the prefix and behind the result.'),
});

/** Cycles from x to its quotient. */
export const divideLatency = (registers: Registers): number => stagesOf(registers, 1);

/**
 * Quotient and remainder of an unsigned number by 3, 5, 9 or 15.
 *
 * Law: x = d quotient + remainder, remainder < d. Shapes: x `width` bits, quotient as many as floor((2^width - 1) / d) has, remainder as many as d - 1.
 * Latency divideLatency: none 0, output 1, all 2 cycles; a new x every cycle. Depth: ceil(log2(digits)) + 1 tables of few bits, then one.
 * Source: paper 3.4; digits have 4 bits for 3, 5 and 15 and 6 for 9.
 */
export const divideByConstantBlock = block(
  'divide_by_constant',
  DivideByConstantParams,
  (m, p) => {
    const io = m.ports({
      x: input(UInt(p.width), 'dividend'),
      quotient: output(UInt(quotientBits(p.width, p.divisor)), 'floor(x / d)'),
      remainder: output(UInt(bitsFor(p.divisor - 1)), 'x mod d'),
    });
    const stages = new Stages(m, p.registers);
    const { x } = stages.enter({ x: io.x });
    const { quotient, remainder } = stages.leave(divideByConstant(stages, x, p.divisor));
    io.quotient.assign(quotient);
    io.remainder.assign(remainder);
    return io;
  },
  {
    doc: 'Quotient and remainder of an unsigned number by 3, 5, 9 or 15: a prefix of residues and tables, no carry chain.',
  },
);
