// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, memory, type Reg, type Signal, UInt, type UIntType } from '../../../dsl/index.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { anyOf, oneHotMux } from '../../lib/stream-lists.ts';
import { clog2 } from '../../lib/widths.ts';
import { bitAt, bitMask, describeBucketDrain } from './bucket-drain.ts';
import { BucketParams } from './llb.params.ts';
import { bucketPorts } from './llb.types.ts';

export const BucketStallingParams = BucketParams.extend({
  window: z
    .int()
    .min(1)
    .max(64)
    .describe('Arrivals among which one that need not wait is looked for; 1 keeps their order'),
});

type Bit = Signal<UIntType<1>>;

/**
 * A baseline of LLB: an accumulator a bucket. A point whose bucket is being added to stalls; of the oldest `window` points the first one that need not wait
 * goes on, one a cycle. With a window of 1 every such point stops all that follow.
 *
 * From the arrival to the issue 2 cycles, from a result to the next issue of its bucket 2 cycles. `result` is always ready. Accumulators in LUT RAM with an
 * asynchronous read, flags in registers: made for comparison, for some hundred buckets.
 */
export const bucketStalling = block(
  'bucket_stalling',
  BucketStallingParams,
  (m, p) => {
    const io = m.ports(bucketPorts(p));
    const { result, arrive, issue } = io;
    const point = UInt(p.pointBits);
    const key = result.payload.key.type;
    const { full, busy } = m.regs({ full: UInt(p.keys).init(0), busy: UInt(p.keys).init(0) });
    const { made, made_key, made_x, made_y } = m.regs({
      made: Bool.init(0),
      made_key: key,
      made_x: point,
      made_y: point,
    });
    const { sums } = m.mems({ sums: memory(point, p.keys, { style: 'distributed' }) });
    const entries = Array.from({ length: p.window }, (_, i) => {
      const names = [`valid_${i}`, `key_${i}`, `point_${i}`] as const;
      const regs = m.regs({ [names[0]]: Bool.init(0), [names[1]]: key, [names[2]]: point });
      return { valid: regs[names[0]]! as Reg<UIntType<1>>, key: regs[names[1]]!, point: regs[names[2]]! };
    });
    const drain = describeBucketDrain(m, p, io, full);

    // The oldest point that need not wait. A first point of a bucket waits while a result is written.
    const { vacant } = m.nets({ vacant: made.not().or(issue.ready) });
    const able = entries.map((entry, i) => {
      const goes = bitAt(full, entry.key).mux(vacant, result.valid.not());
      const name = `able_${i}`;
      return m.nets({ [name]: entry.valid.and(bitAt(busy, entry.key).not()).and(goes) })[name]!;
    });
    const chosen: Bit[] = [];
    const gone: Bit[] = [];
    able.forEach((each, i) => {
      const before = gone.at(-1) ?? m.lit(0, Bool);
      const { [`gone_${i}`]: now } = m.nets({ [`gone_${i}`]: before.or(each) });
      chosen.push(each.and(before.not()));
      gone.push(now!);
    });
    const goes = gone.at(-1)!;
    const { now_key, now_point } = m.nets({
      now_key: oneHotMux(
        chosen,
        entries.map((entry) => entry.key),
      ),
      now_point: oneHotMux(
        chosen,
        entries.map((entry) => entry.point),
      ),
    });
    const { adds } = m.nets({ adds: goes.and(bitAt(full, now_key)) });
    const { starts } = m.nets({ starts: goes.and(bitAt(full, now_key).not()) });

    // The window closes behind the point that has gone.
    result.ready.assign(1);
    arrive.ready.assign(entries.at(-1)!.valid.not().or(goes).and(io.draining.not()).and(io.drain.not()));
    entries.forEach((entry, i) => {
      const next = entries[i + 1];
      const shifts = gone[i]!;
      const stays = shifts.mux(next?.valid ?? m.lit(0, Bool), entry.valid);
      const open = i === 0 ? m.lit(1, Bool) : gone[i - 1]!.mux(entry.valid, entries[i - 1]!.valid);
      const enters = arrive.fire.and(stays.not()).and(open);
      entry.valid.next(stays.or(enters));
      if (next !== undefined) {
        m.when(shifts, () => {
          entry.key.next(next.key);
          entry.point.next(next.point);
        });
      }
      m.when(enters, () => {
        entry.key.next(arrive.payload.key);
        entry.point.next(arrive.payload.point);
      });
    });

    const place = (at: Signal): Signal => at.low(clog2(p.keys));
    const sum = sums.readAsync('sum', place(io.draining.mux(drain.scan, now_key)));
    sums.write(
      place(result.valid.mux(result.payload.key, now_key)),
      result.valid.mux(result.payload.point, now_point),
      {
        enable: result.valid.or(starts),
      },
    );
    drain.connect(sum);
    m.when(starts, () => full.next(full.or(bitMask(starts, now_key, p.keys))));
    busy.next(busy.or(bitMask(adds, now_key, p.keys)).and(bitMask(result.valid, result.payload.key, p.keys).not()));
    m.when(vacant, () => {
      made.next(adds);
      made_key.next(now_key);
      made_x.next(now_point);
      made_y.next(sum);
    });
    issue.offer(made, { key: made_key, x: made_x, y: made_y });
    io.idle.assign(
      busy
        .eq(0)
        .and(anyOf(entries.map(({ valid }) => valid)).not())
        .and(io.draining.not()),
    );
    m.assume('result_is_expected', result.valid.not().or(bitAt(busy, result.payload.key)), 'a result without a pair');
    assertStable(m, 'issue', issue);
    return io;
  },
  { doc: 'Bucket memory with an accumulator a bucket that stalls: a baseline of llb.' },
);
