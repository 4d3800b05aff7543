// SPDX-License-Identifier: Apache-2.0
import { block, Bool, flip, input, output, source, UInt } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import { popcount } from '../../lib/popcount.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { ExionCoreParams } from '../core.params.ts';
import { inputWriteType, maskReader, scratchAddressBits, scratchReader } from '../core.types.ts';
import { chunkReader } from '../sdue/sdue.types.ts';
import { kmergeOf } from './cau.types.ts';
import { chunkMemory } from './chunk-memory.ts';
import { kmergeMatcher } from './kmerge-matcher.ts';
import { kmergePacker } from './kmerge-packer.ts';
import { insertType } from './kmerge.types.ts';

/** K-merge as CAU carries it out: what a command says, held while `busy`. */
export function kbuildJob(p: ExionCoreParams) {
  return {
    start: input(Bool, 'begin; the job is stable from now on'),
    buffer: input(Bool, 'buffer that gets the chunks'),
    n: input(UInt(bitsFor(p.depth)), 'columns, 1 .. depth'),
    mask: input(UInt(clog2(p.maskWords)), 'word of column 0 in the mask memory'),
    src: input(UInt(scratchAddressBits), 'first word of the int8 tensor'),
    dst: input(inputWriteType(p).fields.address, 'IMEM word of chunk 0'),
  };
}

/**
 * KBUILD (paper 3.4): reads the mask, matches columns, packs their inputs into IMEM and keeps the chunks.
 *
 * Cycles, with P = ceil(n / L): P L to read the mask, L min(WIN, P) to fill the windows, M L a chunk (packed at the same time), and constant
 * ones; `kBuildCycles` of golden/cau.ts is exact. Paths: mask word, popcount of R bits; the others in the parts.
 */
export const kbuild = block(
  'kbuild',
  ExionCoreParams,
  (m, p) => {
    const shape = kmergeOf(p);
    const lane = UInt(clog2(p.lanes));
    const io = m.ports({
      ...kbuildJob(p),
      mask_read: maskReader(p),
      read: scratchReader(p),
      x_write: source(inputWriteType(p), 'IMEM'),
      chunks: flip(chunkReader(p)),
      finished: output(Bool, 'pulse: all is written'),
      moves: output(Bool, 'something moves in this cycle'),
    });
    const { matcher, packer, kmem } = m.instances({
      matcher: kmergeMatcher(shape),
      packer: kmergePacker(p),
      kmem: chunkMemory(p),
    });
    const { phase } = m.fsms({ phase: ['IDLE', 'READ', 'SETTLE', 'LAUNCH', 'MATCH', 'DRAIN'] });
    const { columns, word, address, at } = m.regs({
      columns: UInt(bitsFor(p.depth)),
      word: UInt(clog2(shape.words)),
      address: UInt(clog2(p.maskWords)),
      at: lane,
    });

    // Column by column; lanes beyond the last column get empty ones, so that every lane begins anew.
    const reading = phase.is('READ');
    const { inside, last_lane } = m.nets({ inside: columns.ne(0), last_lane: at.eq(p.lanes - 1) });
    const { last } = m.nets({ last: last_lane.and(columns.le(1)) });
    io.mask_read.enable.assign(reading.and(inside));
    io.mask_read.address.assign(address);
    m.when(reading, () => {
      m.when(inside, () => columns.next(columns.subWrap(1)));
      address.next(address.addWrap(1));
      at.next(last_lane.mux(m.lit(0, lane), at.addWrap(1)));
      if (shape.words > 1) m.when(last_lane.and(last.not()), () => word.next(word.addWrap(1)));
    });

    const { asked, asked_inside } = m.regs({ asked: Bool.init(0), asked_inside: Bool });
    const { asked_lane, asked_word } = m.regs({ asked_lane: lane, asked_word: word.type });
    const { came, arriving } = m.regs({ came: Bool.init(0), arriving: insertType(shape) });
    const { bitmap } = m.nets({ bitmap: io.mask_read.data.and(asked_inside.replicate(p.size)) });
    asked.next(reading);
    asked_inside.next(inside);
    asked_lane.next(at);
    asked_word.next(word);
    came.next(asked);
    m.drive(arriving, {
      lane: asked_lane,
      column: { word: asked_word.resize(arriving.column.word.width), bitmap },
      level: popcount(bitmap).subWrap(1).trunc(clog2(p.size)),
      fresh: asked_word.eq(0),
    });
    matcher.column.offer(came, arriving);

    matcher.start.assign(phase.is('LAUNCH'));
    const round = UInt(clog2(p.window));
    matcher.last_round.assign(
      shape.words > p.window
        ? word
            .ge(p.window - 1)
            .mux(m.lit(p.window - 1, round), word.resize(Math.max(word.width, round.width)).trunc(round.width))
        : word.resize(round.width),
    );
    packer.pick.from(matcher.pick);
    packer.src.assign(io.src);
    packer.dst.assign(io.dst);
    connect(io.read, packer.read);
    io.x_write.from(packer.x_write);

    const { ended } = m.nets({ ended: phase.is('DRAIN').and(packer.busy.not()) });
    kmem.buffer.assign(io.buffer);
    kmem.open.assign(io.start);
    kmem.close.assign(ended);
    kmem.total.assign(matcher.total);
    kmem.write.assign(matcher.chunk_write);
    kmem.lane.assign(matcher.chunk_lane);
    kmem.index.assign(matcher.chunk_index);
    m.drive(kmem.data, matcher.chunk_data);
    connect(io.chunks, kmem.chunks);

    phase.states({
      IDLE: () =>
        m.when(io.start, () => {
          columns.next(io.n);
          address.next(io.mask);
          word.next(0);
          at.next(0);
          phase.goto('READ');
        }),
      READ: () => m.when(last, () => phase.goto('SETTLE')),
      SETTLE: () => phase.goto('LAUNCH'),
      LAUNCH: () => phase.goto('MATCH'),
      MATCH: () => m.when(matcher.finished, () => phase.goto('DRAIN')),
      DRAIN: () => m.when(ended, () => phase.goto('IDLE')),
    });
    io.finished.assign(ended);
    const { request, answer } = io.read;
    const waits = phase.is('MATCH').or(phase.is('DRAIN'));
    io.moves.assign(waits.not().or(matcher.moves).or(request.fire).or(answer.valid).or(io.x_write.fire));
    return io;
  },
  { doc: 'KBUILD of EXION: K-merge of a mask, and its inputs packed.' },
);
