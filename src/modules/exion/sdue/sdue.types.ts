// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, input, output, SInt, UInt, Vec } from '../../../dsl/index.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { controlWordType } from '../conmerge.types.ts';
import { chunkType } from '../core.types.ts';
import { chunkWords, mapWords, type SdueParams, widths } from './sdue.params.ts';

/** Bits of accumulators and of OMEM: K stays below 2^17 bytes, so sums of int8 products fit. */
export const accumulatorBits = 32;

/** A pass of the array: fields of a control word. A dense pass is a word of one slot with all bits of occ. */
export function passType(p: SdueParams) {
  const shape = { rows: p.size, cols: p.size, slots: p.slots, idWidth: widths(p).id };
  const { last: _last, ...fields } = controlWordType(shape).fields;
  return Bundle(fields);
}

/** A pass on its way to the array: with the first word in WMEM of each of its columns. */
export function locatedPassType(p: SdueParams) {
  return Bundle({ ...passType(p).fields, base: Vec(p.slots, Vec(p.size, UInt(widths(p).weight))) });
}

/** Control maps, seen from the unit. The word is there one cycle after `enable`, and stays until the next. */
export function mapReader(p: SdueParams) {
  const count = UInt(bitsFor(mapWords(p)));
  return {
    enable: output(Bool, 'reads a control word'),
    buffer: output(UInt(clog2(p.mapBuffers)), 'of this buffer'),
    index: output(UInt(clog2(mapWords(p))), 'number of the word'),
    word: input(passType(p), 'the word, one cycle later'),
    count: input(Vec(p.mapBuffers, count), 'control words of each buffer'),
    valid: input(UInt(p.mapBuffers), 'bit b: buffer b is complete'),
    slots: input(Vec(p.mapBuffers, Vec(p.slots, count)), 'how many words have 1 .. M slots'),
  };
}

/** Chunks of K-merge, seen from the unit, likewise. */
export function chunkReader(p: SdueParams) {
  return {
    enable: output(Bool, 'reads a chunk'),
    buffer: output(Bool, 'of this buffer'),
    index: output(UInt(clog2(chunkWords(p))), 'number of the chunk'),
    word: input(chunkType(p), 'the chunk, one cycle later'),
    count: input(Vec(2, UInt(bitsFor(chunkWords(p)))), 'chunks of each buffer'),
    valid: input(UInt(2), 'bit b: buffer b is complete'),
  };
}

/** The read port of OMEM, seen from the unit. The column is there one cycle after `enable`, and stays until the next. */
export function outputReader(p: SdueParams) {
  return {
    enable: input(Bool, 'reads a column'),
    column: input(UInt(widths(p).column), 'number of the column'),
    data: output(Vec(p.size, SInt(accumulatorBits)), 'the column, one cycle later'),
  };
}

/** What a command asks for, checked and put into the unit's own widths; stable while it is carried out. */
export function jobType(p: SdueParams) {
  const w = widths(p);
  return Bundle({
    /** The passes are control words of the map; otherwise they are column blocks. */
    merged: Bool,
    /** The beats of a pass are chunks of K-merge; otherwise words of the contraction. */
    chunked: Bool,
    /** K-merge without chunks: the results are 0. */
    zero: Bool,
    /** Buffer of the map; of K-merge its lowest bit. */
    map: UInt(clog2(p.mapBuffers)),
    /** Passes of the array, at least 1. */
    passes: UInt(w.passes),
    /** Column blocks that may be written. */
    blocks: UInt(w.passes),
    /** Beats of a pass, at least 1. */
    beats: UInt(w.beats),
    /** Words from a weight column to the next of the same lane. */
    stride: UInt(w.weight),
    srcA: UInt(w.input),
    srcB: UInt(w.weight),
    dst: UInt(w.column),
  });
}

/** Reads of a weight lane in one cycle. */
export function weightReadType(p: SdueParams) {
  const w = widths(p);
  return Bundle({
    /** Bit j: lane j reads for this slot. */
    enable: Vec(p.slots, UInt(p.size)),
    /** Word for slot and lane, and the lane of WMEM that it lies in (the lane itself but with free placement). */
    word: Vec(p.slots, Vec(p.size, UInt(w.weight))),
    from: Vec(p.slots, Vec(p.size, UInt(p.placement === 'free' ? w.lane : 0))),
    /** K-merge: word for slot and byte, for all lanes alike. */
    chunk: Vec(p.slots, Vec(p.lanes, UInt(w.weight))),
  });
}
