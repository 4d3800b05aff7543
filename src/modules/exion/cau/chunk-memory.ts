// SPDX-License-Identifier: Apache-2.0
import { block, Bool, flip, input, memory, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { memoryStyle } from '../conmerge.fields.ts';
import { ExionCoreParams } from '../core.params.ts';
import { chunkReader } from '../sdue/sdue.types.ts';
import { kmergeOf } from './cau.types.ts';
import { laneChunkType } from './kmerge.types.ts';

/**
 * KMEM: the chunks of two K-merges. A bank for each lane, as the matcher completes a lane at a time; a read takes the word of all.
 *
 * `open` makes buffer `buffer` invalid, `close` valid with `total` chunks; in between the other one can be read. Latency of a read 1; a read
 * and a write a cycle. Memory: L banks of 2 * words x (M * log2 words + R * log2 M) bits.
 */
export const chunkMemory = block(
  'chunk_memory',
  ExionCoreParams,
  (m, p) => {
    const shape = kmergeOf(p);
    const lane = laneChunkType(shape);
    const index = UInt(clog2(shape.words));
    const count = UInt(bitsFor(shape.words));
    const io = m.ports({
      buffer: input(Bool, 'buffer that is written'),
      open: input(Bool, 'its chunks are forgotten'),
      close: input(Bool, 'its chunks are complete'),
      total: input(count, 'with close: how many there are'),
      write: input(Bool, 'writes a lane of a chunk'),
      lane: input(UInt(clog2(p.lanes)), 'the lane'),
      index: input(index, 'number of the chunk'),
      data: input(lane, 'what the lane has'),
      chunks: flip(chunkReader(p)),
    });
    const { valid, counts } = m.regs({ valid: UInt(2).init(0), counts: Vec(2, count).init(0) });
    const { chosen } = m.nets({ chosen: io.buffer.concat(io.buffer.not()) });
    m.when(io.open, () => valid.next(valid.and(chosen.not())));
    m.when(io.close, () => {
      valid.next(valid.or(chosen));
      counts.write(io.buffer, io.total);
    });
    io.chunks.valid.assign(valid);
    io.chunks.count.assign(counts);

    const depth = 2 * 2 ** index.width;
    const names = Array.from({ length: p.lanes }, (_, l) => `lane_${l}`);
    const banks = Object.values(
      m.mems(Object.fromEntries(names.map((name) => [name, memory(lane, depth, { style: memoryStyle(depth) })]))),
    );
    const words = banks.map((bank, l) => {
      bank.write(io.buffer.concat(io.index), io.data, { enable: io.write.and(io.lane.eq(l)) });
      return bank.read('chunk', io.chunks.buffer.concat(io.chunks.index), { enable: io.chunks.enable });
    });
    const { word } = io.chunks;
    word.words.map((slot, s) => slot.map((each, l) => each.assign(words[l]!.words.at(s).trunc(each.width))));
    word.ws.map((row, i) =>
      row.map((plane, b) =>
        plane.assign(
          join<Signal>(
            valid,
            words.map((each) => each.ws.at(b).bit(i)),
          ),
        ),
      ),
    );
    return io;
  },
  { doc: 'KMEM of EXION: chunks of K-merge, two buffers.' },
);
