// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, type Signal, sink, source, UInt } from '../../../dsl/index.ts';
import { bitsFor } from '../../lib/widths.ts';
import { ElementParams, mostBeats } from './element.params.ts';
import { elementCommandType, readBeatType, transferBits, transferType } from './element.types.ts';

/**
 * Reads field elements from memory: beats come from an AXI4 read master and leave as whole elements, zeros above. A beat a cycle, an
 * element in the cycle after its last beat; an element that waits holds the bus back after the next one is complete but for its last beat. `count`
 * and `beats` are at least 1. `failed` is up from a beat with an error on until `clear`; elements come all the same.
 */
export const elementReader = block(
  'element_reader',
  ElementParams,
  (m, p) => {
    const most = mostBeats(p);
    const io = m.ports({
      command: sink(elementCommandType(p), 'one at a time'),
      out: source(UInt(p.wordBits), 'elements in order'),
      busy: output(Bool, 'elements of the command are still to be taken'),
      failed: output(Bool, 'the memory has answered with an error'),
      clear: input(Bool, 'forgets the failure'),
      read_command: source(transferType(p), 'to the AXI4 read master'),
      read_data: sink(readBeatType(p)),
    });
    const { asked, full, bad, size, at, left } = m.regs({
      asked: Bool.init(0),
      full: Bool.init(0),
      bad: Bool.init(0),
      size: UInt(bitsFor(most)),
      at: UInt(bitsFor(most)),
      /** Beats that are still to come. */
      left: UInt(transferBits(p)).init(0),
    });
    const { idle } = m.nets({ idle: left.eq(0).and(asked.not()).and(full.not()) });
    const { beats } = m.nets({ beats: io.command.payload.count.mul(io.command.payload.beats).resize(transferBits(p)) });
    const { address } = m.regs({ address: UInt(p.addressWidth) });
    io.command.ready.assign(idle);
    io.busy.assign(idle.not());
    m.when(io.command.fire, () => {
      asked.next(1);
      address.next(io.command.payload.address);
      left.next(beats);
      size.next(io.command.payload.beats);
      at.next(0);
    });
    io.read_command.offer(asked, { address, beats: left });
    m.when(io.read_command.fire, () => asked.next(0));

    const { completes } = m.nets({ completes: at.addWrap(1).eq(size) });
    const { room } = m.nets({ room: completes.not().or(full.not()).or(io.out.ready) });
    io.read_data.ready.assign(room);
    const { arrives } = m.nets({ arrives: io.read_data.fire });
    const { data, error } = io.read_data.payload;
    // The low beats wait in `parts` until the last one comes; the element is taken whole.
    const parts = Array.from({ length: most - 1 }, (_, i) => {
      const key = `part_${i}`;
      const part = m.regs({ [key]: UInt(p.busBits) })[key]!;
      m.when(arrives.and(at.eq(i)), () => part.next(data));
      return part;
    });
    const { element } = m.regs({ element: UInt(p.wordBits) });
    const words = Array.from({ length: most }, (_, i): Signal => {
      const own = at.eq(i).mux(data, data.constant(0n, p.busBits));
      return i < most - 1 ? at.gt(i).mux(parts[i]!, own) : own;
    });
    const whole = words.reduceRight((high, low) => high.concat(low));
    m.when(arrives, () => {
      left.next(left.subWrap(1));
      at.next(completes.mux(0, at.addWrap(1)));
      m.when(completes, () => element.next(whole.low(p.wordBits)));
    });
    m.when(arrives.and(completes), () => full.next(1)).elsewhen(io.out.ready, () => full.next(0));
    io.out.offer(full, element);
    m.when(io.clear, () => bad.next(0));
    m.when(arrives.and(error), () => bad.next(1));
    io.failed.assign(bad);
    m.assert('nothing_unasked', arrives.not().or(left.ne(0)), 'a beat came that was not asked for');
    return io;
  },
  { doc: 'Reads field elements of a run-time number of beats from memory.' },
);
