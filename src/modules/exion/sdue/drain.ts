// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  Bundle,
  input,
  memory,
  type ModuleBuilder,
  output,
  type Ports,
  type Signal,
  SInt,
  UInt,
  Vec,
} from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { onehotDecode, onehotEncode } from '../../lib/onehot.ts';
import { clog2 } from '../../lib/widths.ts';
import { captureStage } from './array.ts';
import { increment } from '../../lib/increment.ts';
import { SdueParams, slotDrain, widths } from './sdue.params.ts';
import { accumulatorBits, passType } from './sdue.types.ts';

type Bit = Signal<typeof Bool>;

/** PD columns on their way to OMEM, one into each column bank. */
export function outputWriteType(p: SdueParams) {
  return Bundle({
    /** Rows that are written. */
    rows: UInt(p.size),
    /** Column of the bank. */
    address: UInt(clog2(p.columns / p.drain)),
    data: Vec(p.size, SInt(accumulatorBits)),
  });
}

/** Passes between the first beat and the capture: captures are at least a slot's drain apart. One place more, so a power of two. */
const waitingPasses = (p: SdueParams): number => 2 ** clog2(Math.ceil(captureStage / slotDrain(p)) + 1);

const drainPorts = (p: SdueParams) => ({
  start: input(Bool, 'T0: first beat of a pass'),
  pass: input(passType(p), 'T0: the pass'),
  capture: input(Bool, 'T8: the pass is complete; its results are there from the next cycle to the next capture'),
  results: input(Vec(p.size, Vec(p.size, SInt(accumulatorBits))), 'totals of the units'),
  zero: input(Bool, 'all results are 0, whatever the units say'),
  dst: input(UInt(widths(p).column), 'column of OMEM that gets column 0; a multiple of PD'),
  write: output(Vec(p.drain, outputWriteType(p)), 'to the column banks'),
  finished: output(Bool, 'the last write of a pass is in this cycle'),
});
type DrainPorts = Ports<ReturnType<typeof drainPorts>>;

/**
 * Drain of the array (paper 4 "Drain"): carries the totals of a pass to OMEM, PD lanes a cycle, slot by slot.
 *
 * Law: destination row r of slot s, lane j is unit (r, j) where {occ, ws = s, xs = 0}, else the unit (t, j) with {occ, ws = s, xs = 1} and
 * cv[t] = r; it goes to column dst + ids[s][j]. Rows that no unit serves are not written, so what is reused stays. A dense pass is
 * a word of one slot.
 *
 * Cycles: capture at c, lanes selected c + 1 .. c + D, written c + 2 .. c + D + 1, D = slots * C / PD; `finished` at c + D + 1. The next
 * capture may come at c + D. The units hold the results meanwhile: that is the second accumulator buffer.
 *
 * Memory: descriptions of passes in the array, ceil(8 / (C / PD)) + 1 words or more. Paths: description memory, M:1 and C/PD:1 multiplexers, adder
 * of `dst`; then and, encoder of R, R:1 multiplexer of 32 bits, data of OMEM.
 */
export const sdueDrain = block(
  'sdue_drain',
  SdueParams,
  (m, p) => {
    const io = m.ports(drainPorts(p));
    const pass = describeWaiting(m, p, io);
    const turn = describeTurn(m, p, io, pass.slots);
    const select = describeSelect(m, p, io, pass, turn);
    describeCrossbar(m, p, io, select);
    return io;
  },
  { doc: 'Drain of the array: results of a pass to the output memory, each to the row and column it belongs to.' },
);

/** Descriptions of the passes in the array, and that of the pass captured last. */
function describeWaiting(m: ModuleBuilder, p: SdueParams, io: DrainPorts) {
  const count = waitingPasses(p);
  const { put, take } = m.regs({ put: UInt(clog2(count)).init(0), take: UInt(clog2(count)).init(0) });
  const { waiting } = m.mems({ waiting: memory(passType(p), count, { style: 'distributed' }) });
  m.when(io.start, () => {
    waiting.write(put, io.pass);
    put.next(increment(put));
  });
  m.when(io.capture, () => take.next(increment(take)));
  return waiting.read('pass', take, { enable: io.capture });
}

type PassView = ReturnType<typeof describeWaiting>;

interface Turn {
  readonly active: Bit;
  readonly isFirst: Bit;
  readonly isLast: Bit;
  readonly slot: Signal;
  readonly group: Signal;
}

/** Which slot and which PD lanes have their turn. */
function describeTurn(m: ModuleBuilder, p: SdueParams, io: DrainPorts, slots: Signal): Turn {
  const groups = slotDrain(p);
  const { active } = m.regs({ active: Bool.init(0) });
  const { slot, group } = m.regs({ slot: UInt(clog2(p.slots)), group: UInt(clog2(groups)) });
  const isLastGroup = group.eq(groups - 1);
  const { is_first: isFirst, is_last: isLast } = m.nets({
    is_first: active.and(slot.eq(0)).and(group.eq(0)),
    is_last: active.and(isLastGroup).and(slot.resize(slots.width).addWrap(1).eq(slots)),
  });
  m.when(io.capture, () => {
    active.next(1);
    slot.next(0);
    group.next(0);
  }).elsewhen(active, () => {
    m.when(isLast, () => active.next(0));
    group.next(increment(group)); // C / PD is a power of two
    m.when(isLastGroup, () => slot.next(increment(slot)));
  });
  m.when(io.capture, () =>
    m.assert('buffer_is_free', active.not().or(isLast), 'a pass is captured before the one before it is drained'),
  );
  return { active, isFirst, isLast, slot, group };
}

/** The lanes that have their turn, in registers: who is served, values, addresses. */
function describeSelect(m: ModuleBuilder, p: SdueParams, io: DrainPorts, pass: PassView, turn: Turn) {
  const { id: idBits, column } = widths(p);
  const rows = Array.from({ length: p.size }, (_, t) => t);
  const lanesOfTurn = Array.from({ length: p.drain }, (_, q) => q);
  const groups = Array.from({ length: slotDrain(p) }, (_, g) => g);
  const ofTurn = (lanes: Signal): Signal =>
    turn.group.pick(groups.map((g) => lanes.slice((g + 1) * p.drain - 1, g * p.drain)));

  const served = rows.map((t) => {
    const planes = pass.ws.at(t).map((plane, b) => plane.xor(turn.slot.bit(b).replicate(p.size)));
    return ofTurn(planes.reduce<Signal>((lanes, other) => lanes.and(other.not()), pass.occ.at(t)));
  });
  const crossed = rows.map((t) => ofTurn(pass.xs.at(t)));
  const { own, moved, sources, writing, final, address, value } = m.regs({
    own: Vec(p.drain, UInt(p.size)),
    moved: Vec(p.drain, UInt(p.size)),
    sources: Vec(p.size, UInt(p.size)),
    writing: Bool.init(0),
    final: Bool.init(0),
    address: Vec(p.drain, UInt(clog2(p.columns / p.drain))),
    value: Vec(p.drain, Vec(p.size, SInt(accumulatorBits))),
  });
  writing.next(turn.active);
  final.next(turn.isLast);
  m.when(turn.isFirst, () => {
    const targets = rows.map((t) => onehotDecode<Signal>(pass.cv.idx.at(t), p.size, pass.cv.valid.bit(t)));
    for (const r of rows) {
      sources.at(r).next(
        join(
          pass.slots,
          targets.map((target) => target.bit(r)),
        ),
      );
    }
  });
  m.when(turn.active, () => {
    for (const q of lanesOfTurn) {
      const bits = (of: (t: number) => Signal): Signal => join(pass.slots, rows.map(of));
      own.at(q).next(bits((t) => served[t]!.bit(q).and(crossed[t]!.bit(q).not())));
      moved.at(q).next(bits((t) => served[t]!.bit(q).and(crossed[t]!.bit(q))));

      const ids = pass.ids.map(({ n }) =>
        turn.group.pick(groups.map((g) => n.slice((g * p.drain + q + 1) * idBits - 1, (g * p.drain + q) * idBits))),
      );
      const place = io.dst.addWrap(turn.slot.pick(ids).trunc(column));
      address.at(q).next(place.high(column - clog2(p.drain)));
      const isUsed = served.map((row) => row.bit(q)).reduce<Signal>((any, bit) => any.or(bit), m.lit(0, Bool));
      const bank = place.low(clog2(p.drain));
      m.assert(`column_in_bank_${q}`, isUsed.not().or(bank.eq(q)) as Bit, 'a column is not in the lane it belongs to');

      for (const t of rows) {
        const total = turn.group.pick(groups.map((g) => io.results.at(t).at(g * p.drain + q)));
        value.at(q).at(t).next(io.zero.mux(0, total));
      }
    }
  });
  return { own, moved, sources, writing, final, address, value };
}

/** Values to the rows they belong to, and to OMEM. */
function describeCrossbar(m: ModuleBuilder, p: SdueParams, io: DrainPorts, from: ReturnType<typeof describeSelect>) {
  for (let q = 0; q < p.drain; q++) {
    const write = io.write.at(q);
    const hits = from.sources.map((sources, r) => {
      const name = `hit_${q}_${r}`;
      const mine = m.lit(1n << BigInt(r), UInt(p.size)).and(from.own.at(q));
      return m.nets({ [name]: sources.and(from.moved.at(q)).or(mine) })[name]!;
    });
    hits.forEach((hit, r) => write.data.at(r).assign(onehotEncode<Signal>(hit).pick([...from.value.at(q)])));
    const rows = hits.map((hit) => hit.orR().and(from.writing));
    write.rows.assign(join<Signal>(io.dst, rows));
    write.address.assign(from.address.at(q));
    m.when(from.writing, () => {
      const once = hits.map((hit) => hit.and(hit.subWrap(1)).eq(0));
      m.assert(`one_unit_an_element_${q}`, join(io.dst, once).andR(), 'two units serve one element');
    });
  }
  io.finished.assign(from.final);
}
