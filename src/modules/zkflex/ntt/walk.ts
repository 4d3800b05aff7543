// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  input,
  type ModuleBuilder,
  output,
  type Reg,
  type Signal,
  UInt,
  type UIntType,
  type View,
} from '../../../dsl/index.ts';
import { jobType, positionType, rowBits } from './job.types.ts';
import { addressBits, nodeBits, NttParams } from './ntt.params.ts';
import { log2Bits } from './ntt.types.ts';

type Bit = Signal<typeof Bool>;
type Job = View<ReturnType<typeof jobType>>;

/**
 * Goes through the groups of a job in their order: stage by stage, inside a stage the free bits of the index count up, the low ones first.
 *
 * Stages: DIF has pair bits log2n-1 .. 0, then the exchanging stages k-1 .. 0; DIT the exchanging stages 0 .. k-1, then 0 .. log2n-1; powers 0 ..
 * log2n-1 with 2^p elements each, else there is one pass over rows of four elements. A group of pair bit p has the elements that differ in p
 * and in q, q = 1 for even p and 0 for odd p (paper 3.6), so its free bits are the other one of bits 0 and 1, and 2 and up without p.
 * `halves`: every row is visited twice. One step a cycle; the position is a function of registers.
 */
export const nttWalk = block(
  'ntt_walk',
  NttParams,
  (m, p) => {
    const io = m.ports({
      start: input(Bool, 'to the first group of the job'),
      job: input(jobType(p), 'holds from `start` on'),
      halves: input(Bool, 'rows are visited twice; holds'),
      step: input(Bool, 'to the next group'),
      at: output(positionType(p)),
      reach: output(
        UInt(rowBits(p)),
        'the greater one of the pair bits of this stage and the one before, above bits 0 and 1',
      ),
      over: output(Bool, 'there is no group left'),
    });
    const { job } = io;
    const address = UInt(addressBits(p));
    const regs = m.regs({
      stage: UInt(log2Bits),
      group: UInt(rowBits(p)),
      last_group: UInt(rowBits(p)),
      pair: UInt(log2Bits),
      pair_bit: address,
      cross: Bool,
      half: Bool,
      ended: Bool.init(1),
      reach_bit: UInt(rowBits(p)),
    });
    const k = nodeBits(p);
    const crossing: Bit = k === 0 ? m.lit(0, Bool) : job.across;
    const { last_in_stage: lastInStage, last_stage: lastStage } = m.nets({
      last_in_stage: regs.group.eq(regs.last_group).and(io.halves.not().or(regs.half)),
      last_stage: lastStageOf(job, regs.pair, regs.cross, crossing),
    });

    m.when(io.start, () => {
      regs.stage.next(0);
      regs.group.next(0);
      regs.half.next(0);
      regs.ended.next(0);
      regs.last_group.next(job.powers.mux(0, job.mask.high(rowBits(p))));
      const downwards = job.dif;
      regs.pair.next(downwards.mux(job.log2n.subWrap(1), 0));
      regs.pair_bit.next(downwards.mux(job.half, 1));
      regs.cross.next(job.dit.and(crossing));
    }).elsewhen(io.step, () => {
      regs.half.next(io.halves.and(regs.half.not()));
      m.when(io.halves.not().or(regs.half), () => regs.group.next(regs.group.addWrap(1)));
      m.when(lastInStage, () => {
        regs.group.next(0);
        regs.stage.next(regs.stage.addWrap(1));
        m.when(job.powers.and(regs.pair.ne(0)), () =>
          regs.last_group.next(regs.last_group.low(rowBits(p) - 1).concat(m.lit(1, Bool))),
        );
        describeNextStage(m, k, job, regs);
        m.when(lastStage, () => regs.ended.next(1));
      });
    });

    m.drive(io.at, {
      stage: regs.stage,
      group: regs.group,
      index: indexOf(regs.group, regs.pair, regs.pair_bit),
      pair: regs.pair,
      pairBit: regs.pair_bit,
      cross: regs.cross,
      half: regs.half,
    });
    io.reach.assign(regs.reach_bit);
    io.over.assign(regs.ended);
    m.assert('steps_only_inside', io.step.and(regs.ended).not());
    return io;
  },
  { doc: 'Order of the groups of a transform.' },
);

function lastStageOf(job: Job, pair: Signal, cross: Bit, crossing: Bit): Bit {
  const isTop = pair.addWrap(1).eq(job.log2n);
  const upwards = isTop.and(cross.not());
  const downwards = pair.eq(0).and(cross.or(crossing.not()));
  return job.dif.mux(downwards, job.dit.or(job.powers).mux(upwards, 1));
}

interface StageRegs {
  readonly pair: Reg<UIntType>;
  readonly pair_bit: Reg<UIntType>;
  readonly reach_bit: Reg<UIntType>;
  readonly cross: Reg<typeof Bool>;
}

function describeNextStage(m: ModuleBuilder, k: number, job: Job, regs: StageRegs): void {
  const { pair, pair_bit: bit, reach_bit: reach, cross } = regs;
  const above = (value: Signal): Signal => value.high(reach.width);
  const move = (to: Signal, toBit: Signal, greater: Signal): void => {
    pair.next(to);
    bit.next(toBit);
    reach.next(above(greater));
  };
  const at = (pairNumber: number) => ({
    number: m.lit(pairNumber, UInt(log2Bits)),
    bit: m.lit(2 ** pairNumber, UInt(bit.width)),
  });
  m.when(job.dif, () => move(pair.subWrap(1), bit.shr(1), bit)).otherwise(() =>
    move(pair.addWrap(1), bit.shl(1), bit.shl(1)),
  );
  if (k === 0) return;
  // Between the local stages and the exchanging ones.
  const [top, low] = [at(k - 1), at(0)];
  m.when(job.dif.and(pair.eq(0)), () => {
    move(top.number, top.bit, top.bit);
    cross.next(1);
  });
  m.when(job.dit.and(cross).and(pair.eq(top.number)), () => {
    move(low.number, low.bit, bit);
    cross.next(0);
  });
}

/** The group number with zeros put in at the bits in which the group varies. */
function indexOf(group: Signal, pair: Signal, pairBit: Signal): Signal {
  const isLow = pair.slice(pair.width - 1, 1).eq(0);
  const stride = pairBit.slice(pairBit.width - 1, 2);
  const free = group.shr(1);
  const below = stride.subWrap(1);
  const row = isLow.mux(group, free.and(below).or(free.and(below.not()).shl(1)));
  const other = group.bit(0).and(isLow.not());
  const isOdd = pair.bit(0);
  return row.concat(other.and(isOdd), other.and(isOdd.not()));
}
