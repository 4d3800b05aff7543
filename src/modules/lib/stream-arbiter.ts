// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  Bundle,
  type BundleType,
  type ModuleBuilder,
  type Signal,
  sink,
  type SinkStream,
  source,
  type SourceStream,
  UInt,
  type UIntType,
} from '../../dsl/index.ts';
import { roundRobin } from './round-robin.ts';
import { assertStable, atMostOne } from './stream-laws.ts';
import { anyOf, bitsOf, numbered, oneHotIndex, oneHotMux } from './stream-lists.ts';
import { clog2 } from './widths.ts';

type Bit = Signal<typeof Bool>;

export const StreamArbiterParams = z.strictObject({
  width: z.int().min(0).describe('Bits of the data'),
  inputs: z.int().min(1).describe('Inputs; with 1 the arbiter is wires'),
  lock: z
    .boolean()
    .default(false)
    .describe('Items have a `last` bit, and the output stays with an input until its packet ends'),
  source: z.boolean().default(false).describe('Adds the number of the input to the output'),
});

/**
 * Merges N streams into one, round robin. No item is lost, and items of one input keep their order. An input that has been offered at
 * the output stays there until its item is taken, so the output is stable while it stalls. With `lock`, packets stay whole: until
 * an item with `last` has passed, the other inputs wait, even while the owner has nothing to send.
 *
 * No register in the data path: latency 0 cycles, 1 item a cycle, cuts no path; valid depends on the valids of all inputs, never on ready.
 * An input waits for at most one item (packet) of each of the others.
 */
export const streamArbiter = block(
  'stream_arbiter',
  StreamArbiterParams,
  (m, p) => {
    const lastBits: number = p.lock ? 1 : 0;
    const io = m.ports({
      in: numbered(p.inputs, () => sink(Bundle({ data: UInt(p.width), last: UInt(lastBits) }))),
      out: source(
        Bundle({ data: UInt(p.width), last: UInt(lastBits), source: UInt(p.source ? clog2(p.inputs) : 0) }),
        'One input at a time',
      ),
    });
    const inputs = Object.values(io.in);
    const arbiter = roundRobin(
      m,
      'arbiter',
      inputs.map((each) => each.valid),
    );
    const { grants, free } =
      p.lock && p.inputs > 1 ? locked(m, inputs, io.out, arbiter.grants) : { ...arbiter, free: null };
    const valid = free !== null ? anyOf(grants) : arbiter.any;
    // A number selects with fewer gates than one bit an input, and the payload has time: valid and ready do not wait for it.
    const { chosen } = m.nets({ chosen: oneHotIndex(grants, clog2(p.inputs)) });
    io.out.offer(valid, {
      data: chosen.pick(inputs.map((each) => each.payload.data)),
      last: chosen.pick(inputs.map((each) => each.payload.last)),
      source: chosen.trunc(io.out.payload.source.width),
    });
    inputs.forEach((each, i) => each.ready.assign(grants[i]!.and(io.out.ready)));
    const { fire, stalled } = io.out;
    arbiter.update(free !== null ? fire.and(free) : fire, free !== null ? stalled.and(free) : stalled);
    assertStable(m, 'out', io.out);
    return io;
  },
  { doc: 'Merges several streams into one, round robin.' },
);

type In = SinkStream<BundleType<{ data: UIntType; last: UIntType }>>;
type Out = Pick<SourceStream, 'ready'>;

/** While a packet is under way its owner alone is granted, whoever requests. `free`: no packet is under way. */
function locked(m: ModuleBuilder, inputs: readonly In[], out: Out, fair: readonly Bit[]): { grants: Bit[]; free: Bit } {
  const { free, owner } = m.regs({ free: Bool.init(1), owner: UInt(inputs.length) });
  const grants = fair.map((grant, i) => free.mux(grant, owner.bit(i).and(inputs[i]!.valid)));
  const isLast = oneHotMux(
    grants,
    inputs.map((each) => each.payload.last),
  ) as Bit;
  m.when(anyOf(grants).and(out.ready), () => free.next(isLast));
  m.when(free, () => owner.next(bitsOf(grants)));
  m.assert('owner_one_hot', free.or(atMostOne(owner)));
  return { grants, free };
}
