// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  input,
  memory,
  type ModuleBuilder,
  output,
  type Signal,
  sink,
  type SinkStream,
  source,
  type SourceStream,
  UInt,
  type UIntType,
} from '../../dsl/index.ts';
import { makeRing } from './ring.ts';
import { assertStable } from './stream-laws.ts';
import { describeHalf } from './stream-slice.ts';
import { bitsFor } from './widths.ts';

export const StreamFifoParams = z.strictObject({
  width: z.int().min(0).describe('Bits of the payload; 0 counts handshakes alone'),
  depth: z.int().min(0).max(1_048_576).describe('Items that it stores; 0 is wires, 1 a single register'),
  storage: z
    .enum(['auto', 'distributed', 'block', 'registers'])
    .default('auto')
    .describe('LUT RAM, block RAM or flip-flops; auto takes block RAM from 65 items on'),
  outputRegister: z
    .boolean()
    .default(false)
    .describe('Block RAM only: a register behind the read port, for the clock-to-output time of the RAM'),
  occupancy: z.boolean().default(false).describe('Adds an output with the number of items inside'),
  flush: z.boolean().default(false).describe('Adds an input that drops all items'),
});

type Params = z.output<typeof StreamFifoParams>;
type Bit = Signal<typeof Bool>;

/** Deepest fifo that `auto` keeps out of block RAM: one level of 64-deep LUT RAM. */
const SHALLOW = 64;

function isBlock(p: z.input<typeof StreamFifoParams>): boolean {
  return p.depth > 1 && (p.storage === 'block' || ((p.storage ?? 'auto') === 'auto' && p.depth > SHALLOW));
}

/** Most items inside at once: block RAM adds its output stages to the stored `depth`. */
export function streamFifoCapacity(p: z.input<typeof StreamFifoParams>): number {
  return p.depth + (isBlock(p) ? 1 + Number(p.outputRegister ?? false) : 0);
}

/** Cycles from a transfer into an empty fifo to the item being offered. */
export function streamFifoLatency(p: z.input<typeof StreamFifoParams>): number {
  if (p.depth === 0) return 0;
  return isBlock(p) ? 2 + Number(p.outputRegister ?? false) : 1;
}

/**
 * Queue between two streams; order is kept. Cuts all paths: ready, valid and (block RAM, depth 1) payload come from registers, with LUT
 * RAM the payload is its asynchronous read.
 *
 * - depth 0: wires. Depth 1: one register, throughput 1/2 (half slice). From 2 on, of any size: 1 item a cycle.
 * - latency 1 cycle; block RAM 2, with `outputRegister` 3. Block RAM holds 1 (2) items more in its output stages.
 * - `occupancy`: items inside, 0 .. capacity; a register.
 * - `flush`: in the next cycle the fifo is empty. An item accepted in the cycle of the flush is dropped too, one taken in it counts.
 */
export const streamFifo = block(
  'stream_fifo',
  StreamFifoParams,
  (m, p) => {
    const io = m.ports({
      in: sink(UInt(p.width)),
      out: source(UInt(p.width)),
      occupancy: output(UInt(p.occupancy ? bitsFor(streamFifoCapacity(p)) : 0), 'Items inside'),
      flush: input(UInt(p.flush ? 1 : 0), 'Drops all items; empty in the next cycle'),
    });
    const flush = p.flush ? (io.flush as Bit) : null;
    if (p.depth === 0) io.out.from(io.in);
    else if (p.depth === 1) describeOne(m, io.in, io.out, flush);
    else if (isBlock(p)) describeBlock(m, p, io.in, io.out, flush);
    else describeDistributed(m, p, io.in, io.out, flush);
    if (flush !== null) m.cover('flushes', flush);
    if (p.depth > 0) assertStable(m, 'out', io.out, flush ?? undefined);
    if (io.occupancy.width > 0) io.occupancy.assign(occupancyOf(m, p, io.in, io.out, flush));
    return io;
  },
  { doc: 'Queue between two streams.' },
);

type In = SinkStream<UIntType>;
type Out = SourceStream<UIntType>;

function describeOne(m: ModuleBuilder, from: In, to: Out, flush: Bit | null): void {
  const { vacant } = describeHalf(m, from, to);
  if (flush !== null) m.when(flush, () => vacant.next(1));
}

function describeDistributed(m: ModuleBuilder, p: Params, from: In, to: Out, flush: Bit | null): void {
  const ring = makeRing(m, p.depth);
  const { push, pop } = m.nets({ push: from.valid.and(ring.vacant), pop: to.ready.and(ring.filled) });
  const { words } = m.mems({ words: memory(UInt(p.width), p.depth, { style: p.storage }) });
  words.write(ring.writeIndex, from.payload, { enable: push });
  ring.step(push, pop, flush);
  from.ready.assign(ring.vacant);
  to.offer(ring.filled, words.readAsync('head', ring.readIndex));
}

/** The read register of the RAM is the first output stage: a word moves there as soon as the stage is free. */
function describeBlock(m: ModuleBuilder, p: Params, from: In, to: Out, flush: Bit | null): void {
  const ring = makeRing(m, p.depth);
  const { offered } = m.regs({ offered: Bool.init(0) });
  const stage = p.outputRegister ? m.regs({ fetched: Bool.init(0) }).fetched : offered;
  const { advance } = m.nets({ advance: to.ready.or(offered.not()) });
  const { fetch } = m.nets({ fetch: p.outputRegister ? advance.or(stage.not()) : advance });
  const { push, pop } = m.nets({ push: from.valid.and(ring.vacant), pop: ring.filled.and(fetch) });
  // A word is never read in the cycle that writes it: the ring shows it one cycle later.
  const { words } = m.mems({ words: memory(UInt(p.width), p.depth, { style: p.storage, collision: 'undefined' }) });
  words.write(ring.writeIndex, from.payload, { enable: push });
  const head = words.read('head', ring.readIndex, { enable: pop });
  ring.step(push, pop, flush);
  m.when(fetch, () => {
    stage.next(ring.filled);
  });
  from.ready.assign(ring.vacant);
  if (p.outputRegister) {
    const { data } = m.regs({ data: UInt(p.width) }, { enable: advance });
    data.next(head);
    m.when(advance, () => {
      offered.next(stage);
    });
    to.offer(offered, data);
  } else {
    to.offer(offered, head);
  }
  if (flush !== null) {
    m.when(flush, () => {
      stage.next(0);
      if (p.outputRegister) offered.next(0);
    });
  }
}

function occupancyOf(m: ModuleBuilder, p: Params, from: In, to: Out, flush: Bit | null): Signal {
  const capacity = streamFifoCapacity(p);
  const { level } = m.regs({ level: UInt(bitsFor(capacity)).init(0) });
  m.when(from.fire.and(to.fire.not()), () => level.next(level.addWrap(1))).elsewhen(to.fire.and(from.fire.not()), () =>
    level.next(level.subWrap(1)),
  );
  if (flush !== null) m.when(flush, () => level.next(0));
  m.assert('occupancy_in_range', level.le(capacity));
  m.assert('offers_only_what_is_inside', to.valid.not().or(level.ne(0)));
  m.assert('refuses_only_when_filled', from.ready.or(level.ge(p.depth)));
  return level;
}
