// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, input, output, pack, sink, source, UInt, unpack, widthOf } from '../../../dsl/index.ts';
import { onehotDecode } from '../../lib/onehot.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { clog2 } from '../../lib/widths.ts';
import { ExionCoreParams } from '../core.params.ts';
import { inputWriteType, scratchAddressBits, scratchReader } from '../core.types.ts';
import { kmergeOf } from './cau.types.ts';
import { pickType } from './kmerge.types.ts';

/** Columns on their way from the scratchpad: as many as its latency, and some for its other clients. */
const FIFO = 16;

/** int8 columns of a scratchpad word. */
const COLUMNS = 4;

/**
 * Packer of K-merge (paper 3.4): reads the int8 column of each pick and merges it into the input word of its chunk by bitmap.
 *
 * Law: column f lies in scratchpad word src + floor(f / 4) from byte (f mod 4) * R on. It goes to byte f mod L of IMEM word dst + chunk; slot 0
 * writes all rows, 0 where the bitmap is 0, further slots the rows of their bitmap. A pick without a column reads nothing.
 *
 * A pick a cycle, up to 16 on their way, so that a latency of the scratchpad up to 13 cycles costs nothing. Cycles from a pick to its
 * write without stalls: 1 until the request, the latency, 1 until the write; without a column 1. Path: LUT RAM of the two fifos, one `and`, write port.
 */
export const kmergePacker = block(
  'kmerge_packer',
  ExionCoreParams,
  (m, p) => {
    const write = inputWriteType(p);
    const { address } = write.fields;
    const waiting = Bundle({ lane: UInt(clog2(p.lanes)), bitmap: UInt(p.size), first: Bool, address });
    const width = 8 * p.size;
    const io = m.ports({
      pick: sink(pickType(kmergeOf(p)), 'columns of the chunks'),
      src: input(UInt(scratchAddressBits), 'first word of the tensor'),
      dst: input(address, 'IMEM word of chunk 0'),
      read: scratchReader(p),
      x_write: source(write, 'IMEM'),
      busy: output(Bool, 'a pick is on its way'),
    });
    const { requests, parts, queue, columns } = m.instances({
      requests: streamFifo({ width: scratchAddressBits, depth: 2 }),
      parts: streamFifo({ width: clog2(COLUMNS), depth: FIFO, storage: 'distributed' }),
      queue: streamFifo({ width: widthOf(waiting), depth: FIFO, storage: 'distributed' }),
      columns: streamFifo({ width, depth: FIFO, storage: 'distributed' }),
    });

    // A pick goes to the queue, and when it has a column to the scratchpad. The queue is the longest, so the others have room with it.
    const { lane, column, first, chunk } = io.pick.payload;
    const { has } = m.nets({ has: column.bitmap.orR() });
    const { asks } = m.nets({ asks: requests.in.ready.or(has.not()) });
    const { index } = m.nets({ index: column.word.concat(lane) });
    const word = index.high(index.width - clog2(COLUMNS));
    io.pick.ready.assign(asks.and(queue.in.ready));
    const entry = { lane, bitmap: column.bitmap, first, address: io.dst.addWrap(chunk.resize(address.width)) };
    queue.in.offer(io.pick.valid.and(asks), pack(entry));
    const { wants } = m.nets({ wants: io.pick.valid.and(has).and(queue.in.ready) });
    requests.in.offer(wants, io.src.addWrap(word.resize(scratchAddressBits)));
    parts.in.offer(wants.and(requests.in.ready), lane.low(clog2(COLUMNS)));
    io.read.request.from(requests.out);

    // Of an answer the column is kept.
    const { answer } = io.read;
    const quarters = Array.from({ length: COLUMNS }, (_, c) => answer.data.slice((c + 1) * width - 1, c * width));
    columns.in.offer(answer.valid, parts.out.payload.pick(quarters));
    parts.out.ready.assign(answer.valid);

    // The bytes of a column go to its lane in all rows.
    const head = unpack(queue.out.payload, waiting);
    const { full } = m.nets({ full: head.bitmap.orR() });
    const { complete } = m.nets({ complete: columns.out.valid.or(full.not()) });
    const bytes = Array.from({ length: p.size }, (_, i) =>
      columns.out.payload.slice(8 * i + 7, 8 * i).and(head.bitmap.bit(i).replicate(8)),
    );
    io.x_write.offer(queue.out.valid.and(complete), {
      address: head.address,
      rows: head.bitmap.or(head.first.replicate(p.size)),
      bytes: onehotDecode(head.lane, p.lanes),
      data: bytes.map((byte) => byte.replicate(p.lanes)),
    });
    queue.out.ready.assign(complete.and(io.x_write.ready));
    columns.out.ready.assign(queue.out.valid.and(full).and(io.x_write.ready));
    io.busy.assign(queue.out.valid);

    m.assert('parts_have_room', wants.not().or(parts.in.ready), 'more columns are asked for than wait');
    m.assert('answers_have_room', answer.valid.not().or(columns.in.ready), 'an answer finds no room');
    m.assert('answer_was_asked', answer.valid.not().or(parts.out.valid), 'an answer was not asked for');
    return io;
  },
  { doc: 'K-merge packer: reads columns and merges them by bitmap into input words.' },
);
