// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { type BlockSums, blockSums, resolve } from './carry-select.ts';
import { carrySave } from './carry-save.ts';
import { Stages } from './stages.ts';

export const ModularAddParams = z.strictObject({
  width: z.int().min(1).max(4096).describe('Bits of an element and of the modulus'),
});

/** Cycles from operands to results. */
export const modularAddLatency = 2;

/** The block sums of a + b + c + carryIn in as many bits as a has. */
function sumsOfThree(stages: Stages, key: string, a: Signal, b: Signal, c: Signal, carryIn: 0 | 1): BlockSums {
  const { sum, carries } = carrySave(a, b, c, a.constant(BigInt(carryIn), 1));
  return blockSums(stages, key, sum, carries);
}

/**
 * a + b and a - b modulo p of the moment, for a, b < p (paper 4.2): the results lie in [0, p). One pair a cycle, latency 2, no stall, no reset.
 *
 * Both candidates of each result are added at once, as carry-select sums with a register between the sums of the blocks and the choice of their carries:
 * the longest paths are a chain of 63 bits, and a prefix over the blocks with two multiplexers behind it.
 */
export const modularAdd = block(
  'modular_add',
  ModularAddParams,
  (m, { width }) => {
    const word = UInt(width);
    const io = m.ports({
      a: input(word, 'below p'),
      b: input(word, 'below p'),
      p: input(word, 'modulus'),
      sum: output(word, 'a + b mod p, 2 cycles later'),
      difference: output(word, 'a - b mod p, 2 cycles later'),
    });
    const stages = new Stages(m, 'all');
    const given = stages.enter({ a: io.a, b: io.b, p: io.p });
    // One bit for the carry of a + b and one for the sign.
    const [a, b, p] = [given.a, given.b, given.p].map((value) => value.resize(width + 2)) as [Signal, Signal, Signal];
    const sums = {
      plus: blockSums(stages, 'plus', a, b),
      reduced: sumsOfThree(stages, 'reduced', a, b, p.not(), 1),
      minus: blockSums(stages, 'minus', a, b.not()),
      raised: sumsOfThree(stages, 'raised', a, b.not(), p, 1),
    };
    const { sum: plus } = resolve(stages, 'plus', sums.plus, 0);
    const { sum: reduced } = resolve(stages, 'reduced', sums.reduced, 0);
    const { sum: minus } = resolve(stages, 'minus', sums.minus, 1);
    const { sum: raised } = resolve(stages, 'raised', sums.raised, 0);
    const out = stages.leave({
      sum: reduced.msb().mux(plus.low(width), reduced.low(width)),
      difference: minus.msb().mux(raised.low(width), minus.low(width)),
    });
    io.sum.assign(out.sum);
    io.difference.assign(out.difference);
    return io;
  },
  { doc: 'Sum and difference modulo a run-time modulus.' },
);
