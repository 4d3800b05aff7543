// SPDX-License-Identifier: Apache-2.0
import {
  Bool,
  Bundle,
  type BundleView,
  memory,
  type ModuleBuilder,
  type Signal,
  type SinkStream,
  UInt,
  type View,
} from '../../../dsl/index.ts';
import { branchCodes, microcode, productType, sumType, turnType } from './microcode.ts';
import { type EcLaneParams, type EcLanePorts, seatBits, setBits } from './lane.types.ts';
import { seatCount } from './point-engine.params.ts';

type Bit = Signal<typeof Bool>;

/** An operation whose operands are loaded. */
export function readyType(p: EcLaneParams) {
  return Bundle({ set: UInt(setBits(p)), start: UInt(microcode.addressBits) });
}

/** An operation that is done; `isInfinity`: whatever its registers say. */
export function doneType(p: EcLaneParams) {
  return Bundle({ set: UInt(setBits(p)), isInfinity: Bool });
}

/** What a turn does, on its way through the lane. */
function turnStageType(p: EcLaneParams) {
  return Bundle({
    seat: UInt(seatBits(p)),
    set: UInt(setBits(p)),
    first: sumType,
    second: sumType,
    product: productType,
  });
}
export type TurnStage = BundleView<ReturnType<typeof turnStageType>['fields']> & { readonly active: Bit };

export interface Control {
  /** The turn that begins in this slot (stage 0), and those that began 1, 2, 3 and 4 shifts ago. They shift at the end of each first cycle. */
  readonly stages: readonly [TurnStage, TurnStage, TurnStage, TurnStage, TurnStage];
  /** In the last cycle of a slot: an operation is done. */
  readonly done: { readonly valid: Bit; readonly item: View<ReturnType<typeof doneType>> };
}

/** Flags of the seats, written when a sum of a turn has been compared with zero. */
function describeFlags(m: ModuleBuilder, p: EcLaneParams, zero: ZeroReport, seat: Signal) {
  const { same_x, same_y } = m.mems({
    same_x: memory(Bool, seatCount(p), { style: 'distributed' }),
    same_y: memory(Bool, seatCount(p), { style: 'distributed' }),
  });
  same_x.write(zero.seat, zero.isZero, { enable: zero.flag.eq(1) });
  same_y.write(zero.seat, zero.isZero, { enable: zero.flag.eq(2) });
  return {
    sameX: same_x.readAsync('seat', seat),
    sameY: same_y.readAsync('seat', seat),
  };
}

/** A sum was compared with zero; `flag` 0: it does not matter. */
export interface ZeroReport {
  readonly flag: Signal;
  readonly seat: Signal;
  readonly isZero: Bit;
}

/**
 * Who has his turn and what he does. In the slot before a turn: first cycle, the state of the seat is read; middle, it is decided whether the program goes on, is left
 * for another one, or ends, and whether a new operation takes the seat; last, the program memory is read.
 */
export function describeControl(
  m: ModuleBuilder,
  p: EcLaneParams,
  io: Pick<EcLanePorts, 'phase' | 'seat' | 'aIsZero'>,
  ready: SinkStream<ReturnType<typeof readyType>>,
  zero: ZeroReport,
): Control {
  const seats = seatCount(p);
  const address = UInt(microcode.addressBits);
  const set = UInt(setBits(p));
  const seat = UInt(seatBits(p));
  const { phase } = io;
  const { states } = m.mems({
    states: memory(Bundle({ set, next: address, branch: UInt(2), isAffine: Bool, isLast: Bool }), seats, {
      style: 'distributed',
    }),
  });
  const state = states.read('seat', io.seat, { enable: phase.first });
  const { sameX, sameY } = describeFlags(m, p, zero, io.seat);

  const { occupied } = m.regs({ occupied: UInt(seats).init(0) });
  const { at, current, now, turn_seat } = m.regs({ at: address, current: set, now: Bool.init(0), turn_seat: seat });
  const { was } = m.nets({ was: occupied.bit(0) });
  const { special } = m.nets({ special: was.and(state.branch.ne(branchCodes.none)).and(sameX) });
  const { doubles } = m.nets({ doubles: special.and(state.branch.eq(branchCodes.sameX)).and(sameY) });
  const { vanishes } = m.nets({ vanishes: special.and(doubles.not()) });
  const { ends } = m.nets({ ends: was.and(state.isLast.or(vanishes)) });
  const { takes } = m.nets({ takes: was.not().or(ends) });
  const { starts } = microcode;
  const ofFull = io.aIsZero.mux(m.lit(starts.double, address), m.lit(starts.doubleWithA, address));
  const double = state.isAffine.mux(m.lit(starts.doubleAffine, address), ofFull);
  const { active } = m.nets({ active: takes.mux(ready.valid, 1) });
  ready.ready.assign(phase.middle.and(takes));
  m.when(phase.middle, () => {
    at.next(takes.mux(ready.payload.start, doubles.mux(double, state.next)));
    current.next(takes.mux(ready.payload.set, state.set));
    now.next(active);
    occupied.next(seats === 1 ? active : active.concat(occupied.high(seats - 1)));
  });

  const { ended, ended_set, ended_infinity } = m.regs({ ended: Bool.init(0), ended_set: set, ended_infinity: Bool });
  m.when(phase.middle, () => {
    ended.next(ends);
    ended_set.next(state.set);
    ended_infinity.next(vanishes);
  }).otherwise(() => ended.next(0));

  const { program } = m.mems({
    program: memory(turnType, microcode.words.length, { init: microcode.words }),
  });
  const turn = program.read('turn', at, { enable: phase.last });
  m.when(phase.last, () => turn_seat.next(io.seat));
  const { first, second, product } = turn;
  const beginning = { active: now, seat: turn_seat, set: current, first, second, product };
  states.write(
    turn_seat,
    { set: current, next: at.addWrap(1), branch: turn.branch, isAffine: turn.isAffine, isLast: turn.isLast },
    { enable: phase.first },
  );
  return {
    stages: describeStages(m, p, phase.first, beginning),
    done: { valid: ended, item: { set: ended_set, isInfinity: ended_infinity } },
  };
}

/** Delays a turn slot by slot. A reset stops the turns under way: their sums and products would go into registers of operations that come after it. */
function describeStages(m: ModuleBuilder, p: EcLaneParams, shift: Bit, beginning: TurnStage): Control['stages'] {
  const type = turnStageType(p);
  const stage = (name: string, { active: before, seat, set, first, second, product }: TurnStage): TurnStage => {
    const active = m.regs({ [`${name}_active`]: Bool.init(0) }, { enable: shift })[`${name}_active`]!;
    const after = m.regs({ [name]: type }, { enable: shift })[name]!;
    active.next(before);
    m.drive(after, { seat, set, first, second, product });
    return { ...after, active };
  };
  const one = stage('turn_1', beginning);
  const two = stage('turn_2', one);
  const three = stage('turn_3', two);
  return [beginning, one, two, three, stage('turn_4', three)];
}
