// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, SInt, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { requantiseLatency, requantisePipelined } from '../../lib/requantise.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { clog2 } from '../../lib/widths.ts';
import { scratchAddressBits, scratchWriter } from '../core.types.ts';
import { columnBits } from './log-array.ts';
import { accumulatorBits } from './log-dpu.ts';

export const Int8WriterParams = z.strictObject({
  size: z.int().min(2).describe('R = C'),
});

/** int8 columns of a scratchpad word. */
const wordColumns = 4;

/** Columns that are written together: a whole word, or the block where that is smaller. */
export function groupColumns({ size }: { readonly size: number }): number {
  return Math.min(wordColumns, size);
}

/** Blocks that it can hold: as many as are on their way at full rate, which counts in cycles of small blocks. */
export function writerCredits({ size }: { readonly size: number }): number {
  return Math.max(2, 32 / size);
}

/** Range of the shift of a projection. */
export const shiftRange = { minShift: 8, maxShift: 46 } as const;

/** Cycles from the last column of a group to its transfer, if nothing stalls: requantiser, gathering, queue. */
export const writerLatency = requantiseLatency + 1 + 1;

/**
 * Requantises columns of R totals to int8 and writes them as a tensor (scratchpad layout: column c is byte (c mod 4) R on of word
 * floor(c / 4)), 4 columns a word (2 of R = 2).
 *
 * Law: element (i, c) = rq(total i of column c; gain, shift). Columns cannot be held back, so the queue behind has room for
 * `writerCredits` blocks, and `block_written` tells when one has gone; who sends columns counts. Bytes that are not written are 0. A column a
 * cycle; `writerLatency` cycles from the last column of a group to its transfer.
 *
 * Path: the stages of `requantise_pipelined`; the rest is registers, one mux and a counter.
 */
export const int8Writer = block(
  'epre_int8_writer',
  Int8WriterParams,
  (m, p) => {
    const io = m.ports({
      start: {
        valid: input(Bool, 'a command begins'),
        columns: input(UInt(columnBits), 'its columns'),
        address: input(UInt(scratchAddressBits), 'first word of the tensor'),
        gain: input(UInt(16)),
        shift: input(UInt(6), '8 .. 46'),
      },
      column: { valid: input(Bool), totals: input(Vec(p.size, SInt(accumulatorBits))) },
      write: scratchWriter(p),
      block_written: output(Bool, 'the last word of a block is transferred'),
      busy: output(Bool, 'columns are on their way to the queue'),
    });
    const group = groupColumns(p);
    const groupBits = clog2(group);
    const { gain, shift } = m.regs({ gain: UInt(16), shift: UInt(6) });
    const { left, place } = m.regs({ left: UInt(columnBits).init(0), place: UInt(clog2(p.size)).init(0) });
    m.when(io.start.valid, () => {
      gain.next(io.start.gain);
      shift.next(io.start.shift);
    });

    const units = Object.values(
      m.instances(
        Object.fromEntries(
          Array.from({ length: p.size }, (_, i) => [`rq_${i}`, requantisePipelined({ ...shiftRange })] as const),
        ),
      ),
    );
    units.forEach((unit, i) => {
      unit.in.valid.assign(io.column.valid);
      unit.in.a.assign(io.column.totals.at(i));
      unit.in.multiplier.assign(gain);
      unit.in.shift.assign(shift);
    });
    const arrives = units[0]!.out.valid;
    const bytes = join<Signal>(
      gain,
      units.map((unit) => unit.out.value.asUInt()),
    );

    // Where the arriving column goes; blocks and commands end groups.
    const { final } = m.nets({ final: left.eq(1) });
    const { block_ends: blockEnds } = m.nets({ block_ends: place.eq(p.size - 1).or(final) });
    const lane: Signal = place.low(groupBits);
    const { group_ends: groupEnds } = m.nets({ group_ends: lane.eq(group - 1).or(final) });
    const { columns, used } = m.regs({ columns: Vec(group, UInt(8 * p.size)), used: UInt(group) });
    const { full, closes_block: closesBlock } = m.regs({ full: Bool.init(0), closes_block: Bool });
    full.next(arrives.and(groupEnds));
    m.when(arrives, () => {
      columns.map((column, g) =>
        m.when(lane.eq(g), () => column.next(bytes)).elsewhen(lane.eq(0), () => column.next(0)),
      );
      used.next(
        join<Signal>(
          lane,
          Array.from({ length: group }, (_, g) => lane.ge(g)),
        ),
      );
      closesBlock.next(blockEnds);
      place.next(blockEnds.mux(0, place.addWrap(1)));
      left.next(left.subWrap(1));
    });
    m.when(io.start.valid, () => {
      left.next(io.start.columns);
      place.next(0);
    });

    const { queue } = m.instances({
      queue: streamFifo({
        width: 8 * p.size * group + group + 1,
        depth: (writerCredits(p) * p.size) / group,
        storage: 'distributed',
      }),
    });
    queue.in.valid.assign(full);
    queue.in.payload.assign(closesBlock.concat(used, join<Signal>(used, [...columns])));
    m.assert('queue_has_room', full.not().or(queue.in.ready), 'a column has no place: more blocks than credits');

    // Groups smaller than a word fill it in turn.
    const parts = wordColumns / group;
    const { address, part } = m.regs({ address: UInt(scratchAddressBits), part: UInt(clog2(parts)) });
    const payload: Signal = queue.out.payload;
    const data = payload.low(8 * p.size * group);
    const written = payload.slice(8 * p.size * group + group - 1, 8 * p.size * group);
    const mask = join<Signal>(
      payload,
      written.toBits().map((bit) => bit.replicate(p.size)),
    );
    const placed = Array.from({ length: parts }, (_, i) => {
      const here = part.eq(i);
      return { data: data.and(here.replicate(data.width)), mask: mask.and(here.replicate(mask.width)) };
    });
    io.write.offer(queue.out.valid, {
      address,
      data: join<Signal>(
        payload,
        placed.map((each) => each.data),
      ),
      mask: join<Signal>(
        payload,
        placed.map((each) => each.mask),
      ),
    });
    queue.out.ready.assign(io.write.ready);
    m.when(io.write.fire, () => {
      if (parts > 1) part.next(part.addWrap(1));
      m.when(part.eq(parts - 1), () => address.next(address.addWrap(1)));
    });
    m.when(io.start.valid, () => {
      address.next(io.start.address);
      part.next(0);
    });
    io.block_written.assign(io.write.fire.and(payload.msb()));
    const { travelling } = m.regs({ travelling: UInt(requantiseLatency).init(0) });
    travelling.next(travelling.low(requantiseLatency - 1).concat(io.column.valid));
    io.busy.assign(travelling.orR().or(full));
    return io;
  },
  { doc: 'Writes projected columns of the prediction engine as an int8 tensor.' },
);
