// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  type BlockCall,
  Bool,
  input,
  type ModuleBuilder,
  type Signal,
  UInt,
  Vec,
} from '../../../src/dsl/index.ts';
import { ops } from '../../../src/modules/exion/isa.ts';
import { dispatcher } from '../../../src/modules/exion/top/dispatcher.ts';
import { unitQueue } from '../../../src/modules/exion/top/unit-queue.ts';
import { anyOf } from '../../../src/modules/lib/stream-lists.ts';
import { startedByReset } from '../reset-first.ts';

/**
 * The queue of a unit: `reads`, `writes` and `idle` say exactly what has been pushed and is not done, one cycle later, and the unit gets a
 * command only when it has none. One buffer stands for all, as all bits are treated alike.
 */
export function unitQueueHarness(): BlockCall {
  const places = 4;
  return block('unit_queue_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      push: input(Bool),
      command: input(Bool),
      reads: input(Bool),
      writes: input(Bool),
      ready: input(Bool),
      done: input(Bool),
      taken: input(Bool, 'a record is taken'),
    });
    startedByReset(m);
    const { dut } = m.instances({ dut: unitQueue({ width: 1 }) });
    m.assume('push_with_room', io.push.not().or(dut.room));
    dut.push.assign(io.push);
    dut.command.assign(io.command);
    const bit = (on: Signal): Signal => on.resize(32);
    m.drive(dut.flight, { tag: 0, pc: 0, op: 0, reads: bit(io.reads), writes: bit(io.writes) });
    dut.cmd.ready.assign(io.ready);
    const { executing } = m.regs({ executing: Bool.init(0) });
    m.assume('done_of_a_command', io.done.not().or(executing));
    dut.done.assign(io.done);
    for (const name of ['refused', 'bus_error', 'stalled', 'clear', 'now'] as const) dut[name].assign(0);
    dut.record.ready.assign(io.taken);
    m.when(dut.cmd.fire, () => executing.next(1)).elsewhen(io.done, () => executing.next(0));

    // What is in flight, oldest first.
    const { count, reading, writing } = m.regs({
      count: UInt(3).init(0),
      reading: UInt(places).init(0),
      writing: UInt(places).init(0),
    });
    const { place } = m.nets({ place: count.subWrap(io.done.resize(3)) });
    const after = (list: Signal, on: Signal): Signal => {
      const left = io.done.mux(list.shr(1), list);
      return left.or(m.lit(1, UInt(places)).shl(place.trunc(2)).and(io.push.and(on).replicate(places)));
    };
    count.next(place.addWrap(io.push.resize(3)));
    reading.next(after(reading, io.reads));
    writing.next(after(writing, io.writes));
    m.assert('reads', dut.reads.bit(0).eq(reading.orR()));
    m.assert('writes', dut.writes.bit(0).eq(writing.orR()));
    m.assert('idle', dut.idle.eq(count.eq(0)));
    m.assert('one_at_a_time', dut.cmd.valid.not().or(executing.not()).or(io.done), 'a unit gets a second command');
    m.assert('commands_are_there', dut.cmd.valid.not().or(count.gt(executing.resize(3))));
  })({});
}

/** Buffers that are looked at: one of a core, one that all share. */
const [OWN, SHARED] = [0, 24];
const CORES = 2;

/** What is in flight in a core, or of the DMA: whether somebody reads or writes the two buffers. Ends at will, bit by bit. */
function flight(
  m: ModuleBuilder,
  name: string,
  ends: Signal,
  starts: Signal,
  command: { reads: Signal; writes: Signal },
) {
  const { [name]: bits } = m.regs({ [name]: UInt(5).init(0) });
  const touched = [
    command.reads.bit(OWN),
    command.reads.bit(SHARED),
    command.writes.bit(OWN),
    command.writes.bit(SHARED),
  ];
  const [first, ...rest] = [starts, ...touched.map((bit) => bit.and(starts))];
  const begun = rest.reduce<Signal>((word, bit) => bit.concat(word), first);
  // Buffers of a command are free with it at the latest.
  bits!.next(bits!.and(ends.not()).or(begun));
  const busy = bits!.orR();
  const masks = (own: number): Signal =>
    bits!
      .bit(own + 1)
      .resize(32 - SHARED)
      .concat(bits!.bit(own).resize(SHARED));
  return { reads: masks(1), writes: masks(3), idle: busy.not() };
}

/**
 * The dispatcher issues no hazard: in the cycle in which a command leaves, no command in flight writes a buffer that it reads or writes, or reads
 * one that it writes; buffers of a core among commands of that core and of the DMA, shared ones among all. Commands leave with room in
 * their queue only. FENCE and HALT let nothing pass before all that came earlier has ended. Queues are abstract: what is in flight ends at
 * will. Two cores, the DMA.
 */
export function dispatcherHarness(): BlockCall {
  const names = ['MOVE', 'GEMM', 'LD', 'ST', 'FENCE', 'HALT', 'SFU', 'EPRED'] as const;
  return block('dispatcher_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      comes: input(Bool),
      operation: input(UInt(3)),
      core: input(UInt(1)),
      all: input(Bool),
      reads: input(UInt(2), 'own, shared'),
      writes: input(UInt(2)),
      fault: input(UInt(2)),
      stop: input(Bool),
      ends: input(Vec(CORES + 1, UInt(5))),
      frees: input(Vec(CORES + 1, UInt(5)), 'queues that get room'),
    });
    startedByReset(m);
    const { dut } = m.instances({ dut: dispatcher({ cores: CORES }) });
    const mask = (bits: Signal): Signal =>
      bits
        .bit(1)
        .resize(32 - SHARED)
        .concat(bits.bit(0).resize(SHARED));
    const op = io.operation.pick(names.map((name) => m.lit(ops[name], UInt(8))));
    const fields = Object.fromEntries(Object.keys(dut.in.payload.command).map((name) => [name, 0]));
    const given = { op, core: io.core.resize(5), all: io.all, reads: mask(io.reads), writes: mask(io.writes) };
    const command = { ...fields, ...given } as never;
    dut.in.offer(io.comes, { command, tag: 0, pc: 0, iteration: 0, fault: io.fault });
    dut.stop.assign(io.stop);

    // The command that is held, as it came in.
    const { held } = m.regs({ held: UInt(3 + 1 + 1 + 4) });
    m.when(dut.in.fire, () => held.next(io.operation.concat(io.core, io.all, io.reads, io.writes)));
    const [reads, writes] = [mask(held.slice(3, 2)), mask(held.slice(1, 0))];
    const cores = Object.values(dut.core);
    const pushes = [...cores.map((core) => core.push.orR()), dut.dma.push];
    const flights = pushes.map((push, i) => flight(m, `flight_${i}`, io.ends.at(i), push, { reads, writes }));
    cores.forEach((core, c) => {
      const { [`room_${c}`]: room } = m.regs({ [`room_${c}`]: UInt(5).init(31) });
      room!.next(room!.and(core.push.not()).or(io.frees.at(c)));
      m.assert(`push_with_room_${c}`, core.push.and(room!.not()).eq(0));
      core.room.assign(room!);
      for (const name of ['reads', 'writes', 'idle'] as const) core[name].assign(flights[c]![name]);
    });
    const { dma_room } = m.regs({ dma_room: Bool.init(1) });
    dma_room.next(dma_room.and(dut.dma.push.not()).or(io.frees.at(CORES).bit(0)));
    m.assert('dma_push_with_room', dut.dma.push.not().or(dma_room));
    dut.dma.room.assign(dma_room);
    for (const name of ['reads', 'writes', 'idle'] as const) dut.dma[name].assign(flights[CORES]![name]);

    const clash = (other: { readonly reads: Signal; readonly writes: Signal }, at: number): Signal =>
      reads
        .bit(at)
        .and(other.writes.bit(at))
        .or(writes.bit(at).and(other.reads.bit(at).or(other.writes.bit(at))));
    const leaves = anyOf(pushes);
    const toDma = dut.dma.push;
    flights.forEach((other, i) => {
      m.assert(`no_shared_hazard_${i}`, leaves.and(clash(other, SHARED)).not());
      const meets = i === CORES ? leaves : pushes[i]!.or(toDma);
      m.assert(`no_hazard_${i}`, meets.and(clash(other, OWN)).not());
    });

    const { idle } = m.nets({ idle: anyOf(flights.map((each) => each.idle.not())).not() });
    const { fenced } = m.regs({ fenced: Bool.init(0) });
    const fences = dut.in.fire.and(io.operation.eq(4).or(io.operation.eq(5))).and(io.fault.eq(0));
    m.when(idle.or(io.stop), () => fenced.next(0)).elsewhen(fences, () => fenced.next(1));
    m.assert('fence_holds', fenced.and(leaves).not(), 'a command has passed a fence');
    m.assert('halted_when_idle', dut.halted.not().or(idle));
  })({});
}
