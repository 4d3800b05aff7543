// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { carrySave } from './carry-save.ts';
import { blockSums, resolve } from './carry-select.ts';
import { Stages } from './stages.ts';

export const ModularAdderParams = z.strictObject({
  width: z.int().min(1).max(1024).describe('Bits of the modulus.'),
  tagBits: z.int().min(0).max(64).default(0).describe('Bits that go with each operation.'),
});

/** Cycles from operands to the sum. */
export const modularAdderLatency = 2;

/**
 * Modular adder and subtracter (paper 4.2).
 *
 * Law: x = a + b mod p, or a - b mod p with `subtract`, canonical for a, b below p; valid and tag go with it. Shapes: `width` bits. Latency
 * 2 cycles; a new operation every cycle, never stalls; p is constant from operands to the first register. Both candidates (with and without
 * the correction by p) are added side by side in blocks, then the carries choose. Data registers have no reset.
 */
export const modularAdder = block(
  'modular_adder',
  ModularAdderParams,
  (m, p) => {
    const word = UInt(p.width);
    const io = m.ports({
      modulus: input(word, 'p'),
      in: {
        valid: input(Bool, 'an operation'),
        subtract: input(Bool, 'a - b instead of a + b'),
        a: input(word, 'operand below p'),
        b: input(word, 'operand below p'),
        tag: input(UInt(p.tagBits), 'comes back with the result'),
      },
      out: {
        valid: output(Bool, 'a result'),
        x: output(word, 'a +- b mod p'),
        tag: output(UInt(p.tagBits), 'tag of the operation'),
      },
    });
    const { in: given } = io;
    const below = given.a.lt(io.modulus).and(given.b.lt(io.modulus));
    m.assert('operands_below_modulus', given.valid.not().or(below), 'an operand is not below p');

    const stages = new Stages(m, 'all');
    const { a, b, subtract, tag } = stages.enter({ a: given.a, b: given.b, subtract: given.subtract, tag: given.tag });
    const bits = p.width + 1;
    const wide: Signal = b.resize(bits).xor(subtract.replicate(bits));
    const correction = io.modulus.resize(bits).xor(subtract.not().replicate(bits));
    // a + b and a + b - p, or a - b and a - b + p: a 1 for each complement goes into a carry.
    const plain = blockSums(stages, 'plain', a.resize(bits), wide);
    const rows = carrySave(a.resize(bits), wide, correction, a.constant(1n, 1));
    const corrected = blockSums(stages, 'corrected', rows.sum, rows.carries);
    const late = stages.level({ subtract, tag, at: plain.zero[0]! });
    const first = resolve(stages, 'plain', plain, late.subtract).sum;
    const second = resolve(stages, 'corrected', corrected, 0).sum;
    // a + b - p is taken unless it is negative, a - b unless that is.
    const isSecond = late.subtract.mux(first.msb(), second.msb().not());
    const { x, tag: tagOut } = stages.leave({ x: isSecond.mux(second, first).trunc(p.width), tag: late.tag });
    const { valid_1, valid_2 } = m.regs({ valid_1: Bool.init(0), valid_2: Bool.init(0) });
    valid_1.next(given.valid);
    valid_2.next(valid_1);
    io.out.valid.assign(valid_2);
    io.out.x.assign(x);
    io.out.tag.assign(tagOut);
    return io;
  },
  { doc: 'Modular adder and subtracter, two stages.' },
);
