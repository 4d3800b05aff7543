// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  Bundle,
  input,
  type ModuleBuilder,
  output,
  type Ports,
  type Signal,
  SInt,
  UInt,
  Vec,
} from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { dpu, dpuLatency } from './dpu.ts';
import { SdueParams, widths } from './sdue.params.ts';
import { accumulatorBits, passType } from './sdue.types.ts';

type Bit = Signal<typeof Bool>;

/** Cycles from a beat (T0) to its operands at the units, to its sum at the accumulators, and to the capture of its pass. */
export const operandStage = 3;
export const sumStage = operandStage + dpuLatency;
export const captureStage = sumStage + 1;

/** What the units are told with a beat. */
export function beatType(p: SdueParams) {
  const { occ, ws, xs, cv } = passType(p).fields;
  return Bundle({
    valid: Bool,
    first: Bool,
    /** The pass ends here, also when there is no beat. */
    last: Bool,
    /** Bit s: slot s is in use in this pass. */
    slots: UInt(p.slots),
    /** Slot of each (row, lane) as bit planes in K-merge, else 0. */
    lane_slots: Vec(p.size, Vec(widths(p).slot, UInt(p.lanes))),
    /** Of the whole pass, taken with its first beat. */
    occ,
    ws,
    xs,
    cv,
  });
}

const arrayPorts = (p: SdueParams) => {
  const word = UInt(widths(p).word);
  return {
    beat: input(beatType(p), 'T0: words of this beat are addressed'),
    x: input(Vec(p.size, word), 'T2: input word of each row'),
    weights: input(Vec(p.slots, Vec(p.size, word)), 'T2: weight word of each slot and lane'),
    capture: output(Bool, 'T8: the pass is complete'),
    results: output(Vec(p.size, Vec(p.size, SInt(accumulatorBits))), 'totals of each row, from T9 on'),
  };
};

/**
 * The R x C array with its operand registers (paper 4 "SDUE").
 *
 * Pipeline, in cycles from the beat: T0 beat; T1 the memories are read; T2 their words are here, R:1 multiplexers of the input words for
 * cv; T3 operand registers, `run` to the units; T4 products; T5, T6 tree; T7 accumulators; T8 `capture` of the pass that ended with the
 * beat. One beat a cycle, no stall; passes follow without a gap. A pass that ends without a beat changes no accumulator.
 *
 * Longest paths: word of a memory, R:1 multiplexer, register; those of `dpu`. An operand register serves a row or a column of units.
 */
export const sdueArray = block(
  'sdue_array',
  SdueParams,
  (m, p) => {
    const io = m.ports(arrayPorts(p));
    const rows = Array.from({ length: p.size }, (_, t) => t);
    const valid = delays(m, 'valid', io.beat.valid, sumStage - 1);
    const first = delays(m, 'first', io.beat.valid.and(io.beat.first), sumStage);
    const last = delays(m, 'last', io.beat.last, captureStage);
    io.capture.assign(last[captureStage]!);

    const { active } = m.regs({ active: Bool.init(0) });
    active.next(
      [...valid.slice(operandStage - 1, sumStage), last[captureStage - 1]!].reduce((any, bit) => any.or(bit)),
    );

    const { told, laneSlots } = describeTold(m, p, io, valid, first);
    const operands = describeOperands(m, p, io, valid[2]!, told);
    for (const t of rows) {
      const { occ, ws, xs } = told.at3;
      for (const j of rows) {
        const name = `unit_${t}_${j}`;
        const unit = m.instances({ [name]: dpu({ lanes: p.lanes, slots: p.slots }) })[name]!;
        unit.active.assign(active);
        unit.run.assign(valid[operandStage]!.and(occ.at(t).bit(j)));
        unit.own.assign(operands.own.at(t));
        unit.other.assign(operands.other.at(t));
        unit.crossed.assign(xs.at(t).bit(j));
        for (let s = 0; s < p.slots; s++) unit.weights.at(s).assign(operands.weights.at(s).at(j));
        unit.slot.assign(
          join(
            io.beat.valid,
            ws.at(t).map((plane) => plane.bit(j)),
          ),
        );
        unit.lane_slots.assign([...laneSlots.at(t)]);
        unit.first.assign(first[sumStage]!);
        unit.capture.assign(last[captureStage]!);
        io.results.at(t).at(j).assign(unit.result);
      }
    }
    return io;
  },
  {
    doc: 'Array of dot-product units with operand registers: weights by slot, input rows straight or by the conflict vector.',
  },
);

type ArrayPorts = Ports<ReturnType<typeof arrayPorts>>;

/** The bit 0 .. `count` cycles later, in registers `<name>_<cycles>`. */
function delays(m: ModuleBuilder, name: string, bit: Bit, count: number): Bit[] {
  const chain = [bit];
  for (let i = 1; i <= count; i++) {
    const key = `${name}_${i}`;
    const reg = m.regs({ [key]: Bool.init(0) })[key]!;
    reg.next(chain[i - 1]!);
    chain.push(reg);
  }
  return chain;
}

/** Control of the units, delayed to T1, T2, T3: of a pass beside its first beat, of K-merge beside every beat. */
function describeTold(m: ModuleBuilder, p: SdueParams, io: ArrayPorts, valid: readonly Bit[], first: readonly Bit[]) {
  const { occ, ws, xs, cv, slots, lane_slots: planes } = beatType(p).fields;
  const early = Bundle({ occ, ws, xs, cv, slots });
  const { pass_1: at1, pass_2: at2 } = m.regs({ pass_1: early, pass_2: early });
  const { pass_3: at3 } = m.regs({ pass_3: Bundle({ occ, ws, xs }) });
  const { beat } = io;
  m.when(first[0]!, () => m.drive(at1, { occ: beat.occ, ws: beat.ws, xs: beat.xs, cv: beat.cv, slots: beat.slots }));
  m.when(first[1]!, () => m.drive(at2, at1));
  m.when(first[2]!, () => m.drive(at3, { occ: at2.occ, ws: at2.ws, xs: at2.xs }));

  const chain = m.regs({ lane_slots_1: planes, lane_slots_2: planes, lane_slots_3: planes });
  m.when(valid[0]!, () => chain.lane_slots_1.next(io.beat.lane_slots));
  m.when(valid[1]!, () => chain.lane_slots_2.next(chain.lane_slots_1));
  m.when(valid[2]!, () => chain.lane_slots_3.next(chain.lane_slots_2));
  return { told: { at2, at3 }, laneSlots: chain.lane_slots_3 };
}

/** T2 to T3: words of the memories into the registers of rows and columns. */
function describeOperands(
  m: ModuleBuilder,
  p: SdueParams,
  io: ArrayPorts,
  valid: Bit,
  { at2 }: ReturnType<typeof describeTold>['told'],
) {
  const { own, held: weights } = m.regs({ own: io.x.type, held: io.weights.type });
  m.when(valid, () => {
    own.next(io.x);
    for (let s = 0; s < p.slots; s++) m.when(at2.slots.bit(s), () => weights.at(s).next(io.weights.at(s)));
  });
  const { other } = m.regs({ other: io.x.type });
  other.map((word, t) => m.when(valid.and(at2.cv.valid.bit(t)), () => word.next(io.x.read(at2.cv.idx.at(t)))));
  return { own, other, weights };
}
