// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, SInt, UInt } from '../../../dsl/index.ts';
import { entryWriteType, laneModeType, serialStepType } from './cfse.types.ts';
import { describeProduct, positive } from './lane-product.ts';
import { clamped, halved, shiftedTwice } from './rounding.ts';
import { rowStatistics } from './row-statistics.ts';

/**
 * One row of the special function unit. A column enters every cycle and leaves in a fixed stage; the law is that of `golden/cfse.ts`.
 *
 *     0 .. 6    `lane-product.ts`: sum, wide product
 *     7 .. 9    shift: S (RQ, AXPY), Ss (SOFTMAX), 31 - places (LN)
 *     10        RQ, AXPY: rounded and clamped; SOFTMAX: t = min(., 4095); LN: the normalised value
 *     11        EXP[t & 255] from outside; GELU table
 *     12        result of RQ and AXPY; |y| > theta; factors e and r (SOFTMAX), value and gain (LN)
 *     13, 14    their product, 23 x 17 bits; + offset (LN)
 *     15 .. 18  shift by 30 (SOFTMAX) or S (LN), rounded and clamped to 8 bits
 *
 * Five multipliers that map to DSP blocks: 16 x 18 and 16 x 16 (x * factor), 18 x 19 and 17 x 19 (w * g), 23 x 17, and none in one cycle with
 * another. `result` is a register behind stage 3 (COPY, PSUB), 12 (RQ, AXPY) or 18 (LN, SOFTMAX).
 *
 * What is not kept (mask bit 0) has no effect on the row's statistics and gives 0 with MASK_IN and SOFTMAX, even if the operand is unknown.
 * Longest paths: carry chains of 34 bits with a multiplexer before them; four levels of shifting; comparison of |y| behind the GELU table.
 */
export const lane = block(
  'cfse_lane',
  z.strictObject({}),
  (m) => {
    const io = m.ports({
      mode: input(laneModeType),
      counts: input(Bool, 'the row is live: it may be marked and report an overflow'),
      shift: input(UInt(6)),
      keep: input(UInt(32), 'AXPY: scale of B; LN: epsilon'),
      limit: input(SInt(17), 'theta'),
      length: input(UInt(13), 'LN: D'),
      stored: input(SInt(32), 'A from OMEM, stage 0; so are the next five'),
      loaded: input(SInt(16), 'A from the scratchpad'),
      b: input(SInt(32), 'B, or x of LN'),
      p: input(SInt(32), 'P'),
      kept: input(Bool, 'mask bit'),
      offset: input(SInt(32)),
      gain: input(UInt(16), 'stage 2; SOFTMAX: Ms'),
      late_gain: input(SInt(16), 'stage 11'),
      late_offset: input(SInt(32), 'stage 13'),
      clear: input(Bool, 'a command begins'),
      take: {
        largest: input(Bool, 'stage 1 holds a column of the first pass of SOFTMAX; likewise'),
        total: input(Bool, 'stage 1, first of LN'),
        square: input(Bool, 'stage 2, first of LN'),
        exponential: input(Bool, 'stage 12, second of SOFTMAX'),
      },
      step: input(serialStepType),
      entry: input(entryWriteType, 'write of the GELU table'),
      exp: { address: output(UInt(8), 'stage 10'), data: input(UInt(16), 'stage 11') },
      beyond: output(Bool, 'stage 3: the sum has left 32 bits in a row that counts'),
      mark: output(Bool, 'stage 12: |y| > theta'),
      result: output(SInt(32), 'one cycle after stage 3, 12 or 18'),
    });
    const { mode } = io;
    const { statistics } = m.instances({ statistics: rowStatistics({}) });
    const pipe = m.pipeline('lane');
    const given = { stored: io.stored, loaded: io.loaded, b: io.b, p: io.p, kept: io.kept, offset: io.offset };
    const { first, second, w, product } = describeProduct(m, pipe, given, {
      mode,
      keep: io.keep,
      length: io.length,
      gain: io.gain,
      largest: statistics.largest_score,
      minusSum: statistics.minus_sum,
      inverse: statistics.quotient.low(18),
    });
    const keptAt = (stage: number) => pipe.delayTo({ kept: first.kept }, stage).kept;

    const plain = pipe.outputs({ plain: w.trunc(32) }).plain;
    const fits = w.slice(33, 31).andR().or(w.slice(33, 31).orR().not());
    io.beyond.assign(pipe.outputs({ beyond: fits.not().and(keptAt(3).or(mode.mask_in.not())) }).beyond.and(io.counts));

    const amount = mode.norm.mux(statistics.places.not().resize(6), io.shift);
    const q = shiftedTwice(pipe, 'value', product, amount, 21);
    const nearest = halved(q);
    const whole = q.high(20).asSInt();
    const tenth = pipe.regs({
      n: whole,
      t: whole
        .asUInt()
        .high(8)
        .orR()
        .mux(m.lit(4095, UInt(12)), whole.asUInt().low(12)),
      y: mode.axpy.mux(clamped(nearest, 16), clamped(nearest, 8).resize(16)),
    });
    io.exp.address.assign(pipe.outputs({ fraction: tenth.t.low(8) }).fraction);
    const { gelu_table } = m.mems({ gelu_table: memory(SInt(8), 256, { style: 'distributed' }) });
    gelu_table.write(io.entry.address, io.entry.data.asSInt(), { enable: io.entry.enable });
    const { index } = pipe.outputs({ index: tenth.y.asUInt().low(8) });
    const gelu = gelu_table.read('entry', index, { enable: mode.gelu });
    const { n, y, octaves } = pipe.delayTo({ n: tenth.n, y: tenth.y, octaves: tenth.t.high(4) }, 11);

    const activated = mode.gelu.mux(gelu.resize(16), y);
    const magnitude = activated.trunc(8).msb().mux(activated.trunc(8).neg(), activated.trunc(8)).asUInt();
    // -128 counts as 127.
    const code = magnitude.msb().mux(m.lit(127, UInt(7)), magnitude.low(7));
    const e = keptAt(11).and(mode.softmax).mux(io.exp.data.shr(octaves), 0);
    const twelfth = pipe.regs({
      middle: keptAt(11).or(mode.mask_in.not()).mux(activated, 0),
      mark: positive(code, 17).gt(io.limit).and(io.counts),
      multiplicand: mode.norm.mux(n.resize(23), positive(statistics.quotient, 23)),
      multiplier: mode.norm.mux(io.late_gain.resize(17), positive(e, 17)),
    });
    io.mark.assign(pipe.outputs({ mark: twelfth.mark }).mark);
    const { scaled } = pipe.regs({ scaled: twelfth.multiplicand.mul(twelfth.multiplier) });
    const { moved } = pipe.regs({ moved: scaled.addWrap(mode.norm.mux(io.late_offset.resize(40), 0)) });
    const end = shiftedTwice(pipe, 'late', moved, mode.norm.mux(io.shift, 30), 9);
    const { late } = pipe.outputs(pipe.regs({ late: clamped(halved(end), 8) }));

    const { middle } = pipe.outputs({ middle: twelfth.middle });
    const { outcome } = m.regs({ outcome: SInt(32) });
    const scaledResult = mode.norm.or(mode.softmax).mux(late.resize(32), middle.resize(32));
    outcome.next(mode.plain.mux(plain, scaledResult));
    io.result.assign(outcome);

    m.drive(statistics.largest, {
      take: io.take.largest.and(pipe.outputs({ kept: first.kept }).kept),
      value: pipe.outputs({ a: first.a }).a,
    });
    m.drive(statistics.total, { take: io.take.total, value: pipe.outputs({ x: first.x }).x });
    m.drive(statistics.square, {
      take: io.take.square,
      value: pipe.outputs({ s: second.low_part.asUInt().low(31) }).s,
    });
    m.drive(statistics.exponential, {
      take: io.take.exponential,
      value: pipe.outputs({ e: twelfth.multiplier.asUInt().low(16) }).e,
    });
    statistics.clear.assign(io.clear);
    m.drive(statistics.step, io.step);
    statistics.softmax.assign(mode.softmax);
    statistics.epsilon.assign(io.keep);
    return io;
  },
  { doc: 'Row of the special function unit: requantise, scaled sum, LayerNorm, softmax, copy, difference.' },
);
