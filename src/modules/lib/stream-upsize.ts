// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, pack, sink, source, UInt, Vec } from '../../dsl/index.ts';
import { assertStable } from './stream-laws.ts';
import { clog2 } from './widths.ts';

export const StreamUpsizeParams = z.strictObject({
  width: z.int().min(0).describe('Bits of a narrow word'),
  ratio: z.int().min(1).describe('Narrow words in a wide one; 1 is wires'),
  packets: z
    .boolean()
    .default(false)
    .describe('Narrow words have a `last` bit, which closes a wide word early; `keep` says which words it has'),
});

/**
 * Collects `ratio` narrow words into a wide one, the first in the least significant bits. With `packets`, a word with `last` closes the
 * wide word: `keep` has a bit for each word that is there, ones from bit 0 on, and data beyond are undefined.
 *
 * Cuts valid and payload; `in.ready` follows `out.ready` combinationally while a wide word waits. Latency 1 cycle from the last
 * narrow word, throughput 1 narrow word a cycle without gaps. Ratio 1: wires, latency 0, keep 1.
 */
export const streamUpsize = block(
  'stream_upsize',
  StreamUpsizeParams,
  (m, p) => {
    const [lastBits, keepBits]: number[] = p.packets ? [1, p.ratio] : [0, 0];
    const io = m.ports({
      in: sink(Bundle({ data: UInt(p.width), last: UInt(lastBits!) })),
      out: source(Bundle({ data: UInt(p.width * p.ratio), keep: UInt(keepBits!), last: UInt(lastBits!) })),
    });
    const { data, last } = io.in.payload;
    if (p.ratio === 1) {
      io.out.offer(io.in.valid, { data, keep: m.lit(p.packets ? 1 : 0, UInt(keepBits!)), last });
      io.in.ready.assign(io.out.ready);
      return io;
    }
    const { words, keep, closed } = m.regs({
      words: Vec(p.ratio, UInt(p.width)),
      keep: UInt(keepBits!),
      closed: UInt(lastBits!),
    });
    const { offered, position } = m.regs({ offered: Bool.init(0), position: UInt(clog2(p.ratio)).init(0) });
    const fills = position.eq(p.ratio - 1);
    const { completes } = m.nets({ completes: p.packets ? fills.or(last.orR()) : fills });
    m.when(io.in.fire, () => {
      words.write(position, data);
      if (p.packets) {
        // Ones enter from below; the first word of a group starts anew.
        keep.next(position.eq(0).mux(1, keep.shl(1).or(1)));
        closed.next(last);
      }
      position.next(completes.mux(0, position.addWrap(1)));
      offered.next(completes);
    }).elsewhen(io.out.ready, () => {
      offered.next(0);
    });
    io.in.ready.assign(offered.not().or(io.out.ready));
    io.out.offer(offered, { data: pack(words), keep, last: closed });
    assertStable(m, 'out', io.out);
    if (p.packets) m.assert('keep_is_contiguous', offered.not().or(keep.and(keep.addWrap(1)).eq(0)));
    return io;
  },
  { doc: 'Collects narrow words into wide ones.' },
);
