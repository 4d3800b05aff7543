// SPDX-License-Identifier: Apache-2.0
import type { Block, ControlWord } from './conmerge.golden.ts';
import { clog2 } from '../lib/widths.ts';
import type { ArrayShape, BlockShape, WordShape } from './conmerge.types.ts';
import { columnBits, type Mask } from './golden/bitmask.ts';

/**
 * Items of ConMerge's streams as engines move them: the payload's parts in order, each padded to whole 32-bit words, least significant
 * first. Plain data on both sides, so that the same code feeds the simulator, Verilator and a host driver.
 */

/** Appends values word by word. */
class ItemWriter {
  readonly #words: number[] = [];

  put(value: bigint | number, width: number): this {
    for (let lo = 0; lo < width; lo += 32) this.#words.push(Number((BigInt(value) >> BigInt(lo)) & 0xffff_ffffn));
    return this;
  }

  done(): Uint32Array {
    return Uint32Array.from(this.#words);
  }
}

/** Takes values off in the same order. */
class ItemReader {
  #at = 0;
  constructor(private readonly words: Uint32Array) {}

  take(width: number): bigint {
    let value = 0n;
    for (let lo = 0; lo < width; lo += 32) value |= BigInt(this.words[this.#at++]!) << BigInt(lo);
    return value;
  }

  takeList(count: number, width: number): bigint[] {
    return Array.from({ length: count }, () => this.take(width));
  }
}

/** Switches of one unit; all on is the hardware's purpose. */
export interface UnitModes {
  readonly merge: boolean;
  readonly relocate: boolean;
  readonly sort: boolean;
}

export const allOn: UnitModes = { merge: true, relocate: true, sort: true };

/** An item of the `unit` stream. */
export function unitItem(columns: number, modes: UnitModes): Uint32Array {
  return Uint32Array.of(columns, Number(modes.merge), Number(modes.relocate), Number(modes.sort));
}

/**
 * The beats of a unit's mask, one after the other: ceil(columns / C) items of the `mask` stream. Lanes beyond the last column are full
 * of ones, which the hardware has to ignore.
 */
export function maskItems(mask: Mask, { rows, cols }: ArrayShape): Uint32Array {
  const writer = new ItemWriter();
  const lanes = Math.ceil(mask.columns / cols) * cols;
  const beyond = (1n << BigInt(rows)) - 1n;
  for (let n = 0; n < lanes; n++) writer.put(n < mask.columns ? columnBits(mask, n) : beyond, rows);
  return writer.done();
}

/** Items of the `blk` stream of a vector generator. */
export function blockItems(blocks: readonly Block[], shape: BlockShape, modes: UnitModes): Uint32Array {
  const writer = new ItemWriter();
  blocks.forEach((block, i) => {
    for (const row of block.rows) writer.put(row, shape.cols);
    for (const id of block.ids) writer.put(id ?? 0, shape.idWidth);
    writer
      .put(i === blocks.length - 1 ? 1 : 0, 1)
      .put(Number(modes.merge), 1)
      .put(Number(modes.relocate), 1);
  });
  return writer.done();
}

/** Words of one item of the `word` stream. */
export function wordItemLength({ rows, cols, slots, idWidth }: WordShape): number {
  const padded = (width: number): number => Math.ceil(width / 32);
  const planes = rows * (2 + clog2(slots)) * padded(cols);
  const vector = padded(rows) + rows * padded(clog2(rows));
  return planes + vector + slots * (padded(cols) + padded(cols * idWidth)) + 2;
}

/** What a control word says, in the golden model's terms, with `last`. */
export type SeenWord = Pick<ControlWord, 'occ' | 'ws' | 'xs' | 'cv' | 'ids' | 'slots'> & { readonly last: boolean };

/** One item of the `word` stream. */
export function readWord(item: Uint32Array, { rows, cols, slots, idWidth }: WordShape): SeenWord {
  const reader = new ItemReader(item);
  const bit = (word: bigint, at: number): 0 | 1 => (((word >> BigInt(at)) & 1n) === 1n ? 1 : 0);
  const lanes = (word: bigint): (0 | 1)[] => Array.from({ length: cols }, (_, j) => bit(word, j));

  const occ = reader.takeList(rows, cols);
  const planes = Array.from({ length: rows }, () => reader.takeList(clog2(slots), cols));
  const xs = reader.takeList(rows, cols);
  const valid = reader.take(rows);
  const idx = reader.takeList(rows, clog2(rows));
  const ids = Array.from({ length: slots }, () => ({ valid: reader.take(cols), n: reader.take(cols * idWidth) }));
  const used = Number(reader.take(5));
  const last = reader.take(1) === 1n;
  const idMask = (1n << BigInt(idWidth)) - 1n;
  const idsOf = ({ valid: has, n }: { valid: bigint; n: bigint }): (number | null)[] =>
    Array.from({ length: cols }, (_, j) => (bit(has, j) === 1 ? Number((n >> BigInt(j * idWidth)) & idMask) : null));
  return {
    occ: occ.map(lanes),
    ws: planes.map((row) => lanes(0n).map((_, j) => row.reduce((slot, plane, b) => slot + bit(plane, j) * 2 ** b, 0))),
    xs: xs.map(lanes),
    cv: idx.map((row, t) => (bit(valid, t) === 1 ? Number(row) : null)),
    ids: ids.slice(0, used).map(idsOf),
    slots: used,
    last,
  };
}

/** The golden word in the same terms. */
export function expectedWords(words: readonly ControlWord[]): SeenWord[] {
  return words.map(({ occ, ws, xs, cv, ids, slots }, i) => ({
    occ,
    ws,
    xs,
    cv,
    ids,
    slots,
    last: i === words.length - 1,
  }));
}
