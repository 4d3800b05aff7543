// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
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
  sink,
  UInt,
} from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { carrySave } from '../arith/carry-save.ts';
import { blockSums, resolve } from '../arith/carry-select.ts';
import { Stages } from '../arith/stages.ts';
import { laneBits, laneCount, modeBits, modes, productLatency, TCoreParams } from '../tcore.params.ts';
import { laneRequestType } from '../tcore.types.ts';

export const LaneParams = z.strictObject({
  ...TCoreParams.shape,
  lane: z
    .int()
    .min(0)
    .max(laneCount - 1)
    .describe('Which lane; it says in which modes there is one.'),
});
type LaneParams = z.output<typeof LaneParams>;

/** Words of the memory in which T waits: one comes every three cycles and stays for 2 LP. */
const waitingWords = (p: LaneParams): number => (2 * productLatency(p) + 1) / 3;

/** Steps of the queue of tags until a cycle that is `products` products later; see `followTags`. */
const stepsAfter = (p: LaneParams, products: number): number => Math.ceil((products * productLatency(p)) / 3);

const lanePorts = (p: LaneParams) => {
  const word = UInt(laneBits(p, p.lane));
  return {
    mode: input(UInt(2), 'mode'),
    whole: input(Bool, 'product-only mode'),
    phase: input(UInt(2), "product that enters: 0 a b, 1 T p', 2 m p"),
    open: input(Bool, 'operands may enter in this cycle'),
    modulus: input(word, 'p'),
    inverse: input(word, "p'"),
    request: sink(laneRequestType(p, p.lane), 'operands'),
    result: {
      valid: output(Bool),
      x: output(UInt(2 * word.width), 'modular product in the low half, or the whole product; 0 while not valid'),
      tag: output(UInt(p.tagBits), '0 while not valid'),
    },
    bank: {
      valid: output(Bool, 'operands of a product'),
      a: output(word, 'factor'),
      b: output(word, 'factor'),
      x: input(UInt(2 * word.width), 'product of LP cycles before, counted to here'),
    },
  };
};
type LanePorts = Ports<ReturnType<typeof lanePorts>>;

/**
 * A lane of TCore: three Montgomery products in turn on one multiplier (paper 3.5, 4.1).
 *
 * Law: operands that enter at t are multiplied, T = a b; at t + LP the bank gives T and takes (T mod R) p', at t + 2 LP m = that mod R and takes m p, at
 * t + 3 LP it gives U, and T's upper part has waited in a memory. t = (T >> n) + (U >> n) + (T mod R != 0), less p where that is not below
 * 0, three cycles later. As LP = 1 mod 3, each phase has cycles of its own. Product-only mode: the product, one cycle after the bank has
 * it. Shapes: operands n bits of the mode, zeros above; results likewise. Paths: choice and operand register; carry-save and sums of blocks of 63
 * bits; carries between blocks; choice. Only flags have a reset.
 */
export const tcoreLane = block(
  'tcore_lane',
  LaneParams,
  (m, p) => {
    const io = m.ports(lanePorts(p));
    const bits = laneBits(p, p.lane);
    const here = modes.map((_, mode) => mode).filter((mode) => p.lane < modes[mode]!.lanes);
    const isHere =
      here.length === modes.length ? m.lit(1, Bool) : here.map((mode) => io.mode.eq(mode)).reduce((a, b) => a.or(b));
    io.request.ready.assign(io.open.and(isHere));

    const tags = followTags(m, p, io);
    const { first, second } = m.nets({ first: io.phase.eq(0), second: io.phase.eq(1) });
    const { given } = m.nets({
      given: first.mux(io.request.fire, second.mux(tags.valid[stepsAfter(p, 1)]!, tags.valid[stepsAfter(p, 2)]!)),
    });
    const { a, b, valid } = m.regs({ a: UInt(bits), b: UInt(bits), valid: Bool.init(0) });
    valid.next(given);
    m.when(given, () => {
      a.next(first.mux(io.request.payload.a, io.bank.x.trunc(bits)));
      b.next(first.mux(io.request.payload.b, second.mux(io.inverse, io.modulus)));
    });
    io.bank.valid.assign(valid);
    io.bank.a.assign(a);
    io.bank.b.assign(b);
    const { payload } = io.request;
    const canonical = payload.a.lt(io.modulus).and(payload.b.lt(io.modulus));
    m.assert('operands_below_modulus', io.request.fire.not().or(io.whole).or(canonical), 'an operand is not below p');

    const upper = ofMode(p, io, here, (n) => io.bank.x.slice(2 * n - 1, n).resize(bits));
    const rest = ofMode(p, io, here, (n) => io.bank.x.trunc(n).orR());
    const waited = waitForU(m, p, io, { upper, rest });
    const finished = finish(m, { T: waited.upper, U: upper, carry: waited.rest, modulus: io.modulus });
    const lowT = keptLow(m, p, io);
    const lowSum = ofMode(p, io, here, (n) => lowT.addWrap(io.bank.x.trunc(bits)).trunc(n).orR());
    const anyLow = ofMode(p, io, here, (n) => lowT.trunc(n).orR());
    const isU = tags.valid[stepsAfter(p, 3)]!.and(first).and(io.whole.not());
    m.assert('low_halves_cancel', isU.not().or(lowSum.not()), 'T + U is no multiple of R');
    m.assert('carry_of_low_halves', isU.not().or(anyLow.eq(waited.rest)));

    const last = productLatency(p) + 1;
    const { done } = m.nets({
      done: io.whole.mux(tags.valid[last - 1]!, io.phase.eq(2).and(tags.valid[last]!)),
    });
    const result = m.regs({ leaving: Bool.init(0), x: UInt(2 * bits), tag: UInt(p.tagBits) });
    result.leaving.next(done);
    const x = io.whole.mux(io.bank.x, finished.result.resize(2 * bits));
    const tag = io.whole.mux(tags.tag[last - 1]!, tags.tag[last]!);
    result.x.next(done.mux(x, 0));
    result.tag.next(done.mux(tag, 0));
    m.assert('less_than_twice_modulus', done.not().or(io.whole).or(finished.excess.lt(io.modulus)));
    io.result.valid.assign(result.leaving);
    io.result.x.assign(result.x);
    io.result.tag.assign(result.tag);
    return io;
  },
  { doc: 'A lane of TCore: the three products of a Montgomery multiplication in turn, and its last addition.' },
);

/** A value that depends on the bits of an operand in the mode. */
function ofMode(p: LaneParams, io: LanePorts, here: readonly number[], value: (n: number) => Signal): Signal {
  const [narrowest, ...wider] = here;
  return wider.reduce(
    (rest, mode) => io.mode.eq(mode).mux(value(modeBits(p, mode)), rest),
    value(modeBits(p, narrowest!)),
  );
}

/**
 * Tags and valid bits of all that is in flight: a queue that moves when operands may enter, LP + 1 steps long in both modes. An operation that
 * entered at t is at step k from t + 3(k-1) + 1 to t + 3k, in product-only mode at t + k.
 */
function followTags(m: ModuleBuilder, p: LaneParams, io: LanePorts) {
  const moves = io.whole.or(io.phase.eq(0));
  const valid: Signal<typeof Bool>[] = [io.request.fire];
  const tag: Signal[] = [io.request.payload.tag];
  for (let k = 1; k <= productLatency(p) + 1; k++) {
    const names = [`valid_${k}`, `tag_${k}`] as const;
    const v = m.regs({ [names[0]]: Bool.init(0) })[names[0]]!;
    const t = m.regs({ [names[1]]: UInt(p.tagBits) })[names[1]]!;
    m.when(moves, () => {
      v.next(valid[k - 1]!);
      t.next(tag[k - 1]!);
    });
    valid.push(v);
    tag.push(t);
  }
  return { valid, tag };
}

/** Writes T's upper part when the bank gives it (phase 1) and has it there again with U, 2 LP cycles later (phase 0). */
function waitForU(
  m: ModuleBuilder,
  p: LaneParams,
  io: LanePorts,
  T: { readonly upper: Signal; readonly rest: Signal },
) {
  const depth = waitingWords(p);
  const type = Bundle({ upper: UInt(T.upper.width), rest: Bool });
  const { waiting } = m.mems({
    waiting: memory(type, depth, { style: 'distributed', comment: 'T >> n and T mod R != 0' }),
  });
  const { place } = m.regs({ place: UInt(clog2(depth)).init(0) });
  m.when(io.phase.eq(1), () => {
    waiting.write(place, T);
    place.next(place.eq(depth - 1).mux(0, place.addWrap(1)));
  });
  // The next place to be written holds the oldest word.
  return waiting.read('oldest', place, { enable: io.phase.eq(2) });
}

/** T mod R at the time of U: only the assertions want it. */
function keptLow(m: ModuleBuilder, p: LaneParams, io: LanePorts): Signal {
  const bits = laneBits(p, p.lane);
  let last: Signal = io.bank.x.trunc(bits);
  for (let k = 1; k <= waitingWords(p); k++) {
    const name = `low_${k}`;
    const reg = m.regs({ [name]: UInt(bits) })[name]!;
    const value = last;
    m.when(io.phase.eq(1), () => reg.next(value));
    last = reg;
  }
  return last;
}

/** t = T + U + carry, and t - p where that is not negative, three cycles later: the sums side by side, then the choice. */
function finish(m: ModuleBuilder, given: Readonly<Record<'T' | 'U' | 'carry' | 'modulus', Signal>>) {
  const stages = new Stages(m, 'all');
  const { T, U, carry } = stages.enter({ T: given.T, U: given.U, carry: given.carry });
  const bits = T.width + 1;
  const [wideT, wideU] = [T.resize(bits), U.resize(bits)];
  const rows = carrySave(wideT, wideU, given.modulus.resize(bits).not(), T.constant(1n, 1));
  const sums = blockSums(stages, 't', wideT, wideU);
  const less = blockSums(stages, 'less', rows.sum, rows.carries);
  const held = stages.level({ carry, at: sums.zero[0]! }).carry;
  const both = stages.cut({
    sum: resolve(stages, 't', sums, held).sum,
    difference: resolve(stages, 'less', less, held).sum,
  });
  const { sum, difference } = stages.pipe.outputs(both);
  return {
    result: difference.msb().mux(sum.trunc(T.width), difference.trunc(T.width)),
    excess: difference.msb().mux(difference.constant(0n, T.width), difference.trunc(T.width)),
  };
}
