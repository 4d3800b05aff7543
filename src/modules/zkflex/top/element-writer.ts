// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, input, output, sink, source, UInt } from '../../../dsl/index.ts';
import { bitsFor } from '../../lib/widths.ts';
import { ElementParams, mostBeats } from './element.params.ts';
import { elementCommandType, transferBits, transferType } from './element.types.ts';

/**
 * Writes field elements to memory: an element is taken when the one before it has left but for its last beat, and leaves as `beats` beats, the low one
 * first. A beat a cycle. `count` and `beats` are at least 1. `done` follows the answer of the memory by one cycle, `failed` with it.
 */
export const elementWriter = block(
  'element_writer',
  ElementParams,
  (m, p) => {
    const most = mostBeats(p);
    const io = m.ports({
      command: sink(elementCommandType(p), 'one at a time'),
      in: sink(UInt(p.wordBits), 'elements in order'),
      busy: output(Bool, 'the command is under way'),
      done: output(Bool, 'pulse: all is written'),
      failed: output(Bool, 'with done: the memory has answered with an error'),
      write_command: source(transferType(p), 'to the AXI4 write master'),
      write_data: source(Bundle({ data: UInt(p.busBits), strobe: UInt(p.busBits / 8) })),
      write_done: input(Bool),
      write_error: input(Bool),
    });
    const { running, asked, address, beats, size, left, at, finished, finished_badly } = m.regs({
      running: Bool.init(0),
      asked: Bool.init(0),
      address: UInt(p.addressWidth),
      beats: UInt(transferBits(p)),
      size: UInt(bitsFor(most)),
      /** Elements that are still to come. */
      left: UInt(io.command.payload.count.width).init(0),
      /** Beats of the element that are still to leave. */
      at: UInt(bitsFor(most)).init(0),
      finished: Bool.init(0),
      finished_badly: Bool.init(0),
    });
    io.command.ready.assign(running.not());
    io.busy.assign(running);
    m.when(io.command.fire, () => {
      const { count, beats: each } = io.command.payload;
      running.next(1);
      asked.next(1);
      address.next(io.command.payload.address);
      beats.next(count.mul(each).resize(transferBits(p)));
      size.next(each);
      left.next(count);
    });
    io.write_command.offer(asked, { address, beats });
    m.when(io.write_command.fire, () => asked.next(0));

    const width = most * p.busBits;
    const { element } = m.regs({ element: UInt(width) });
    const strobe = (1n << BigInt(p.busBits / 8)) - 1n;
    io.write_data.offer(at.ne(0), { data: element.low(p.busBits), strobe });
    m.when(io.write_data.fire, () => {
      at.next(at.subWrap(1));
      if (most > 1) element.next(element.high(width - p.busBits).resize(width));
    });
    io.in.ready.assign(left.ne(0).and(at.eq(0).or(at.eq(1).and(io.write_data.ready))));
    m.when(io.in.fire, () => {
      at.next(size);
      element.next(io.in.payload.resize(width));
      left.next(left.subWrap(1));
    });
    m.when(io.write_done, () => running.next(0));
    finished.next(io.write_done);
    finished_badly.next(io.write_error);
    io.done.assign(finished);
    io.failed.assign(finished_badly);
    return io;
  },
  { doc: 'Writes field elements of a run-time number of beats to memory.' },
);
