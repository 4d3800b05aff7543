// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, flip, sink, UInt, unpack, widthOf } from '../../../dsl/index.ts';
import { streamArbiter } from '../../lib/stream-arbiter.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { numbered } from '../../lib/stream-lists.ts';
import { packedPayload } from '../../lib/stream-through.ts';
import { clog2 } from '../../lib/widths.ts';
import { ExionCoreParams } from '../core.params.ts';
import { scratchReader, scratchWriter, scratchWriteType } from '../core.types.ts';

export const ScratchShareParams = z.strictObject({
  size: ExionCoreParams.shape.size,
  readers: z.int().min(1).max(8).describe('Units that read'),
  writers: z.int().min(1).max(8).describe('Units that write'),
});

/** Reads on their way at most; more than the latency of the scratchpad. */
const PENDING = 8;

/**
 * One port of the scratchpad for the units of a core, in turns. No register in the way of requests and writes, so a write is as visible
 * as the scratchpad makes it; who gets the next answer is kept in a fifo. Answers follow their request by 1 cycle or more (assumed).
 */
export const scratchShare = block(
  'scratch_share',
  ScratchShareParams,
  (m, p) => {
    const io = m.ports({
      unit_read: numbered(p.readers, () => flip(scratchReader(p))),
      unit_write: numbered(p.writers, () => sink(scratchWriteType(p))),
      read: scratchReader(p),
      write: scratchWriter(p),
    });
    const none = m.lit(0, UInt(0));
    const { reads, writes, order } = m.instances({
      reads: streamArbiter({ width: widthOf(io.read.request.payload.type), inputs: p.readers, source: true }),
      writes: streamArbiter({ width: widthOf(scratchWriteType(p)), inputs: p.writers }),
      order: streamFifo({ width: clog2(p.readers), depth: PENDING }),
    });
    const readers = Object.values(io.unit_read);
    readers.forEach(({ request, answer }, i) => {
      const port = reads.in[String(i)]!;
      port.offer(request.valid, { data: request.payload, last: none });
      request.ready.assign(port.ready);
      const mine = p.readers === 1 ? io.read.answer.valid : io.read.answer.valid.and(order.out.payload.eq(i));
      answer.valid.assign(mine);
      answer.data.assign(io.read.answer.data);
    });
    io.read.request.offer(reads.out.valid.and(order.in.ready), reads.out.payload.data);
    reads.out.ready.assign(io.read.request.ready.and(order.in.ready));
    order.in.offer(io.read.request.fire, reads.out.payload.source);
    order.out.ready.assign(io.read.answer.valid);
    m.assert('answer_has_owner', io.read.answer.valid.not().or(order.out.valid), 'an answer that nobody waits for');

    Object.values(io.unit_write).forEach((from, i) => {
      const port = writes.in[String(i)]!;
      port.offer(from.valid, { data: packedPayload(m, from), last: none });
      from.ready.assign(port.ready);
    });
    io.write.offer(writes.out.valid, unpack(writes.out.payload.data, scratchWriteType(p)));
    writes.out.ready.assign(io.write.ready);
    return io;
  },
  { doc: 'One port of the scratchpad for several units, in turns.' },
);
