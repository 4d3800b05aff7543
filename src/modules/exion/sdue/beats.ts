// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  input,
  type ModuleBuilder,
  output,
  type Ports,
  type Reg,
  type Signal,
  sink,
  UInt,
} from '../../../dsl/index.ts';
import { fit } from '../../lib/fit.ts';
import { join } from '../../lib/join.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { beatType } from './array.ts';
import { increment } from '../../lib/increment.ts';
import { chunkWords, SdueParams, slotDrain, widths } from './sdue.params.ts';
import { chunkReader, jobType, locatedPassType, weightReadType } from './sdue.types.ts';

type Bit = Signal<typeof Bool>;

const beatPorts = (p: SdueParams) => {
  const { enable, buffer, index, word } = chunkReader(p);
  return {
    start: input(Bool, 'pulse before the first cycle of `running`'),
    running: input(Bool, '`job` holds'),
    job: input(jobType(p)),
    pass: sink(locatedPassType(p), 'stays until its last beat'),
    chunks: { enable, buffer, index, word },
    beat: output(beatType(p), 'T0: to the array'),
    begins: output(Bool, 'T0: the first beat of a pass'),
    x: { enable: output(Bool, 'T1: reads IMEM'), address: output(UInt(widths(p).input)) },
    weights: output(weightReadType(p), 'T1: reads WMEM'),
  };
};
type BeatPorts = Ports<ReturnType<typeof beatPorts>>;

/**
 * Beats of the passes: k words of the contraction, or the chunks of K-merge, one a cycle.
 *
 * The array cannot be stopped, so the one beat that matters waits here: the last beat of a pass comes at least D cycles after the last beat
 * of the pass before it, D = slots * C / PD of that one. Then each pass is captured when the drain of the one before it ends. So pass i
 * takes max(beats, D of pass i - 1) cycles. A chunk is read one beat ahead and waits in its reader.
 *
 * Paths: registers to memory addresses; chunk memory, adder of the block's first word, address register.
 */
export const sdueBeats = block(
  'sdue_beats',
  SdueParams,
  (m, p) => {
    const io = m.ports(beatPorts(p));
    const w = widths(p);
    const { job } = io;
    const pass = io.pass.payload;
    const { at } = m.regs({ at: UInt(w.beats).init(0) });
    const { gap } = m.regs({ gap: UInt(bitsFor(p.slots * slotDrain(p) - 1)).init(0) });
    const {
      needs_chunk: needsChunk,
      is_first: isFirst,
      is_last: isLast,
    } = m.nets({
      needs_chunk: job.chunked.and(job.zero.not()),
      is_first: at.eq(0),
      is_last: at.addWrap(1).eq(job.beats),
    });
    const { chunk_ready: chunkReady } = m.regs({ chunk_ready: Bool.init(0) });
    const { issue } = m.nets({
      issue: io.pass.valid.and(chunkReady.or(needsChunk.not())).and(isLast.and(gap.ne(0)).not()),
    });
    const { runs } = m.nets({ runs: issue.and(job.zero.not()) });
    io.pass.ready.assign(issue.and(isLast));
    io.begins.assign(issue.and(isFirst));

    m.when(issue, () => at.next(isLast.mux(0, at.addWrap(1))));
    const drained = pass.slots
      .subWrap(1)
      .low(w.slot)
      .concat(m.lit(slotDrain(p) - 1, UInt(clog2(slotDrain(p)))));
    const passing = m.when(io.pass.fire, () => gap.next(drained));
    if (gap.width > 0) passing.elsewhen(gap.ne(0), () => gap.next(gap.subWrap(1)));

    describeChunks(m, p, io, needsChunk, issue, chunkReady);
    const inUse = Array.from({ length: p.slots }, (_, s) => job.chunked.or(pass.slots.gt(s)));
    m.drive(io.beat, {
      valid: runs,
      first: isFirst,
      last: io.pass.fire,
      slots: join<Signal>(at, inUse),
      lane_slots: io.chunks.word.ws.map((planes) => planes.map((plane) => job.chunked.mux(plane, 0))),
      occ: pass.occ,
      ws: pass.ws,
      xs: pass.xs,
      cv: pass.cv,
    });
    describeAddresses(m, p, io, runs, isFirst, at);
    return io;
  },
  { doc: 'Beats of the array: addresses of inputs and weights, chunks of K-merge, distance of the passes.' },
);

/** Reads chunks ahead, over and over: every pass takes all of them. */
function describeChunks(
  m: ModuleBuilder,
  p: SdueParams,
  io: BeatPorts,
  needed: Bit,
  issue: Bit,
  ready: Reg<typeof Bool>,
): void {
  const { chunk_at: at } = m.regs({ chunk_at: UInt(clog2(chunkWords(p))).init(0) });
  const { read_chunk: read } = m.nets({ read_chunk: io.running.and(needed).and(ready.not().or(issue)) });
  io.chunks.enable.assign(read);
  io.chunks.buffer.assign(io.job.map.bit(0));
  io.chunks.index.assign(at);
  m.when(io.start, () => {
    ready.next(0);
    at.next(0);
  }).elsewhen(read, () => {
    const isLast = at.resize(io.job.beats.width).addWrap(1).eq(io.job.beats);
    ready.next(1);
    at.next(isLast.mux(0, increment(at)));
  });
}

/** T0 to T1: address registers of IMEM and WMEM. */
function describeAddresses(m: ModuleBuilder, p: SdueParams, io: BeatPorts, runs: Bit, isFirst: Bit, at: Signal): void {
  const { job } = io;
  const { lane, id, input: inputBits } = widths(p);
  const { ids, base, slots } = io.pass.payload;
  const { reading, input_word: address } = m.regs({ reading: Bool.init(0), input_word: UInt(inputBits) });
  reading.next(runs);
  m.when(runs, () => address.next(job.srcA.addWrap(at.trunc(inputBits))));
  io.x.enable.assign(reading);
  io.x.address.assign(address);

  const types = weightReadType(p).fields;
  const { in_step: inStep, by_chunk: byChunk } = m.nets({
    in_step: runs.and(job.chunked.not()),
    by_chunk: runs.and(job.chunked),
  });
  const { enable } = m.regs({ enable: types.enable });
  const { word, from, chunk } = m.regs({ word: types.word, from: types.from, chunk: types.chunk });
  for (let s = 0; s < p.slots; s++) {
    enable.at(s).next(runs.replicate(p.size).and(ids.at(s).valid.or(job.chunked.replicate(p.size))));
    m.when(inStep.and(slots.gt(s)), () => {
      word.at(s).map((reg, j) => reg.next(isFirst.mux(base.at(s).at(j), reg.addWrap(1))));
    });
    const laneOf = (j: number): Signal => ids.at(s).n.slice(j * id + lane - 1, j * id);
    m.when(runs.and(isFirst), () => {
      from.at(s).map((reg, j) => reg.next(laneOf(j).low(reg.width)));
    });
    m.when(byChunk, () => {
      chunk.at(s).map((reg, l) => {
        const offset = io.chunks.word.words.at(s).at(l);
        const width = Math.max(offset.width, job.stride.width) + 1;
        m.assert(`chunk_slot_${s}_lane_${l}_in_column`, offset.resize(width).lt(job.stride.resize(width)));
        reg.next(base.at(0).at(0).addWrap(fit(offset, reg.width)));
      });
    });
  }
  m.drive(io.weights, { enable, word, from, chunk });
}
