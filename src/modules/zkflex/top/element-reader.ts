// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  input,
  type ModuleBuilder,
  output,
  type Ports,
  type Signal,
  sink,
  type SinkStream,
  source,
  UInt,
  type UIntType,
} from '../../../dsl/index.ts';
import { fit } from '../../lib/fit.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { bitsFor } from '../../lib/widths.ts';
import { ElementParams, mostBeats } from './element.params.ts';
import { elementCommandType, readBeatType, transferBits, transferType } from './element.types.ts';

type Bit = Signal<typeof Bool>;

export const ElementReaderParams = ElementParams.extend({
  ahead: z
    .int()
    .min(2)
    .max(4096)
    .refine((n) => Number.isInteger(Math.log2(n)), 'must be a power of two')
    .default(64)
    .describe('Beats that wait in front of what takes the elements'),
});
type Params = z.output<typeof ElementReaderParams>;

/**
 * Reads field elements from memory: beats come from an AXI4 read master and leave as whole elements, zeros above. A beat a cycle, an
 * element 3 cycles after its last beat. `count` and `beats` are at least 1. `failed` is up from a beat with an error on until `clear`; such a beat
 * counts as 0.
 *
 * Several readers share the data channel of the bus. A reader whose elements wait for those of another one would block it for ever; with `paced` it
 * asks for no more beats at a time than it has room for, half of `ahead`.
 */
export const elementReader = block(
  'element_reader',
  ElementReaderParams,
  (m, p) => {
    const io = m.ports({
      command: sink(elementCommandType(p), 'one at a time'),
      paced: input(Bool, 'steady while busy: never holds the bus back'),
      out: source(UInt(p.wordBits), 'elements in order'),
      busy: output(Bool, 'elements of the command are still to be taken'),
      failed: output(Bool, 'the memory has answered with an error'),
      clear: input(Bool, 'forgets the failure'),
      read_command: source(transferType(p), 'to the AXI4 read master'),
      read_data: sink(readBeatType(p)),
    });
    const { queue } = m.instances({ queue: streamFifo({ width: p.busBits, depth: p.ahead }) });
    const { left, size, bad } = m.regs({
      /** Beats that are still to come out of the queue. */
      left: UInt(transferBits(p)).init(0),
      size: UInt(bitsFor(mostBeats(p))),
      bad: Bool.init(0),
    });
    const { payload } = io.command;
    const { beats } = m.nets({ beats: payload.count.mul(payload.beats).resize(transferBits(p)) });
    const asks = describeRequests(m, p, io, beats, queue.out.fire);
    const { data, error } = io.read_data.payload;
    // Nothing that is undefined goes on.
    queue.in.offer(io.read_data.valid, error.mux(0, data));
    io.read_data.ready.assign(queue.in.ready);
    m.when(io.clear, () => bad.next(0));
    m.when(io.read_data.fire.and(error), () => bad.next(1));
    io.failed.assign(bad);

    const full = describeElements(m, p, io, queue.out, size);
    const { idle } = m.nets({ idle: left.eq(0).and(asks.not()).and(full.not()) });
    io.command.ready.assign(idle);
    io.busy.assign(idle.not());
    m.when(io.command.fire, () => {
      left.next(beats);
      size.next(payload.beats);
    }).elsewhen(queue.out.fire, () => left.next(left.subWrap(1)));
    m.assert('nothing_unasked', queue.out.valid.not().or(left.ne(0)), 'a beat came that was not asked for');
    return io;
  },
  { doc: 'Reads field elements of a run-time number of beats from memory.' },
);

type Io = Ports<{
  command: ReturnType<typeof sink<ReturnType<typeof elementCommandType>>>;
  paced: ReturnType<typeof input<typeof Bool>>;
  out: ReturnType<typeof source<UIntType>>;
  read_command: ReturnType<typeof source<ReturnType<typeof transferType>>>;
}>;

/** Asks for all beats at once, or for as many as there is room for. Gives whether there are beats that were not asked for. */
function describeRequests(m: ModuleBuilder, p: Params, io: Io, beats: Signal, pops: Bit): Bit {
  const half = p.ahead / 2;
  const { unasked, address, reserved } = m.regs({
    unasked: UInt(transferBits(p)).init(0),
    address: UInt(p.addressWidth),
    /** Places of the queue that are taken, or will be. */
    reserved: UInt(bitsFor(p.ahead)).init(0),
  });
  const { portion } = m.nets({ portion: io.paced.and(unasked.gt(half)).mux(half, unasked) });
  // A portion fits when half of the queue is free; room only grows until the request is taken.
  const { room } = m.nets({ room: io.paced.not().or(reserved.le(half)) });
  io.read_command.offer(unasked.ne(0).and(room), { address, beats: portion });
  m.when(io.command.fire, () => {
    address.next(io.command.payload.address);
    unasked.next(beats);
  }).elsewhen(io.read_command.fire, () => {
    const bytes = portion.concat(portion.constant(0n, Math.log2(p.busBits / 8)));
    address.next(address.addWrap(fit(bytes, p.addressWidth)));
    unasked.next(unasked.subWrap(portion));
  });
  const more = io.read_command.fire.and(io.paced);
  const added = more.mux(portion.trunc(reserved.width), 0);
  const gone = pops.and(io.paced).mux(reserved.constant(1n, reserved.width), 0);
  reserved.next(reserved.addWrap(added).subWrap(gone));
  return unasked.ne(0);
}

/** Beats become elements; the low beats wait in `parts` until the last one comes. Gives whether an element waits to be taken. */
function describeElements(m: ModuleBuilder, p: Params, io: Io, beats: SinkStream<UIntType>, size: Signal): Bit {
  const most = mostBeats(p);
  const { at, full, element } = m.regs({
    at: UInt(bitsFor(most)).init(0),
    full: Bool.init(0),
    element: UInt(p.wordBits),
  });
  const { completes } = m.nets({ completes: at.addWrap(1).eq(size) });
  beats.ready.assign(completes.not().or(full.not()).or(io.out.ready));
  const { fire: arrives, payload: data } = beats;
  const parts = Array.from({ length: most - 1 }, (_, i) => {
    const key = `part_${i}`;
    const part = m.regs({ [key]: UInt(p.busBits) })[key]!;
    m.when(arrives.and(at.eq(i)), () => part.next(data));
    return part;
  });
  const words = Array.from({ length: most }, (_, i): Signal => {
    const own = at.eq(i).mux(data, data.constant(0n, p.busBits));
    return i < most - 1 ? at.gt(i).mux(parts[i]!, own) : own;
  });
  const whole = words.reduceRight((high, low) => high.concat(low));
  m.when(arrives, () => {
    at.next(completes.mux(0, at.addWrap(1)));
    m.when(completes, () => element.next(whole.low(p.wordBits)));
  });
  m.when(arrives.and(completes), () => full.next(1)).elsewhen(io.out.ready, () => full.next(0));
  io.out.offer(full, element);
  return full;
}
