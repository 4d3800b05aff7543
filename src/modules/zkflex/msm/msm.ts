// SPDX-License-Identifier: Apache-2.0
import { block, Bool, pack, type Signal, UInt, unpack } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import { bitsFor } from '../../lib/widths.ts';
import { llb } from '../llb/llb.ts';
import { pointType } from '../point.types.ts';
import { msmDigits } from './digits.ts';
import { elementCountBits, msmElements } from './elements.ts';
import { horner } from './horner.ts';
import { coordinateBits, llbParams, MsmParams } from './msm.params.ts';
import { msmOperations } from './operations.ts';
import { msmCommandType, msmError, msmPorts } from './msm.types.ts';
import { windowSums } from './window-sums.ts';

type Bit = Signal<typeof Bool>;

/**
 * Multi-scalar multiplication (paper 3.7, 4.3): sum of scalar * point over n elements, for some windows of the scalars. docs/rationale/zkflex.md has commands,
 * keys and streams.
 *
 * An element is read once a pass; its digits arrive at the linked-list bucket memory, whose pairs go to the point engines. When all buckets hold
 * their sums these are drained into the window sums, and those into Horner's rule. What was spilled comes back when the buckets are empty, goes the same
 * way, and adds to the same window sums.
 *
 * Cycles: optimise/ec.ts. Errors: 1 for a command that is refused, 2 when the pool is exhausted and cannot spill; the result of that pass is wrong.
 */
export const msm = block(
  'msm',
  MsmParams,
  (m, p) => {
    const io = m.ports(msmPorts(p));
    const { elements, digits, buckets, sums, combine, operations } = m.instances({
      elements: msmElements(p),
      digits: msmDigits(p),
      buckets: llb(llbParams(p)),
      sums: windowSums(p),
      combine: horner(p),
      operations: msmOperations(p),
    });
    const { state } = m.fsms({
      state: ['IDLE', 'MEASURE', 'CHECK', 'START', 'ARRIVE', 'DRAIN', 'REDUCE', 'REFILL', 'COMBINE', 'RESULT'],
    });
    const { pass } = m.regs({ pass: msmCommandType(p) }, { enable: io.command.fire });
    m.drive(pass, io.command.payload);
    const { half, fault } = m.regs({ half: UInt(p.windowBits), fault: UInt(2).init(msmError.none) });
    // Items that have left the pool and not come back; those of them that come back in this round.
    const outside = UInt(elementCountBits + bitsFor(p.windows));
    const { spilled, returning, again } = m.regs({ spilled: outside.init(0), returning: outside, again: Bool.init(0) });

    io.command.ready.assign(state.is('IDLE'));
    io.busy.assign(state.is('IDLE').not());
    io.error.assign(fault);
    const { isBad } = m.nets({ isBad: badCommand(p, pass.count, half) });
    const { exhausted } = m.nets({ exhausted: p.spill ? m.lit(0, Bool) : buckets.spill.valid });
    m.when(io.clear, () => fault.next(msmError.none))
      .elsewhen(state.is('CHECK').and(isBad), () => fault.next(msmError.badCommand))
      .elsewhen(exhausted, () => fault.next(msmError.poolExhausted));

    const { settled } = m.nets({ settled: elements.busy.or(digits.busy).not().and(buckets.idle) });
    state.states({
      IDLE: () => m.when(io.command.valid, () => state.goto('MEASURE')),
      MEASURE: () => {
        // The bit of an impossible c is lost: half is 0.
        half.next(
          m
            .lit(1n, UInt(p.windowBits + 1))
            .shl(pass.c)
            .slice(p.windowBits, 1),
        );
        again.next(0);
        state.goto('CHECK');
      },
      CHECK: () => m.when(isBad, () => state.goto('IDLE')).otherwise(() => state.goto('START')),
      START: () => state.goto('ARRIVE'),
      ARRIVE: () => m.when(settled, () => state.goto('DRAIN')),
      DRAIN: () => state.goto('REDUCE'),
      REDUCE: () =>
        m.when(sums.busy.or(buckets.draining).not(), () => {
          returning.next(spilled);
          again.next(1);
          m.when(spilled.eq(0), () => state.goto('COMBINE')).otherwise(() => state.goto('REFILL'));
        }),
      REFILL: () => m.when(returning.eq(0).and(buckets.idle), () => state.goto('DRAIN')),
      COMBINE: () => state.goto('RESULT'),
      RESULT: () => m.when(io.result.fire, () => state.goto('IDLE')),
    });

    elements.start.assign(state.is('START'));
    elements.n.assign(pass.n);
    elements.modulus.assign(io.curve.modulus);
    elements.points.from(io.points);
    elements.scalars.from(io.scalars);
    digits.in.from(elements.out);
    m.drive(digits.windows, { c: pass.c, first: pass.first, count: pass.count, half });
    describeArrivals();

    buckets.drain.assign(state.is('DRAIN'));
    sums.start.assign(state.is('DRAIN'));
    sums.keep.assign(again);
    sums.half.assign(half);
    sums.count.assign(pass.count);
    sums.draining.assign(buckets.draining);
    const drained = buckets.drained.payload;
    sums.buckets.offer(buckets.drained.valid, { key: drained.key, point: asPoint(p, drained.point) });
    buckets.drained.ready.assign(sums.buckets.ready);

    combine.start.assign(state.is('COMBINE'));
    combine.accumulate.assign(pass.accumulate);
    combine.c.assign(pass.c);
    combine.count.assign(pass.count);
    connect(combine.total, sums.total);
    io.result.from(combine.out);

    operations.sums.assign(state.is('REDUCE'));
    operations.combines.assign(state.is('RESULT'));
    operations.pair.from(buckets.issue);
    operations.window.from(sums.operation);
    operations.step.from(combine.operation);
    buckets.result.from(operations.bucket);
    sums.result.from(operations.windowResult);
    combine.result.from(operations.stepResult);
    connect(io.engine, operations.engine);
    return io;

    /** Arrivals: the digits, later what was spilled. */
    function describeArrivals(): void {
      const { refills } = m.nets({ refills: state.is('REFILL') });
      const { out } = digits;
      const open = refills.and(returning.ne(0));
      const { key, point } = io.refill.payload;
      buckets.arrive.offer(refills.mux(io.refill.valid.and(returning.ne(0)), out.valid), {
        key: refills.mux(key, out.payload.key),
        point: refills.mux(pack(point), pack(out.payload.point)),
      });
      out.ready.assign(buckets.arrive.ready.and(refills.not()));
      io.refill.ready.assign(open.and(buckets.arrive.ready));
      m.when(io.refill.fire, () => returning.next(returning.subWrap(1)));

      const leaves = buckets.spill.payload;
      io.spill.offer(p.spill ? buckets.spill.valid : 0, { key: leaves.key, point: asPoint(p, leaves.point) });
      buckets.spill.ready.assign(p.spill ? io.spill.ready : 1);
      m.when(io.spill.fire.and(io.refill.fire.not()), () => spilled.next(spilled.addWrap(1))).elsewhen(
        io.refill.fire.and(io.spill.fire.not()),
        () => spilled.next(spilled.subWrap(1)),
      );
    }
  },
  { doc: 'Multi-scalar multiplication with linked-list buckets.' },
);

const asPoint = (p: MsmParams, packed: Signal) => unpack(packed, pointType(coordinateBits(p)));

/** c is 0 or too large, there are no or too many windows, or too many buckets. */
function badCommand(p: MsmParams, count: Signal, half: Signal): Bit {
  const used = half.mul(count);
  const isMore = bitsFor(p.keys) > used.width ? used.constant(0n, 1) : used.gt(p.keys);
  return half.eq(0).or(count.eq(0)).or(count.gt(p.windows)).or(isMore);
}
