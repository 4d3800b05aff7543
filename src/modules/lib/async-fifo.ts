// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  clockDomain,
  memory,
  type ModuleBuilder,
  type Reg,
  type Signal,
  sink,
  source,
  UInt,
  type UIntType,
} from '../../dsl/index.ts';
import { assertStable } from './stream-laws.ts';
import { synchronised } from './synchronisers.ts';
import { clog2 } from './widths.ts';

/** Domains of the two sides; connect them with `.clocked({ write: a, read: b })`. */
export const writeDomain = clockDomain('write');
export const readDomain = clockDomain('read');

export const AsyncFifoParams = z.strictObject({
  width: z.int().min(0).describe('Bits of the payload'),
  depth: z
    .int()
    .min(1)
    .refine((depth) => 2 ** clog2(depth) === depth, 'it must be a power of two')
    .describe('Items, a power of two; from 8 on full throughput with two stages and equal clocks'),
  stages: z.int().min(2).max(4).default(2).describe('Flip-flops of each synchroniser'),
  storage: z.enum(['auto', 'distributed', 'block', 'registers']).default('auto').describe('What the words lie in'),
});

/**
 * Queue from one clock domain to another. Each side counts in binary and shows the other a registered Gray code of its count, which
 * passes through synchronisers; a late view makes it only more careful. Order is kept. Both resets must be active together.
 *
 * Cuts every path: ready, valid and payload come from registers of their own side. From a transfer at `in` to the offer at `out`: one
 * write clock, then `stages` + 2 read clocks. Holds `depth` items and one in the output register.
 */
export const asyncFifo = block(
  'async_fifo',
  AsyncFifoParams,
  (m, p) => {
    const io = m.ports({
      in: sink(UInt(p.width), 'Of write_clk', { domain: writeDomain }),
      out: source(UInt(p.width), 'Of read_clk', { domain: readDomain }),
    });
    const bits = clog2(p.depth);
    const { words } = m.mems({ words: memory(UInt(p.width), p.depth, { style: p.storage, collision: 'undefined' }) });
    const counts = { write: makeCount(m, 'write', writeDomain, bits), read: makeCount(m, 'read', readDomain, bits) };
    m.in(writeDomain, () => {
      const { vacant } = m.regs({ vacant: Bool.init(1) });
      const { push } = m.nets({ push: io.in.valid.and(vacant) });
      const next = counts.write.step(push);
      const seen = synchronised(m, 'read_seen', counts.read.gray, p.stages);
      // Full is one lap ahead: in Gray code the two top bits differ and the others are equal.
      vacant.next(next.ne(seen.xor(bits === 0 ? 1 : 3 * 2 ** (bits - 1))));
      words.write(counts.write.count.low(bits), io.in.payload, { enable: push });
      io.in.ready.assign(vacant);
    });
    m.in(readDomain, () => {
      const { filled, offered } = m.regs({ filled: Bool.init(0), offered: Bool.init(0) });
      const { advance } = m.nets({ advance: io.out.ready.or(offered.not()) });
      const { pop } = m.nets({ pop: filled.and(advance) });
      const next = counts.read.step(pop);
      const seen = synchronised(m, 'write_seen', counts.write.gray, p.stages);
      filled.next(next.ne(seen));
      m.when(advance, () => offered.next(filled));
      io.out.offer(offered, words.read('head', counts.read.count.low(bits), { enable: pop }));
      assertStable(m, 'out', io.out);
    });
    return io;
  },
  { doc: 'Queue from one clock domain to another.' },
);

/** A count with one bit more than the index, and its Gray code in a register of the same domain. */
function makeCount(m: ModuleBuilder, name: string, domain: typeof writeDomain, bits: number) {
  const [countName, grayName] = [`${name}_count`, `${name}_gray`];
  const made: Reg<UIntType>[] = [];
  m.in(domain, () => {
    made.push(...Object.values(m.regs({ [countName]: UInt(bits + 1).init(0), [grayName]: UInt(bits + 1).init(0) })));
  });
  const [count, gray] = [made[0]!, made[1]!];
  return {
    count,
    gray,
    /** Counts in this cycle or not; gives the Gray code after it. */
    step(enable: Signal<typeof Bool>): Signal {
      const { [`${name}_next`]: next } = m.nets({ [`${name}_next`]: count.addWrap(enable.resize(bits + 1)) });
      const { [`${name}_gray_next`]: grayNext } = m.nets({ [`${name}_gray_next`]: next!.xor(next!.shr(1)) });
      count.next(next!);
      gray.next(grayNext!);
      return grayNext!;
    },
  };
}
