// SPDX-License-Identifier: Apache-2.0
import { block, Bool, type Signal, UInt } from '../../../dsl/index.ts';
import { delayed, validAfter } from '../arith/delay.ts';
import { unreduced, unreducedLatency } from '../arith/unreduced.ts';
import { laneBits, modeBits, modes, modularLatency, productLatency } from '../tcore.params.ts';
import { finish } from './lane-finish.ts';
import { LaneParams, type LanePorts, lanePorts } from './lane-ports.ts';
import { checkPhases, followTags, stepsAfter } from './lane-tags.ts';
import { keptLow, waitForU } from './lane-wait.ts';

/**
 * A lane of TCore: three Montgomery products in turn on one multiplier (paper 3.5, 4.1).
 *
 * Law: operands that enter at t are multiplied, T = a b; at t + LP the bank gives T and takes (T mod R) p', at t + 2 LP m = that mod R and takes m p, at
 * t + 3 LP it gives U, and T's upper part has waited in a memory. t = (T >> n) + (U >> n) + (T mod R != 0), less p where that is not below
 * 0, three cycles later. As LP = 1 mod 3, each phase has cycles of its own. Product-only mode: the product, one cycle after the bank has
 * it. An operand not below p raises `unreduced` for a cycle, 3 cycles after it entered; its result is meaningless. Shapes: operands n bits of the mode, zeros above; results likewise. Paths: choice and operand register; carry-save and sums of blocks of 63
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
    const entered = validAfter(m, 'modular', io.request.fire.and(io.whole.not()), 1);
    const misfit = unreduced(m, { values: [a, b], modulus: io.modulus, valid: entered });
    io.unreduced.assign(misfit);

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

    checkPhases(m, p, io, tags);

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
    const meaningless = delayed(m, 'meaningless', misfit, modularLatency(p) - 2 - unreducedLatency);
    const inRange = finished.excess.lt(io.modulus);
    m.assert('less_than_twice_modulus', done.not().or(io.whole).or(meaningless).or(inRange));
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
