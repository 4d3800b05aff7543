// SPDX-License-Identifier: Apache-2.0
import { block, Bool, memory, type Signal, UInt } from '../../../dsl/index.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { bitAt, bitMask, describeBucketDrain } from './bucket-drain.ts';
import { BucketParams } from './llb.params.ts';
import { bucketPorts } from './llb.types.ts';

/**
 * A baseline of LLB: one point a bucket waits for the next one. One point enters a cycle, results before arrivals, so the adder is at most half busy.
 *
 * From a point to the issue of its pair 1 cycle. A result waits while its pair cannot be issued. One point a bucket in LUT RAM with an
 * asynchronous read, a flag a bucket in registers: made for comparison, for some hundred buckets.
 */
export const bucketResident = block(
  'bucket_resident',
  BucketParams,
  (m, p) => {
    const io = m.ports(bucketPorts(p));
    const { waits, open } = m.regs({ waits: UInt(p.keys).init(0), open: UInt(bitsFor(p.keys + 1)).init(0) });
    const { made, made_key, made_x, made_y } = m.regs({
      made: Bool.init(0),
      made_key: io.arrive.payload.key.type,
      made_x: UInt(p.pointBits),
      made_y: UInt(p.pointBits),
    });
    const { points } = m.mems({ points: memory(UInt(p.pointBits), p.keys, { style: 'distributed' }) });
    const drain = describeBucketDrain(m, p, io, waits);
    const { result, arrive, issue } = io;

    const { vacant } = m.nets({ vacant: made.not().or(issue.ready) });
    const { key, point } = m.nets({
      key: result.valid.mux(result.payload.key, arrive.payload.key),
      point: result.valid.mux(result.payload.point, arrive.payload.point),
    });
    const { pairs } = m.nets({ pairs: bitAt(waits, key) });
    const { room } = m.nets({ room: pairs.not().or(vacant) });
    result.ready.assign(room);
    arrive.ready.assign(room.and(result.valid.not()).and(io.draining.not()).and(io.drain.not()));
    const { enters } = m.nets({ enters: result.fire.or(arrive.fire) });
    const waiting = points.readAsync('waiting', io.draining.mux(drain.scan, key).low(clog2(p.keys)));
    points.write(key.low(clog2(p.keys)), point, { enable: enters.and(pairs.not()) });
    drain.connect(waiting);
    m.when(enters, () => waits.next(waits.xor(bitMask(m.lit(1, Bool), key, p.keys))));
    m.when(vacant, () => {
      made.next(enters.and(pairs));
      made_key.next(key);
      made_x.next(point);
      made_y.next(waiting);
    });
    issue.offer(made, { key: made_key, x: made_x, y: made_y });
    const one = (bit: Signal): Signal => bit.resize(open.width);
    open.next(open.addWrap(one(enters.and(pairs))).subWrap(one(result.fire)));
    io.idle.assign(open.eq(0).and(io.draining.not()));
    m.assume('result_is_expected', result.valid.not().or(open.ne(0)), 'a result without a pair');
    assertStable(m, 'issue', issue);
    return io;
  },
  { doc: 'Bucket memory with one waiting point a bucket: a baseline of llb.' },
);
