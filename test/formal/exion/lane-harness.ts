// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, Bool, input, type Signal, SInt, UInt } from '../../../src/dsl/index.ts';
import { lane } from '../../../src/modules/exion/cfse/lane.ts';
import { laneModeType } from '../../../src/modules/exion/cfse/cfse.types.ts';
import { startedByReset } from '../reset-first.ts';

/**
 * A row of the special function unit, whatever its products are. RQ with MASK_OUT: an element is marked when its result, and no other, is beyond
 * theta in a live row (-128 counts as 127). PSUB: P + Qs = Y, exactly, modulo 2^32.
 */
export function laneHarness(kind: 'mark' | 'psub'): BlockCall {
  return block('lane_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      counts: input(Bool),
      limit: input(SInt(17)),
      stored: input(SInt(32)),
      b: input(SInt(32)),
      offset: input(SInt(32)),
      gain: input(UInt(16)),
      shift: input(UInt(6)),
      gelu: input(Bool),
      entry: input(UInt(8)),
    });
    startedByReset(m);
    const { dut } = m.instances({ dut: lane({}) });
    const psub = kind === 'psub';
    const mode = Object.fromEntries(Object.keys(laneModeType.fields).map((name) => [name, 0]));
    m.drive(dut.mode, { ...mode, gelu: psub ? 0 : io.gelu, plain: psub, subtract: psub, left: psub ? 2 : 0 });
    const given = {
      counts: io.counts,
      shift: io.shift,
      limit: io.limit,
      stored: io.stored,
      b: io.b,
      offset: io.offset,
      gain: io.gain,
    };
    const ports = dut as unknown as Readonly<Record<string, { assign(value: Signal | number): void }>>;
    for (const name of ['keep', 'length', 'loaded', 'p', 'kept', 'late_gain', 'late_offset', 'clear'])
      ports[name]!.assign(0);
    for (const [name, value] of Object.entries(given)) ports[name]!.assign(value);
    for (const port of Object.values(dut.take)) (port as unknown as { assign(v: number): void }).assign(0);
    m.drive(dut.step, Object.fromEntries(Object.keys(dut.step).map((name) => [name, 0])));
    m.drive(dut.entry, { enable: 0, address: 0, data: io.entry });
    dut.exp.data.assign(0);

    const { age } = m.regs({ age: UInt(3).init(0) });
    m.when(age.ne(7), () => age.next(age.addWrap(1)));
    if (psub) {
      const { y0, y1, y2, y3, q0, q1, q2, q3 } = m.regs({
        ...{ y0: SInt(32), y1: SInt(32), y2: SInt(32), y3: SInt(32) },
        ...{ q0: SInt(32), q1: SInt(32), q2: SInt(32), q3: SInt(32) },
      });
      [io.b, y0, y1, y2].forEach((from, i) => [y0, y1, y2, y3][i]!.next(from));
      [io.stored, q0, q1, q2].forEach((from, i) => [q0, q1, q2, q3][i]!.next(from));
      m.when(age.ge(4), () => m.assert('p_plus_qs_is_y', dut.result.addWrap(q3).eq(y3)));
    } else {
      const { theta, live, mark } = m.regs({ theta: SInt(17), live: Bool, mark: Bool });
      theta.next(io.limit);
      live.next(io.counts);
      mark.next(dut.mark);
      m.assume('constant', age.eq(0).or(io.limit.eq(theta).and(io.counts.eq(live))));
      const y = dut.result;
      const magnitude: Signal = y.msb().mux(y.neg(), y);
      const code = magnitude.gt(127).mux(127, magnitude);
      m.when(age.ge(3), () => m.assert('marked_beyond_theta', mark.eq(code.gt(io.limit.resize(32)).and(io.counts))));
    }
  })({});
}
