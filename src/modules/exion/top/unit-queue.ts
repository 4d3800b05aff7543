// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, output, type Signal, source, UInt, Vec } from '../../../dsl/index.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { cycleBits, flightType, pcBits, recordType, tagBits } from './issue.types.ts';

export const UnitQueueParams = z.strictObject({
  width: z.int().min(1).describe('Bits of the command as the unit takes it'),
});

/** Commands that wait for the unit. */
export const QUEUE = 2;
/** Commands in flight: those that wait, one that is carried out, and one for a place that is a power of two. */
const FLIGHT = 4;

/**
 * Queue of a unit: two commands wait while one is carried out. It remembers which buffers all three read and write, counts cycles, and makes
 * a record of each command for the trace. A unit gets a command only when it has none, whatever its `ready` says.
 *
 * `room` comes from a register; `reads`, `writes` and `idle` follow `push` and `done` by one cycle, `failure` and `record` likewise. From
 * `push` to the unit 1 cycle, from `done` to the next command 0. A record that is not taken before the next one is complete is
 * lost, and `lost` rises for a cycle.
 */
export const unitQueue = block(
  'unit_queue',
  UnitQueueParams,
  (m, p) => {
    const io = m.ports({
      push: input(Bool, 'takes the command; only with room'),
      command: input(UInt(p.width)),
      flight: input(flightType),
      room: output(Bool),
      cmd: source(UInt(p.width), 'to the unit'),
      done: input(Bool),
      refused: input(Bool, 'with done'),
      bus_error: input(Bool, 'with done'),
      stalled: input(Bool),
      reads: output(UInt(32), 'buffers that commands in flight read'),
      writes: output(UInt(32), 'buffers that they write'),
      idle: output(Bool, 'nothing is in flight'),
      failure: {
        refused: output(Bool, 'pulse'),
        bus_error: output(Bool, 'pulse'),
        pc: output(UInt(pcBits), 'with it: the command'),
      },
      now: input(UInt(cycleBits), 'cycles since the start'),
      clear: input(Bool, 'counters to 0'),
      busy_cycles: output(UInt(cycleBits), 'cycles in which a command was carried out'),
      stalled_cycles: output(UInt(cycleBits), 'those of them in which nothing moved'),
      record: source(recordType),
      lost: output(Bool, 'pulse: there was no room for a record'),
    });
    const head = Bundle({ tag: UInt(tagBits), pc: UInt(pcBits), op: UInt(8) });
    const { tag, pc, op } = io.flight;
    const kept = tag.concat(pc, op);
    const { fifo } = m.instances({
      fifo: streamFifo({ width: p.width + kept.width, depth: QUEUE, storage: 'registers' }),
    });
    fifo.in.offer(io.push, kept.concat(io.command));
    io.room.assign(fifo.in.ready);
    m.assert('push_has_room', io.push.not().or(fifo.in.ready), 'a command comes and there is no room');

    const { executing, current, start, waited } = m.regs({
      executing: Bool.init(0),
      current: head,
      start: UInt(cycleBits),
      waited: UInt(cycleBits),
    });
    io.cmd.offer(fifo.out.valid.and(executing.not().or(io.done)), fifo.out.payload.low(p.width));
    fifo.out.ready.assign(io.cmd.ready.and(executing.not().or(io.done)));
    const { ends } = m.nets({ ends: executing.and(io.done) });
    const { stalls } = m.nets({ stalls: executing.and(io.stalled) });
    m.when(ends, () => executing.next(0));
    m.when(stalls, () => waited.next(waited.addWrap(1)));
    m.when(io.cmd.fire, () => {
      const queued = fifo.out.payload.high(kept.width);
      executing.next(1);
      m.drive(current, {
        tag: queued.high(tagBits),
        pc: queued.slice(pcBits + 7, 8),
        op: queued.low(8),
      });
      start.next(io.now);
      waited.next(0);
    });
    m.assert('done_of_a_command', io.done.not().or(executing), 'done without a command');

    // Masks of commands in flight, in a ring; those of places without a command are 0.
    const { reading, writing, newest, oldest, count } = m.regs({
      reading: Vec(FLIGHT, UInt(32)).init(0),
      writing: Vec(FLIGHT, UInt(32)).init(0),
      newest: UInt(Math.log2(FLIGHT)).init(0),
      oldest: UInt(Math.log2(FLIGHT)).init(0),
      count: UInt(Math.log2(FLIGHT) + 1).init(0),
    });
    m.when(ends, () => {
      oldest.next(oldest.addWrap(1));
      reading.write(oldest, 0);
      writing.write(oldest, 0);
    });
    m.when(io.push, () => {
      newest.next(newest.addWrap(1));
      reading.write(newest, io.flight.reads);
      writing.write(newest, io.flight.writes);
    });
    m.when(io.push.and(ends.not()), () => count.next(count.addWrap(1)));
    m.when(ends.and(io.push.not()), () => count.next(count.subWrap(1)));
    const any = (masks: Iterable<Signal>): Signal => [...masks].reduce((all, each) => all.or(each));
    io.reads.assign(any(reading));
    io.writes.assign(any(writing));
    io.idle.assign(count.eq(0));
    m.assert('flight_has_room', count.le(FLIGHT));

    const { was_refused, had_error, failed_pc } = m.regs({
      was_refused: Bool.init(0),
      had_error: Bool.init(0),
      failed_pc: UInt(pcBits),
    });
    was_refused.next(ends.and(io.refused));
    had_error.next(ends.and(io.bus_error));
    failed_pc.next(current.pc);
    io.failure.refused.assign(was_refused);
    io.failure.bus_error.assign(had_error);
    io.failure.pc.assign(failed_pc);

    const { busy_count, stalled_count } = m.regs({
      busy_count: UInt(cycleBits).init(0),
      stalled_count: UInt(cycleBits).init(0),
    });
    m.when(executing, () => busy_count.next(busy_count.addWrap(1)));
    m.when(stalls, () => stalled_count.next(stalled_count.addWrap(1)));
    m.when(io.clear, () => {
      busy_count.next(0);
      stalled_count.next(0);
    });
    io.busy_cycles.assign(busy_count);
    io.stalled_cycles.assign(stalled_count);

    const { recorded, entry, dropped } = m.regs({ recorded: Bool.init(0), entry: recordType, dropped: Bool.init(0) });
    const { record_room } = m.nets({ record_room: recorded.not().or(io.record.ready) });
    dropped.next(ends.and(record_room.not()));
    m.when(io.record.ready, () => recorded.next(0));
    m.when(ends.and(record_room), () => {
      recorded.next(1);
      m.drive(entry, { ...current, start, end: io.now, stalled: waited.addWrap(stalls.resize(cycleBits)) });
    });
    io.record.offer(recorded, entry);
    io.lost.assign(dropped);
    assertStable(m, 'record', io.record);
    return io;
  },
  { doc: 'Queue of a unit: commands, the buffers they use, counters, records for the trace.' },
);
