// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  input,
  type ModuleBuilder,
  output,
  type Signal,
  sink,
  UInt,
  type View,
} from '../../../dsl/index.ts';
import { jobType } from './job.types.ts';
import { addressBits, nodeBits, NttParams, twiddleBits } from './ntt.params.ts';
import { log2Bits, nttCommandType, nttOps } from './ntt.types.ts';

type Bit = Signal<typeof Bool>;
type Command = View<ReturnType<typeof nttCommandType>>;

/** Powers have their table at a multiple of so many words, so that its address is an `or`; or at 0 in a smaller memory. */
export const powersTable = 32;

/**
 * Takes a command, refuses a wrong one, runs the others as jobs. Command taken at 0, checked at 1 and 2, `start` at 3; `done` one cycle after the last
 * group is finished, at 3 for a refused one. A transform of one point is a copy.
 */
export const nttControl = block(
  'ntt_control',
  NttParams,
  (m, p) => {
    const io = m.ports({
      command: sink(nttCommandType(p)),
      mode: input(UInt(2)),
      twoAdicity: input(UInt(log2Bits)),
      quiet: input(Bool, 'no read of the host is on its way'),
      complete: input(Bool, 'all groups of the job are finished; looked at from two cycles after `start` on'),
      idle: output(Bool),
      start: output(Bool),
      job: output(jobType(p), 'from `start` to `done`; nothing to do with butterflies while idle'),
      done: output(Bool),
      refused: output(Bool),
    });
    const { state } = m.fsms({ state: ['IDLE', 'MEASURE', 'JUDGE', 'START', 'WAIT', 'RUN'] });
    const { given } = m.regs({ given: nttCommandType(p) });
    const { work: job } = m.regs({ work: jobType(p).init(0) });
    const { is_done: done, is_refused: refused } = m.regs({ is_done: Bool.init(0), is_refused: Bool.init(0) });
    const { mask } = m.regs({ mask: UInt(addressBits(p)) });
    const sizeBits = log2Bits + 1;
    const { size, total } = m.nets({
      size: given.log2n.resize(sizeBits),
      total: given.log2n.addFull(given.log2batch),
    });
    const { wrong } = m.nets({
      wrong: describeFaults(m, p, given, { size, total, mask, batchMask: job.mask }, io.mode, io.twoAdicity),
    });
    const is = (op: keyof typeof nttOps): Bit => given.op.eq(nttOps[op]);
    const { many, transform } = m.nets({ many: given.log2n.ne(0), transform: is('DIF').or(is('DIT')) });

    done.next(0);
    refused.next(0);
    io.command.ready.assign(state.is('IDLE'));
    state.states({
      IDLE: () =>
        m.when(io.command.valid, () => {
          m.drive(given, io.command.payload);
          state.goto('MEASURE');
        }),
      MEASURE: () => {
        mask.next(ones(given.log2n, addressBits(p)));
        job.mask.next(ones(total, addressBits(p)));
        m.when(io.quiet, () => state.goto('JUDGE'));
      },
      JUDGE: () =>
        m
          .when(wrong, () => {
            done.next(1);
            refused.next(1);
            state.goto('IDLE');
          })
          .otherwise(() => {
            job.dif.next(is('DIF').and(many));
            job.dit.next(is('DIT').and(many));
            job.powers.next(is('POWERS').and(many));
            job.mul.next(is('MUL'));
            job.add.next(is('ADD'));
            job.sub.next(is('SUB'));
            job.log2n.next(given.log2n);
            job.half.next(mask.xor(mask.shr(1)));
            job.src.next(given.src.trunc(addressBits(p)));
            job.dst.next(given.dst.trunc(addressBits(p)));
            // Of a copy the second operand is read and not used.
            const isPair = is('MUL').or(is('ADD')).or(is('SUB'));
            job.second.next(isPair.mux(given.second, given.src).trunc(addressBits(p)));
            job.table.next(given.second.trunc(twiddleBits(p)));
            job.perStage.next(transform.and(given.perStage.or(given.across)));
            job.across.next(transform.and(given.across).and(many));
            state.goto('START');
          }),
      START: () => state.goto('WAIT'),
      WAIT: () => state.goto('RUN'),
      RUN: () =>
        m.when(io.complete, () => {
          done.next(1);
          for (const flag of [job.dif, job.dit, job.powers, job.mul, job.add, job.sub, job.across]) flag.next(0);
          state.goto('IDLE');
        }),
    });
    io.idle.assign(state.is('IDLE'));
    io.start.assign(state.is('START'));
    m.drive(io.job, job);
    io.done.assign(done);
    io.refused.assign(refused);
    return io;
  },
  { doc: 'Commands of a transform node: checks and sequence.' },
);

/** `count` ones, of `width` at most. */
function ones(count: Signal, width: number): Signal {
  const flags = Array.from({ length: width }, (_, i) => count.gt(i));
  return flags.slice(1).reduce<Signal>((low, flag) => flag.concat(low), flags[0]!);
}

interface Sizes {
  /** log2n, and that of the whole batch. */
  readonly size: Signal;
  readonly total: Signal;
  /** n - 1, and that of the whole batch. */
  readonly mask: Signal;
  readonly batchMask: Signal;
}

/** One bit: the command is wrong. */
function describeFaults(
  m: ModuleBuilder,
  p: NttParams,
  given: Command,
  { size, total, mask, batchMask }: Sizes,
  mode: Signal,
  twoAdicity: Signal,
): Bit {
  const { width } = given.src;
  const k = nodeBits(p);
  const wide = mask.resize(width);
  const { DIF, DIT, POWERS, MUL, COPY } = nttOps;
  const transform = given.op.eq(DIF).or(given.op.eq(DIT));
  const isPair = given.op.ge(MUL).and(given.op.lt(COPY));
  // Without other nodes the flag only says what kind of table there is.
  const spread: Bit = k === 0 ? m.lit(0, Bool) : given.across;
  const across = transform.and(spread);
  const beyond = (address: Signal, bits: number): Bit =>
    address.width > bits ? address.high(address.width - bits).orR() : m.lit(0, Bool);
  const unaligned = (address: Signal): Bit => address.and(batchMask.resize(width)).ne(0);
  const data = (address: Signal): Bit => beyond(address, addressBits(p)).or(unaligned(address));

  const points = across.mux(size.addWrap(k), size);
  // What the table takes, as a power of two: n/2, n, or n and k more words.
  const perStage = given.perStage.or(given.across);
  const half = wide.shr(1);
  const tableMask = perStage.mux(spread.mux(wide.shl(1).or(1), wide), half);
  const tableSize = spread.mux(size.addWrap(1), perStage.mux(size, size.eq(0).mux(size, size.subWrap(1))));
  const table = beyond(given.second, twiddleBits(p))
    .or(given.second.and(tableMask).ne(0))
    .or(tableSize.gt(twiddleBits(p)));
  const powers = beyond(given.second, twiddleBits(p)).or(
    given.second.and(Math.min(powersTable, p.twiddleWords) - 1).ne(0),
  );
  const faults = m.nets({
    fault_op: given.op.gt(COPY).or(mode.eq(3)),
    fault_size: total.gt(addressBits(p)).or(given.op.eq(POWERS).and(given.log2batch.ne(0))),
    fault_field: transform.and(points.gt(twoAdicity.resize(size.width))),
    fault_data: data(given.src)
      .or(data(given.dst))
      .or(isPair.and(data(given.second))),
    fault_table: transform.and(table).or(given.op.eq(POWERS).and(powers)),
    fault_across: across.and(given.log2n.lt(k)),
  });
  return Object.values(faults).reduce((any: Bit, fault) => any.or(fault));
}
