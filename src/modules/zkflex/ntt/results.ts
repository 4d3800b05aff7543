// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  Bundle,
  input,
  type ModuleBuilder,
  output,
  type Signal,
  UInt,
  unpack,
  Vec,
  type View,
  type Wire,
} from '../../../dsl/index.ts';
import { delayed, validChain } from '../arith/delay.ts';
import { modularAdd, modularAddLatency } from '../arith/modular-add.ts';
import { exchanged, exchangeLatency, sent, swapOf, upperOf } from './exchange.ts';
import { isAlone, isStaged, jobType, type positionType, rowBits } from './job.types.ts';
import { butterflies, nodeBits, NttParams, nttWordBits } from './ntt.params.ts';
import { exchangeType } from './ntt.types.ts';
import { placeFields, writeType } from './banks.ts';
import { bankOf, slotCount } from './place.ts';
import { nttWalk } from './walk.ts';

type Bit = Signal<typeof Bool>;
type Job = View<ReturnType<typeof jobType>>;
type Position = View<ReturnType<typeof positionType>>;

/**
 * From products and kept words to groups in memory.
 *
 * A pair is taken at C, its results are written at the end of C + 3 to where it was read; a distributed DIT exchanges before and takes k + 1
 * cycles more. `finished` at C + 2 then says that a group that is decided on in the next cycle reads the new words.
 *
 * | | first result | second result |
 * |---|---|---|
 * | DIF, powers | kept | product |
 * | DIT | kept + product | kept - product |
 * | product of vectors | product | |
 * | sum, difference, copy | kept | |
 */
export const nttResults = block(
  'ntt_results',
  NttParams,
  (m, p) => {
    const word = UInt(nttWordBits(p));
    const pair = Vec(butterflies, word);
    const k = nodeBits(p);
    const io = m.ports({
      start: input(Bool),
      job: input(jobType(p), 'holds from `start` on'),
      modulus: input(word),
      node: input(UInt(k), 'number of this node'),
      take: input(Bool, 'C: a pair'),
      kept: input(pair, 'C'),
      products: input(pair, 'C'),
      write: output(writeType(p), 'C + 3'),
      finished: output(Bool, 'C + 2'),
      swap: output(UInt(k), 'C + 3'),
      send: output(exchangeType(p), 'C + 3'),
      came: input(exchangeType(p), 'k + 1 cycles later'),
    });
    const { job } = io;
    const { staged } = m.nets({ staged: isStaged(job) });
    const { walk } = m.instances({ walk: nttWalk(p) });
    const { at } = walk;
    walk.start.assign(io.start);
    m.drive(walk.job, job);
    const { has_halves: hasHalves } = m.nets({ has_halves: staged.not().and(job.mask.high(job.mask.width - 1).ne(0)) });
    walk.halves.assign(hasHalves);
    walk.step.assign(io.take);

    // C + 1
    const taken = m.regs({ first: pair, product: pair });
    m.when(io.take, () => {
      taken.first.next(io.kept);
      taken.product.next(io.products);
    });
    const place = m.regs({
      address: UInt(at.index.width),
      stride: UInt(rowBits(p)),
      odd: Bool,
      slots: UInt(slotCount),
    });
    place.address.next(job.dst.or(at.index));
    place.stride.next(staged.mux(at.pairBit.high(rowBits(p)), 0));
    place.odd.next(staged.and(at.pair.bit(0)));
    place.slots.next(slotsOf(m, job, staged, at));

    // C + 3
    const words = describeWords(m, p, io, staged, taken);
    const row = place.address.high(rowBits(p));
    const packed = row.concat(bankOf(place.address), place.stride, place.odd, place.slots);
    const whole: Whole = {
      valid: validChain(m, 'valid', io.take, modularAddLatency + 1),
      place: delayed(m, 'place', packed, modularAddLatency),
      words,
    };
    const done = k === 0 ? whole : describeExchange(m, p, io, at, whole);
    const [wrote, finished] = [done.valid.at(-1)!, done.valid.at(-2)!];
    io.finished.assign(finished);
    const at3 = unpack(done.place, Bundle({ ...placeFields(p), slots: UInt(slotCount) }));
    m.drive(io.write, { ...at3, slots: at3.slots.and(wrote.replicate(slotCount)), words: done.words });
    return io;
  },
  { doc: 'Results of butterflies and of vector operations into memory.' },
);

/** At the same time: valid from the taking of a pair to its writing, its place, its four words. */
interface Whole {
  readonly valid: readonly Signal[];
  readonly place: Signal;
  readonly words: readonly Signal[];
}

/** Slots that are written, of a pair that is taken now: not those of elements that do not exist. */
function slotsOf(m: ModuleBuilder, job: Job, staged: Bit, at: Position): Signal {
  const type = UInt(slotCount);
  const { alone, one } = m.nets({ alone: isAlone(job, at.pair), one: job.mask.eq(0) });
  const ofRows = at.half.mux(m.lit(0b1100, type), one.mux(m.lit(0b0001, type), m.lit(0b0011, type)));
  return staged.mux(alone.mux(m.lit(0b0011, type), m.lit(0b1111, type)), ofRows);
}

function describeWords(
  m: ModuleBuilder,
  p: NttParams,
  io: { readonly job: Job; readonly modulus: Signal },
  staged: Bit,
  taken: { readonly first: Iterable<Signal>; readonly product: Iterable<Signal> },
): Signal[] {
  const { job } = io;
  const [kept, products] = [[...taken.first], [...taken.product]];
  const results = kept.map((u, i) => {
    const adder = m.instances({ [`adder_${i}`]: modularAdd({ width: nttWordBits(p) }) })[`adder_${i}`]!;
    adder.a.assign(u);
    adder.b.assign(products[i]!);
    adder.p.assign(io.modulus);
    const lateKept = delayed(m, `late_kept_${i}`, u, modularAddLatency);
    const lateProduct = delayed(m, `product_${i}`, products[i]!, modularAddLatency);
    return {
      first: job.dit.mux(adder.sum, job.mul.mux(lateProduct, lateKept)),
      second: job.dit.mux(adder.difference, lateProduct),
    };
  });
  // A pair of vectors has one result each: both halves of a row are offered it.
  return [0, 1].flatMap((i) => [
    staged.mux(results[i]!.first, results[0]!.first),
    staged.mux(results[i]!.second, results[1]!.first),
  ]);
}

interface ExchangePorts {
  readonly job: Job;
  readonly node: Signal;
  readonly swap: Wire;
  readonly send: View<ReturnType<typeof exchangeType>, 'wire'>;
  readonly came: View<ReturnType<typeof exchangeType>>;
}

function describeExchange(m: ModuleBuilder, p: NttParams, io: ExchangePorts, at: Position, whole: Whole): Whole {
  const cycles = exchangeLatency(p);
  const { distributed } = m.nets({ distributed: io.job.dit.and(io.job.across) });
  const crosses = at.cross.and(io.job.dit);
  const flags = delayed(m, 'flags', crosses.concat(upperOf(io.node, at.pair)), modularAddLatency + 1);
  const [upper, cross] = flags.toBits() as [Bit, Bit];
  const wrote = whole.valid.at(-1)!;
  io.swap.assign(delayed(m, 'swap', swapOf(m, p, crosses, at.pair), modularAddLatency + 1));
  m.drive(io.send, { valid: wrote.and(cross), words: sent(whole.words, upper) });

  const own = whole.words.map((word, i) => delayed(m, `own_${i}`, word, cycles));
  const lateFlags = delayed(m, 'late_flags', flags, cycles);
  const [lateUpper, lateCross] = lateFlags.toBits() as [Bit, Bit];
  const late = validChain(m, 'late', wrote, cycles);
  m.assert(
    'exchange_in_step',
    distributed.not().or(late.at(-1)!.and(lateCross).eq(io.came.valid)),
    'nodes are out of step',
  );
  const mixed = exchanged(own, [...io.came.words], lateUpper).map((word, i) => lateCross.mux(word, own[i]!));
  const choose = (there: Signal, here: Signal): Signal => distributed.mux(there, here);
  return {
    valid: [choose(late.at(-2)!, whole.valid.at(-2)!), choose(late.at(-1)!, wrote)],
    place: choose(delayed(m, 'late_place', whole.place, cycles), whole.place),
    words: mixed.map((word, i) => choose(word, whole.words[i]!)),
  };
}
