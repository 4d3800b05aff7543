// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, type ModuleBuilder, output, type Signal, UInt } from '../../dsl/index.ts';

/**
 * Takes a registered value of another clock domain into the current one through `stages` flip-flops, `<name>_meta`, `<name>_1`, ... .
 * Only one bit may change at a time for the result to be a value that was there: single bits and Gray codes.
 */
export function synchronised(m: ModuleBuilder, name: string, value: Signal, stages: number, initial = 0): Signal {
  let last = value;
  for (let stage = 0; stage < stages; stage++) {
    const key = stage === 0 ? `${name}_meta` : `${name}_${stage}`;
    const flop = m.regs({ [key]: UInt(value.width).init(initial) }, { synchroniser: true })[key]!;
    flop.next(last);
    last = flop;
  }
  return last;
}

const stages = z.int().min(2).max(8).default(2).describe('Flip-flops in a row');

export const BitSynchroniserParams = z.strictObject({
  stages,
  initial: z
    .union([z.literal(0), z.literal(1)])
    .default(0)
    .describe('Output in and after reset'),
});

/**
 * Synchroniser for one bit. `in` comes from a register of any other clock or from outside; `out` belongs to the block's clock. A pulse shorter
 * than a period of that clock can be lost. Latency: `stages` cycles, one less or more as the edges fall.
 */
export const bitSynchroniser = block(
  'bit_synchroniser',
  BitSynchroniserParams,
  (m, p) => {
    const io = m.ports({ in: input(Bool, 'Of any clock'), out: output(Bool, 'Of clk') });
    io.out.assign(synchronised(m, 'sampled', io.in, p.stages, p.initial));
    return io;
  },
  { doc: 'Takes one bit into this clock domain.' },
);

export const ResetSynchroniserParams = z.strictObject({ stages });

/**
 * Releases a reset in step with a clock. The block's reset input is the raw reset; `reset` is active with it and falls `stages` clock
 * edges after it. With asynchronous resets (an option of the generator) it is asserted without a clock, otherwise at the next edge.
 */
export const resetSynchroniser = block(
  'reset_synchroniser',
  ResetSynchroniserParams,
  (m, p) => {
    const io = m.ports({ reset: output(Bool, 'Active high, released with the clock') });
    io.reset.assign(synchronised(m, 'held', m.lit(0, Bool), p.stages, 1));
    return io;
  },
  { doc: 'Releases a reset in step with the clock.' },
);
