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
  Vec,
} from '../../dsl/index.ts';
import { assertStable } from './stream-laws.ts';
import { allOf, numbered } from './stream-lists.ts';

export const StreamForkParams = z.strictObject({
  width: z.int().min(0).describe('Bits of the payload'),
  outputs: z.int().min(1).describe('Outputs; with 1 the fork is wires'),
  mode: z
    .enum(['eager', 'lazy'])
    .default('eager')
    .describe('eager: each output goes ahead on its own; lazy: all outputs move in one cycle and there is no state'),
});

/**
 * Gives every item to each of N outputs. Each output handshakes exactly once an item; the input handshakes in the cycle in
 * which the last output does. Latency 0; throughput 1 item a cycle when all outputs are ready. It cuts no path.
 *
 * - eager: an output that was served waits behind a flag (N flip-flops). Valid never waits for ready.
 * - lazy: an output is valid only while all *other* outputs are ready, so that all move together and no state is needed. This is the one
 *   stream of the library whose valid depends on a ready, and it may fall again: only for consumers whose ready does not wait for valid, and
 *   whose branches do not meet again in a join.
 */
export const streamFork = block(
  'stream_fork',
  StreamForkParams,
  (m, p) => {
    const io = m.ports({
      in: sink(UInt(p.width)),
      out: numbered(p.outputs, () => source(UInt(p.width))),
    });
    const outputs = Object.values(io.out);
    if (p.outputs === 1) outputs[0]!.from(io.in);
    else if (p.mode === 'lazy') describeLazy(io.in, outputs);
    else describeEager(m, io.in, outputs);
    if (p.mode === 'eager' && p.outputs > 1) outputs.forEach((out, i) => assertStable(m, `out_${i}`, out));
    return io;
  },
  { doc: 'Gives every item of a stream to each of several outputs.' },
);

type In = SinkStream<UIntType>;
type Out = SourceStream<UIntType>;

function describeEager(m: ModuleBuilder, from: In, outputs: readonly Out[]): void {
  const { served } = m.regs({ served: Vec(outputs.length, Bool).init(0) });
  from.ready.assign(allOf(outputs.map((out, i) => served.at(i).or(out.ready))));
  outputs.forEach((out, i) => {
    out.offer(from.valid.and(served.at(i).not()), from.payload);
    m.when(from.fire, () => served.at(i).next(0)).elsewhen(out.fire, () => served.at(i).next(1));
  });
  m.assert('served_only_of_a_waiting_item', from.valid.or(allOf(served.map((flag) => flag.not()))));
}

function describeLazy(from: In, outputs: readonly Out[]): void {
  from.ready.assign(allOf(outputs.map((out) => out.ready)));
  outputs.forEach((out, i) => {
    const others = outputs.filter((_, other) => other !== i);
    out.offer(from.valid.and(allOf(others.map((other) => other.ready))), from.payload);
  });
}
