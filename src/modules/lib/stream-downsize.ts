// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, sink, source, UInt } from '../../dsl/index.ts';
import { assertStable } from './stream-laws.ts';
import { clog2 } from './widths.ts';

export const StreamDownsizeParams = z.strictObject({
  width: z.int().min(0).describe('Bits of a narrow word'),
  ratio: z.int().min(1).describe('Narrow words in a wide one; 1 is wires'),
  packets: z
    .boolean()
    .default(false)
    .describe('Wide words have `keep`, a bit a narrow word, and `last`, which goes to the last narrow word'),
});

/**
 * Sends a wide word as up to `ratio` narrow ones, the least significant bits first. With `packets`, words without their bit in `keep` are
 * left out; `keep` is ones from bit 0 on, at least one, in every wide word.
 *
 * Only a position is stored (clog2(ratio) flip-flops): the wide word waits at the input until its last part is taken. It
 * cuts no path: latency 0, 1 narrow word a cycle without gaps. Put a forward slice before it for registered data. Ratio 1: wires.
 */
export const streamDownsize = block(
  'stream_downsize',
  StreamDownsizeParams,
  (m, p) => {
    const [lastBits, keepBits]: number[] = p.packets ? [1, p.ratio] : [0, 0];
    const io = m.ports({
      in: sink(Bundle({ data: UInt(p.width * p.ratio), keep: UInt(keepBits!), last: UInt(lastBits!) })),
      out: source(Bundle({ data: UInt(p.width), last: UInt(lastBits!) })),
    });
    const { data, keep, last } = io.in.payload;
    if (p.packets) {
      const contiguous = keep.and(keep.addWrap(1)).eq(0).and(keep.bit(0));
      m.assume('keep_is_contiguous', io.in.valid.not().or(contiguous), 'keep must be ones from bit 0 on, at least one');
    }
    if (p.ratio === 1) {
      io.out.offer(io.in.valid, { data, last });
      io.in.ready.assign(io.out.ready);
      return io;
    }
    const { position } = m.regs({ position: UInt(clog2(p.ratio)).init(0) });
    const words = Array.from({ length: p.ratio }, (_, i) => data.slice((i + 1) * p.width - 1, i * p.width));
    // By position: nothing is kept behind it.
    const ends = [
      ...keep
        .toBits()
        .slice(1)
        .map((bit) => bit.not()),
      m.lit(1, Bool),
    ];
    const { final } = m.nets({ final: p.packets ? position.pick(ends) : position.eq(p.ratio - 1) });
    m.when(io.out.fire, () => position.next(final.mux(0, position.addWrap(1))));
    io.in.ready.assign(io.out.ready.and(final));
    io.out.offer(io.in.valid, { data: position.pick(words), last: p.packets ? last.and(final) : last });
    assertStable(m, 'out', io.out);
    m.assert('position_in_range', position.le(p.ratio - 1));
    return io;
  },
  { doc: 'Sends wide words as several narrow ones.' },
);
