// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, output, UInt } from '../../../dsl/index.ts';
import { popcount } from '../../lib/popcount.ts';
import { laneCount, modes } from '../tcore.params.ts';

export const WorkCountersParams = z.strictObject({
  nodes: z.int().min(1).max(16).describe('TCores'),
});

/** Bits of a counter. */
export const workBits = 64;

/**
 * Counts work since reset: cycles in which a command was carried out, products that came out of the lanes, and products that the lanes could have begun while
 * they belonged to a command. The quotient of the last two is the utilisation of the leaves, less the latency of each command.
 */
export const workCounters = block(
  'work_counters',
  WorkCountersParams,
  (m, p) => {
    const io = m.ports({
      busy: input(Bool, 'a command is carried out'),
      computing: input(Bool, 'the lanes are in use'),
      mode: input(UInt(2)),
      slot: input(Bool, 'lanes take products in this cycle'),
      results: input(UInt(laneCount * p.nodes), 'one bit a lane: a product has come out'),
      total: { cycles: output(UInt(workBits)), products: output(UInt(workBits)), slots: output(UInt(workBits)) },
    });
    const [fast, middle, wide] = modes.map(({ lanes }) => io.mode.constant(BigInt(lanes * p.nodes), 7));
    const offered = io.mode.eq(0).mux(fast!, io.mode.eq(1).mux(middle!, wide!));
    const { ended, begun, sums } = m.regs({
      ended: UInt(7).init(0),
      begun: UInt(7).init(0),
      sums: Bundle({ cycles: UInt(workBits), products: UInt(workBits), slots: UInt(workBits) }).init({
        cycles: 0,
        products: 0,
        slots: 0,
      }),
    });
    ended.next(popcount(io.results).resize(7));
    begun.next(io.computing.and(io.slot).mux(offered, 0));
    m.when(io.busy, () => sums.cycles.next(sums.cycles.addWrap(1)));
    sums.products.next(sums.products.addWrap(ended.resize(workBits)));
    sums.slots.next(sums.slots.addWrap(begun.resize(workBits)));
    m.drive(io.total, sums);
    return io;
  },
  { doc: 'ZK-Flex: cycles, products and what the lanes could have done.' },
);
