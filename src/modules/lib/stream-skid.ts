// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  type ModuleBuilder,
  sink,
  type SinkStream,
  source,
  type SourceStream,
  UInt,
  type UIntType,
} from '../../dsl/index.ts';
import { assertStable } from './stream-laws.ts';

export const StreamSkidParams = z.strictObject({
  width: z.int().min(0).describe('Bits of the payload; 0 carries the handshake alone'),
  registeredOutput: z.boolean().default(false).describe('Also puts valid and payload of the output behind registers'),
});

type Words = UIntType;

/**
 * Skid buffer: cuts the ready path. `in.ready` comes straight from a register, so a stall reaches the producer one cycle late and
 * the item that was under way is kept aside.
 *
 * - `registeredOutput` false: latency 0 cycles, `out` follows `in` combinationally while nothing is kept aside. `width` + 1 flip-flops.
 * - `registeredOutput` true: latency 1 cycle, no combinational path at all. 2 `width` + 2 flip-flops.
 *
 * Throughput 1 item a cycle. After reset it is empty and ready.
 */
export const streamSkid = block(
  'stream_skid',
  StreamSkidParams,
  (m, p) => {
    const io = m.ports({
      in: sink(UInt(p.width), 'Ready comes from a register'),
      out: source(UInt(p.width), p.registeredOutput ? 'All outputs come from registers' : ''),
    });
    if (p.registeredOutput) describeFullSlice(m, io.in, io.out);
    else describeSkid(m, io.in, io.out);
    assertStable(m, 'out', io.out);
    return io;
  },
  { doc: 'Skid buffer: registers the ready path of a stream at full throughput.' },
);

/** Registered ready, combinational output. */
export function describeSkid(m: ModuleBuilder, from: SinkStream<Words>, to: SourceStream<Words>): void {
  // `vacant` is the ready output itself: no gate stands between the flip-flop and the port.
  const { vacant, held } = m.regs({ vacant: Bool.init(1), held: from.payload.type });
  m.when(to.ready, () => {
    vacant.next(1);
  }).elsewhen(from.valid, () => {
    vacant.next(0);
  });
  m.when(vacant, () => {
    held.next(from.payload);
  });
  from.ready.assign(vacant);
  to.offer(from.valid.or(vacant.not()), vacant.mux(from.payload, held));
}

/** Registered ready and registered output. */
export function describeFullSlice(m: ModuleBuilder, from: SinkStream<Words>, to: SourceStream<Words>): void {
  const { vacant, held } = m.regs({ vacant: Bool.init(1), held: from.payload.type });
  const { offered, data } = m.regs({ offered: Bool.init(0), data: from.payload.type });
  const { advance } = m.nets({ advance: to.ready.or(offered.not()) });
  m.when(advance, () => {
    offered.next(from.valid.or(vacant.not()));
    data.next(vacant.mux(from.payload, held));
    vacant.next(1);
  }).elsewhen(from.valid, () => {
    vacant.next(0);
  });
  // Loading without looking at valid saves a gate in front of every clock enable.
  m.when(vacant, () => {
    held.next(from.payload);
  });
  from.ready.assign(vacant);
  to.offer(offered, data);
  m.assert('kept_aside_only_behind_an_offer', vacant.or(offered), 'the skid register is filled before the output');
}
