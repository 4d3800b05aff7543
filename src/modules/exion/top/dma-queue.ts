// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, output, pack, source, UInt, unpack, widthOf } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import { commandType } from '../core.types.ts';
import { dmaCommandType, dmaFields, iterationBits } from './dma.ts';
import { cycleBits, pcBits, recordType, tagBits } from './issue.types.ts';
import { unitQueue } from './unit-queue.ts';

/** A command as the DMA sees it. */
export const dmaItemType = Bundle({
  command: Bundle({ ...commandType(...dmaFields).fields, reads: UInt(32), writes: UInt(32) }),
  iteration: UInt(iterationBits),
  tag: UInt(tagBits),
  pc: UInt(pcBits),
});

/** Queue of the DMA, what it has in flight, and its counters; as `coreQueues` for the one unit that belongs to no core. */
export const dmaQueue = block(
  'dma_queue',
  z.strictObject({}),
  (m) => {
    const io = m.ports({
      push: input(Bool, 'takes the command; only with room'),
      item: input(dmaItemType),
      room: output(Bool),
      reads: output(UInt(32)),
      writes: output(UInt(32)),
      idle: output(Bool),
      failure: { refused: output(Bool), bus_error: output(Bool), pc: output(UInt(pcBits)) },
      cmd: source(dmaCommandType),
      done: input(Bool),
      refused: input(Bool),
      bus_error: input(Bool),
      stalled: input(Bool),
      now: input(UInt(cycleBits)),
      clear: input(Bool),
      busy_cycles: output(UInt(cycleBits)),
      stalled_cycles: output(UInt(cycleBits)),
      record: source(recordType),
      lost: output(Bool),
    });
    const { queue } = m.instances({ queue: unitQueue({ width: widthOf(dmaCommandType) }) });
    const { command, iteration, tag, pc } = io.item;
    const { op, dst, srcA, count, dram, stride, reads, writes } = command;
    // In the order of the fields of dmaCommandType.
    queue.command.assign(pack({ op, dst, srcA, count, dram, stride, iteration }));
    m.drive(queue.flight, { tag, pc, op, reads, writes });
    io.cmd.offer(queue.cmd.valid, unpack(queue.cmd.payload, dmaCommandType));
    queue.cmd.ready.assign(io.cmd.ready);
    const { push, room, idle, failure, done, refused, bus_error, stalled, now, clear } = io;
    connect({ push, room, reads: io.reads, writes: io.writes, idle, failure, now, clear }, queue);
    connect({ done, refused, bus_error, stalled }, queue);
    const { busy_cycles, stalled_cycles, record, lost } = io;
    connect({ busy_cycles, stalled_cycles, record, lost }, queue);
    return io;
  },
  { doc: 'Queue of the DMA, with what it has in flight and its counters.' },
);
