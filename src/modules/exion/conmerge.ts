// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, type Signal, sink, source, UInt } from '../../dsl/index.ts';
import { colourBlocks } from './colour-former.ts';
import { ConMergeParams } from './conmerge.params.ts';
import { controlWordType, maskBeatType, unitType } from './conmerge.types.ts';
import { describeGenerators } from './cvg-array.ts';
import { describeFormer } from './former.ts';
import { beatsOf, sortBuffer } from './sort-buffer.ts';

/** Bits of the status counters; they wrap. */
export const counterWidth = 32;

/** Counters of the compactor; each is an output of that name. */
export const counterNames = [
  'units',
  'words',
  'cycles_total',
  'cycles_condense',
  'cycles_sort',
  'cycles_cvg',
  'cycles_stall',
] as const;

const counter = UInt(counterWidth);

/**
 * ConMerge compactor, EXION's CAU (paper 3.3, 4): the output mask of a row tile in, control words for the array out.
 *
 * A unit of work is one command on `unit` and ceil(columns / C) beats of C column bitmaps on `mask`; its control words come out on
 * `word`, in the order of the commands, the last one marked. Words equal the golden model's (conmerge.golden.ts) bit for bit.
 * The switches of a command turn off merging (every block is a word), relocation (an attempt with a conflict fails) and sorting.
 *
 * Placement free lets a column be in any lane, lane keeps column n in lane n mod C, colour
 * merges only blocks of distinct sub-banks (n / C) mod 4 of such.
 *
 * Cycles of a unit without stalls, from the cycle that takes the command: 1 + B + sort (sort-buffer.ts), 1 for the last block (placement
 * lane and colour: as their formers say), then
 * in a vector generator 1 (FETCH) and the sum of the words' latencies (cvg.ts) until the cycle of the last word. With NCVG = 1 the
 * next unit is condensed while this one is merged until its first block is ready; with NCVG > 1 units go to the generators in
 * turn and overlap fully. Memory bits: mask store N*R, lists (K - 1) * B * log2 B, block lists NCVG * N * (R + idWidth).
 */
export const conMerge = block(
  'conmerge',
  ConMergeParams,
  (m, p) => {
    const beats = beatsOf(p);
    const { rows, cols, bounds, columns, idWidth } = p;
    const io = m.ports({
      unit: sink(unitType(columns), 'command: columns and switches of a unit of work'),
      mask: sink(maskBeatType(p), 'column bitmaps, ceil(columns / C) beats a unit'),
      word: source(controlWordType(p), 'control words'),
      clear: input(Bool, 'set all counters to 0'),
      busy: output(Bool, 'a unit is being worked on'),
      done: output(Bool, 'busy has just fallen'),
      units: output(counter, 'units completed'),
      words: output(counter, 'control words given'),
      cycles_total: output(counter, 'cycles with busy'),
      cycles_condense: output(counter, 'cycles in COND'),
      cycles_sort: output(counter, 'cycles in SCATTER'),
      cycles_cvg: output(counter, 'cycles in which a vector generator merges'),
      cycles_stall: output(counter, 'cycles in which a control word waits'),
    });
    const { sorter } = m.instances({ sorter: sortBuffer({ rows, cols, bounds, columns }) });
    const shape = { rows, cols, beats, idWidth };
    const colour = p.placement === 'colour';
    const former = describeFormer(m, p.placement, shape, sorter.group);
    sorter.unit.from(io.unit);
    sorter.mask.from(io.mask);
    const generators = describeGenerators(
      m,
      { ...p, colour, blocks: colour ? colourBlocks(beats) : beats },
      former.blk,
      io.word,
    );

    const { was_busy: wasBusy } = m.regs({ was_busy: Bool.init(0) });
    const working = sorter.busy.or(generators.busy);
    io.busy.assign(former.busy === null ? working : working.or(former.busy));
    wasBusy.next(io.busy);
    io.done.assign(wasBusy.and(io.busy.not()));

    const unitEnds = io.word.fire.and(io.word.payload.last);
    const counts: Record<(typeof counterNames)[number], Signal> = {
      units: unitEnds.resize(2).addWrap(former.empty.resize(2)), // an empty unit may pass one that is being merged
      words: io.word.fire,
      cycles_total: io.busy,
      cycles_condense: sorter.condensing,
      cycles_sort: sorter.sorting,
      cycles_cvg: generators.working,
      cycles_stall: io.word.stalled,
    };
    for (const name of counterNames) {
      const key = `${name}_count`;
      const value = m.regs({ [key]: counter.init(0) })[key]!;
      io[name].assign(value);
      value.next(io.clear.mux(m.lit(0, counter), value.addWrap(counts[name].resize(counterWidth))));
    }
    return io;
  },
  { doc: 'ConMerge compactor of EXION: condenses, sorts and merges the columns of a mask into control words.' },
);
