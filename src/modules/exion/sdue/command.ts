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
} from '../../../dsl/index.ts';
import { fit } from '../../lib/fit.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { inputWords, mapCommandType, unitPortsOf } from '../core.types.ts';
import { flags, gemmKinds } from '../isa.ts';
import { chunkWords, mapWords, SdueParams, slotDrain, widths } from './sdue.params.ts';
import { jobType } from './sdue.types.ts';

type Bit = Signal<typeof Bool>;

const sdueFields = ['kind', 'flags', 'map', 'n', 'k', 'dst', 'srcA', 'srcB'] as const;

/** Command of the unit. */
export const sdueCommandType = (p: Pick<SdueParams, 'mapBuffers'>) => mapCommandType(p, ...sdueFields);

const commandPorts = (p: SdueParams) => {
  const words = UInt(bitsFor(mapWords(p)));
  return {
    ...unitPortsOf(sdueCommandType(p)),
    maps: {
      count: input(Vec(p.mapBuffers, words)),
      valid: input(UInt(p.mapBuffers)),
      slots: input(Vec(p.mapBuffers, Vec(p.slots, words))),
    },
    chunks: { count: input(Vec(2, UInt(bitsFor(chunkWords(p))))), valid: input(UInt(2)) },
    start: output(Bool, 'pulse before the first cycle of `running`'),
    running: output(Bool, '`job` holds, passes are to be made'),
    job: output(jobType(p)),
    finished: input(Bool, 'a pass is in OMEM after this cycle'),
  };
};
type CommandPorts = Ports<ReturnType<typeof commandPorts>>;

/**
 * Takes GEMM commands, refuses bad ones, chooses the mode of AUTO (paper 3.3 "Drain", mode chooser) and counts the passes to the end.
 *
 * Refused: kind beyond KMERGE; n = 0 or k = 0; input words srcA + k (K-merge: + chunks) beyond IMEM; srcB + n * stride beyond WMEM; columns
 * dst + n * C beyond OMEM, or dst no multiple of PD; map or chunk buffer not there or not valid. n bounds the columns also where control words name them.
 * AUTO: dense when n * max(k, C / PD) <= sum over s of slots[s] * max(k, s * C / PD).
 *
 * Cycles: command taken at 0, products at 1, decision at 2 (`start`); done at 3 when it is refused or the map has no word, else one
 * after the last `finished`. M + 2 multipliers of at most 16 x 16 bits; what belongs to the map is chosen from
 * `mapBuffers` before them, beside the comparison of the drain. Path: adders of the costs and a comparison of 34 bits.
 */
export const sdueCommand = block(
  'sdue_command',
  SdueParams,
  (m, p) => {
    const io = m.ports(commandPorts(p));
    const { state } = m.fsms({ state: ['IDLE', 'MULTIPLY', 'JUDGE', 'RUN'] });
    const { given } = m.regs({ given: sdueCommandType(p) });
    const { complete, bad } = m.regs({ complete: Bool.init(0), bad: Bool.init(0) });
    const { accepted, left } = m.regs({ accepted: jobType(p).init(0), left: UInt(widths(p).passes) });
    const { isMerged, isChunked, stride, items, isValid, spans, costs } = describeProducts(m, p, io, given);
    const { refuse, dense } = describeVerdict(m, p, given, { isMerged, isChunked, items, isValid, spans, costs });

    io.cmd.ready.assign(state.is('IDLE'));
    complete.next(0);
    bad.next(0);
    const { merged, nothing } = m.nets({
      merged: isMerged.and(dense.not()),
      nothing: refuse.or(isMerged.and(dense.not()).and(items.eq(0))),
    });
    const isLast = io.finished.and(left.eq(1));
    state.states({
      IDLE: () =>
        m.when(io.cmd.valid, () => {
          m.drive(given, io.cmd.payload);
          state.goto('MULTIPLY');
        }),
      MULTIPLY: () => state.goto('JUDGE'),
      JUDGE: () =>
        m
          .when(nothing, () => {
            complete.next(1);
            bad.next(refuse);
            state.goto('IDLE');
          })
          .otherwise(() => state.goto('RUN')),
      RUN: () => {
        m.when(io.finished, () => left.next(left.subWrap(1)));
        m.when(isLast, () => {
          complete.next(1);
          state.goto('IDLE');
        });
      },
    });

    const w = widths(p);
    const passes = merged.mux(fit(items, w.passes), fit(given.n, w.passes));
    m.when(state.is('JUDGE'), () => {
      left.next(passes);
      m.drive(accepted, {
        merged,
        chunked: isChunked,
        zero: isChunked.and(items.eq(0)),
        map: fit(given.map, clog2(p.mapBuffers)),
        passes,
        blocks: fit(given.n, w.passes),
        beats: isChunked.mux(items.eq(0).mux(m.lit(1, UInt(w.beats)), fit(items, w.beats)), fit(given.k, w.beats)),
        stride: fit(stride, w.weight),
        srcA: fit(given.srcA, w.input),
        srcB: fit(given.srcB, w.weight),
        dst: fit(given.dst, w.column),
      });
    });
    io.start.assign(state.is('JUDGE').and(nothing.not()));
    io.running.assign(state.is('RUN'));
    m.drive(io.job, accepted);
    io.done.assign(complete);
    io.refused.assign(bad);
    io.busy.assign(state.is('IDLE').not());
    io.stalled.assign(0); // maps, operands and OMEM never make it wait
    m.assert('pass_of_a_command', io.finished.not().or(state.is('RUN')), 'a pass ends and there is no command');
    return io;
  },
  { doc: 'Commands of the array unit: checks, mode chooser, end of the command.' },
);

/** Multiplications of MULTIPLY and what JUDGE needs beside them, in registers. */
function describeProducts(m: ModuleBuilder, p: SdueParams, io: CommandPorts, given: CommandPorts['cmd']['payload']) {
  const { n, k, map } = given;
  const isMerged = given.kind.eq(gemmKinds.OSPARSE);
  const isChunked = given.kind.eq(gemmKinds.KMERGE);
  // An odd distance puts columns of distinct (n / C) mod 4 into distinct sub-banks.
  const stride = p.placement === 'colour' ? k.or(1) : k;
  const longest = (cycles: number): Signal => k.lt(cycles).mux(m.lit(cycles, k.type), k);
  const ofMap = <T extends Signal>(of: (buffer: number) => T): Signal =>
    map.pick(Array.from({ length: p.mapBuffers }, (_, b) => of(b)));
  const ofChunks = (of: (buffer: number) => Signal): Signal => map.bit(0).pick([of(0), of(1)]);
  const mapIsThere = ofMap((b) => io.maps.valid.bit(b)) as Bit;
  const mapExists = p.mapBuffers > 2 && p.mapBuffers < 2 ** map.width ? [map.lt(p.mapBuffers)] : [];

  const itemBits = Math.max(bitsFor(mapWords(p)), bitsFor(chunkWords(p)));
  const slotCosts = Array.from({ length: p.slots }, (_, s) => ({
    name: `merged_cost_${s}`,
    value: ofMap((b) => io.maps.slots.at(b).at(s)).mul(longest((s + 1) * slotDrain(p))),
  }));
  const { items, is_valid: isValid } = m.regs({ items: UInt(itemBits), is_valid: Bool });
  const spans = m.regs({ weight_span: UInt(32), dense_cost: UInt(32) });
  const merged = m.regs(Object.fromEntries(slotCosts.map(({ name, value }) => [name, UInt(value.width)])));
  items.next(
    isChunked.mux(
      ofChunks((b) => io.chunks.count.at(b)).resize(itemBits),
      ofMap((b) => io.maps.count.at(b)).resize(itemBits),
    ),
  );
  isValid.next(
    isMerged.mux(
      mapExists.reduce((valid, exists) => valid.and(exists), mapIsThere),
      isChunked.not().or(ofChunks((b) => io.chunks.valid.bit(b)) as Bit),
    ),
  );
  spans.weight_span.next(n.mul(stride));
  spans.dense_cost.next(n.mul(longest(slotDrain(p))));
  for (const { name, value } of slotCosts) merged[name]!.next(value);
  return { isMerged, isChunked, stride, items, isValid, spans, costs: Object.values(merged) };
}

type Products = Omit<ReturnType<typeof describeProducts>, 'stride'>;

/** The decisions of JUDGE. */
function describeVerdict(m: ModuleBuilder, p: SdueParams, given: CommandPorts['cmd']['payload'], found: Products) {
  const { n, k, kind, dst, srcA, srcB } = given;
  const { isMerged, isChunked, items, isValid, spans, costs } = found;
  const total = 34;
  const words = isChunked.mux(items.resize(k.width), k);
  const columns = n.concat(m.lit(0, UInt(clog2(p.size))));
  const { refuse } = m.nets({
    refuse: [
      kind.gt(gemmKinds.KMERGE),
      n.eq(0),
      k.eq(0),
      isValid.not(),
      srcA.addFull(words).gt(inputWords(p)),
      srcB.addFull(spans.weight_span).gt(p.weightWords),
      dst.addFull(columns).gt(p.columns),
      dst.low(clog2(p.drain)).orR(),
    ].reduce<Signal>((any, wrong) => any.or(wrong), m.lit(0, Bool)) as Bit,
  });
  const { merged_cost: mergedCost } = m.nets({
    merged_cost: costs.reduce<Signal>((sum, cost) => sum.addWrap(cost.resize(total)), m.lit(0, UInt(total))),
  });
  const auto = given.flags.bit(Math.log2(flags.AUTO));
  const { dense } = m.nets({ dense: isMerged.and(auto).and(spans.dense_cost.resize(total).le(mergedCost)) });
  return { refuse, dense };
}
