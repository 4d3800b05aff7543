// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  input,
  type ModuleBuilder,
  output,
  type Ports,
  type Signal,
  UInt,
  Vec,
  type View,
} from '../../../dsl/index.ts';
import { delayed, validChain } from '../arith/delay.ts';
import { modularAdd, modularAddLatency } from '../arith/modular-add.ts';
import { exchanged, exchangeLatency, type Group, sent } from './exchange.ts';
import { isStaged, jobType } from './job.types.ts';
import { operandsType } from './lanes.ts';
import { butterflies, nodeBits, NttParams, nttWordBits } from './ntt.params.ts';
import { exchangeType } from './ntt.types.ts';
import { slotCount } from './place.ts';

type Bit = Signal<typeof Bool>;
type Job = View<ReturnType<typeof jobType>>;

const operandPorts = (p: NttParams) => {
  const word = UInt(nttWordBits(p));
  return {
    job: input(jobType(p), 'holds while a group is on its way'),
    modulus: input(word),
    group: {
      valid: input(Bool, 'T3'),
      half: input(Bool, 'the second row of a pair of vectors'),
      alone: input(Bool, 'there is only one butterfly'),
      cross: input(Bool, 'it exchanges'),
      upper: input(Bool, 'the number of this node has the bit of the stage'),
      words: input(Vec(slotCount, word)),
    },
    twiddles: input(Vec(butterflies, word), 'T5, without the time of an exchange'),
    send: output(exchangeType(p), 'T3'),
    came: input(exchangeType(p), 'k + 1 cycles later'),
    pair: { valid: output(Bool, 'T5'), operands: output(Vec(butterflies, operandsType(p))) },
    kept: output(Vec(butterflies, word), 'T5'),
    word: output(word, 'T5'),
  };
};
type OperandPorts = Ports<ReturnType<typeof operandPorts>>;

/** A group on its way, T3. */
interface Flight {
  readonly valid: Bit;
  /** The second row of a pair of vectors. */
  readonly half: Bit;
  /** There is only one butterfly. */
  readonly alone: Bit;
  readonly words: Group;
}

/**
 * From groups of words to pairs of products and what is kept beside them.
 *
 * T3: words of a group; a distributed DIF exchanges first and is k + 1 cycles later from here on. Two rows of vectors make a pair at once and another
 * one in the next cycle. T5: sums and differences are there; operands and kept words leave.
 *
 * | | a | b | kept |
 * |---|---|---|---|
 * | DIF | u - v | w | u + v |
 * | DIT | v | w | u |
 * | powers | u | w | u |
 * | product of vectors | u | v | - |
 * | sum, difference, copy | - | - | u + v, u - v, u |
 *
 * A butterfly that does not exist has operands 0. A word that the host reads (first of its group, no job) leaves as `word` at T5.
 */
export const nttOperands = block(
  'ntt_operands',
  NttParams,
  (m, p) => {
    const word = UInt(nttWordBits(p));
    const io = m.ports(operandPorts(p));
    const { job } = io;
    const exchange = nodeBits(p) > 0 ? describeExchange(m, p, io) : null;
    const flight: Flight = exchange?.flight ?? { ...io.group, words: [...io.group.words] };
    const w = exchange?.twiddles ?? [...io.twiddles];

    const { valid, u, v } = describePairs(m, job, flight);
    const differences: Signal[] = [];
    const sums: Signal[] = [];
    for (let i = 0; i < butterflies; i++) {
      const adder = m.instances({ [`adder_${i}`]: modularAdd({ width: word.width }) })[`adder_${i}`]!;
      adder.a.assign(u[i]!);
      adder.b.assign(v[i]!);
      adder.p.assign(io.modulus);
      sums.push(adder.sum);
      differences.push(adder.difference);
    }
    const late = (key: string, value: Signal): Signal => delayed(m, key, value, modularAddLatency);
    const lateU = u.map((value, i) => late(`u_${i}`, value));
    const lateV = v.map((value, i) => late(`v_${i}`, value));
    io.pair.valid.assign(validChain(m, 'valid', valid, modularAddLatency).at(-1)!);
    for (let i = 0; i < butterflies; i++) {
      m.drive(io.pair.operands.at(i), {
        a: job.dif.mux(differences[i]!, job.dit.mux(lateV[i]!, lateU[i]!)),
        b: job.mul.mux(lateV[i]!, w[i]!),
      });
      io.kept.at(i).assign(job.dif.or(job.add).mux(sums[i]!, job.sub.mux(differences[i]!, lateU[i]!)));
    }
    // Without a job the first word of a group is v of the first pair.
    io.word.assign(lateV[0]!);
    return io;
  },
  { doc: 'Operands of butterflies and of vector operations.' },
);

/** The pairs of a group: of butterflies both at once; of two rows four products in two cycles. */
function describePairs(m: ModuleBuilder, job: Job, { valid, half, alone, words }: Flight) {
  const types = words.map((word) => UInt(word.width));
  const held = types.map((type, i) => m.regs({ [`held_${i}`]: type })[`held_${i}`]!);
  const later = types.slice(2).map((type, i) => m.regs({ [`later_${i}`]: type })[`later_${i}`]!);
  const { second } = m.regs({ second: Bool.init(0) });
  const { staged, closes } = m.nets({ staged: isStaged(job), closes: valid.and(half) });
  m.when(valid.and(half.not()), () => held.forEach((reg, i) => reg.next(words[i]!)));
  m.when(closes, () => later.forEach((reg, i) => reg.next(words[i + 2]!)));
  second.next(closes.and(staged.not()).and(job.mask.high(job.mask.width - 1).ne(0)));
  const isThere = alone.not().replicate(words[0]!.width);
  const ofVectors = (i: number) => ({
    u: second.mux(held[i + 2]!, held[i]!),
    v: second.mux(later[i]!, words[i]!),
  });
  const pairs = Array.from({ length: butterflies }, (_, i) => {
    const vectors = ofVectors(i);
    const u = staged.mux(words[2 * i]!, vectors.u);
    const v = staged.mux(words[2 * i + 1]!, vectors.v);
    return i === 0 ? { u, v } : { u: u.and(isThere), v: v.and(isThere) };
  });
  return {
    valid: staged.mux(valid, closes.or(second)),
    u: pairs.map(({ u }) => u),
    v: pairs.map(({ v }) => v),
  };
}

/** Groups and twiddles of a distributed DIF after the exchange; all others without delay. */
function describeExchange(m: ModuleBuilder, p: NttParams, io: OperandPorts) {
  const { job, group, send, came } = io;
  const cycles = exchangeLatency(p);
  const words: readonly Signal[] = [...group.words];
  const { distributed } = m.nets({ distributed: job.dif.and(job.across) });
  m.drive(send, { valid: group.valid.and(group.cross).and(job.dif), words: sent(words, group.upper) });

  const own = words.map((word, i) => delayed(m, `own_${i}`, word, cycles));
  const flags = group.valid.concat(group.half, group.alone, group.cross, group.upper);
  const late = validChain(m, 'flags', flags, cycles).at(-1)!;
  const [upper, cross, alone, half, valid] = [0, 1, 2, 3, 4].map((i) => late.bit(i)) as [Bit, Bit, Bit, Bit, Bit];
  m.assert('exchange_in_step', job.dif.not().or(valid.and(cross).eq(came.valid)), 'nodes are out of step');
  const mixed = exchanged(own, [...came.words], upper).map((word, i) => cross.mux(word, own[i]!));
  const flight: Flight = {
    valid: distributed.mux(valid, group.valid),
    half: distributed.mux(half, group.half),
    alone: distributed.mux(alone, group.alone),
    words: mixed.map((word, i) => distributed.mux(word, words[i]!)),
  };
  const twiddles = [...io.twiddles].map((word, i) => distributed.mux(delayed(m, `twiddle_${i}`, word, cycles), word));
  return { flight, twiddles };
}
