// SPDX-License-Identifier: Apache-2.0
import { clog2 } from '../lib/widths.ts';
import type { ArrayShape, WordShape } from './conmerge.types.ts';
import { columnBits, type Mask } from './golden/bitmask.ts';
import { readWord, type SeenWord } from './stream-items.ts';

/** Data of the AXI4-Stream ports of design `exion`, as a host would write and read it: TDATA in 32-bit words, lowest first. */

function padded(width: number): number {
  return Math.ceil(width / 32);
}

/** TDATA is whole bytes. */
function tdataWords(bits: number): number {
  return padded(Math.ceil(bits / 8) * 8);
}

function toWords(value: bigint, words: number): number[] {
  return Array.from({ length: words }, (_, i) => Number((value >> BigInt(32 * i)) & 0xffff_ffffn));
}

/** TDATA of the beats of a mask: C bitmaps of R bits, lane 0 in the low bits. */
export function maskTdata(mask: Mask, { rows, cols }: ArrayShape): Uint32Array {
  const beats = Math.ceil(mask.columns / cols);
  const words = Array.from({ length: beats }, (_, beat) => {
    let value = 0n;
    for (let j = 0; j < cols; j++) value |= columnBits(mask, beat * cols + j) << BigInt(j * rows);
    return toWords(value, tdataWords(rows * cols));
  });
  return Uint32Array.from(words.flat());
}

/** Fields of a control word in TDATA: width of each, from bit 0 up, and how many of it in a row. */
function fieldsOf({ rows, cols, slots, idWidth }: WordShape): readonly (readonly [width: number, count: number])[] {
  return [
    [1, 1], // last
    [BigInt(slots).toString(2).length, 1],
    ...Array.from({ length: slots }, () => [[cols * idWidth, 1] as const, [cols, 1] as const]).flat(), // n, valid
    [clog2(rows), rows], // cv.idx
    [rows, 1], // cv.valid
    [cols, rows], // xs
    [cols, rows * clog2(slots)], // ws
    [cols, rows], // occ
  ];
}

export function wordTdataBits(shape: WordShape): number {
  return fieldsOf(shape).reduce((sum, [width, count]) => sum + width * count, 0);
}

/** Words of one item of `m_axis`: TDATA, then TLAST. */
export function axisItemLength(shape: WordShape): number {
  return tdataWords(wordTdataBits(shape)) + 1;
}

/** The control word in one item of `m_axis`; its last flag is TLAST's. */
export function readTdata(item: Uint32Array, shape: WordShape): SeenWord {
  let value = 0n;
  for (let i = item.length - 2; i >= 0; i--) value = (value << 32n) | BigInt(item[i]!);
  let at = 0n;
  const take = (width: number): number[] => {
    const part = (value >> at) & ((1n << BigInt(width)) - 1n);
    at += BigInt(width);
    return toWords(part, padded(width));
  };
  const groups = fieldsOf(shape).map(([width, count]) => Array.from({ length: count }, () => take(width)).flat());
  const [, slots] = groups;
  // From the order of TDATA to that of the stream: top field first, but ids from slot 0 on.
  const ids = groups.slice(2, -5);
  const inOrder = [
    ...groups.slice(-3).reverse(),
    groups.at(-4)!,
    groups.at(-5)!,
    ...pairs(ids),
    slots!,
    [item.at(-1)!],
  ];
  return readWord(Uint32Array.from(inOrder.flat()), shape);
}

/** n and valid of each slot, slot 0 first, as valid and n. */
function pairs(ids: readonly number[][]): number[][] {
  return ids.flatMap((part, i) => (i % 2 === 0 ? [ids[i + 1]!, part] : []));
}
