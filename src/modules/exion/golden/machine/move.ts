// SPDX-License-Identifier: Apache-2.0
import { moveKinds } from '../../isa.ts';
import { type Fields, MachineFault } from './fault.ts';
import { type Context, refuse, tensorWords } from './state.ts';

const kinds: Readonly<Record<number, (ctx: Context, c: Fields) => void>> = {
  [moveKinds.X]: (ctx, c) => moveRows(ctx, c, 'imem'),
  [moveKinds.EX]: (ctx, c) => moveRows(ctx, c, 'eimem'),
  [moveKinds.W_ROWS]: (ctx, c) => moveRows(ctx, c, 'wmem'),
  [moveKinds.EW_ROWS]: (ctx, c) => moveRows(ctx, c, 'ewmem'),
  [moveKinds.W]: (ctx, c) => moveWeights(ctx, c, 'wmem'),
  [moveKinds.EW]: (ctx, c) => moveWeights(ctx, c, 'ewmem'),
  [moveKinds.W_COLUMNS]: moveColumns,
  [moveKinds.PARAM]: moveParams,
  [moveKinds.TABLE]: moveTable,
};

/** MOVE: from the scratchpad at srcA into an operand memory. */
export function move(ctx: Context, c: Fields): void {
  const carryOut = kinds[c.kind];
  if (carryOut === undefined) throw new MachineFault('refused', `MOVE has no kind ${c.kind}`);
  carryOut(ctx, c);
}

/** X, EX, W_ROWS, EW_ROWS: row i of the tensor goes to bank (or lane) i; column c is byte c mod L of word dst + floor(c / L). */
function moveRows(ctx: Context, c: Fields, space: 'imem' | 'eimem' | 'wmem' | 'ewmem'): void {
  const to = ctx.core[space];
  const { size: R, lanes: L } = ctx.p;
  const words = Math.ceil(c.n / L);
  refuse(c.n === 0, 'MOVE of 0 columns');
  ctx.touch('scratch', c.srcA, tensorWords(c.n, 1), false);
  ctx.touch(space, c.dst, words, true);
  const from = 4 * R * c.srcA;
  for (let i = 0; i < R; i++) {
    const start = to.at(i, c.dst);
    for (let column = 0; column < words * L; column++) {
      to.bytes[start + column] = column < c.n ? ctx.scratch.int8[from + column * R + i]! : 0;
    }
  }
}

/** W, EW: `count` words of a weight image, L bytes a lane. */
function moveWeights(ctx: Context, c: Fields, space: 'wmem' | 'ewmem'): void {
  const to = ctx.core[space];
  const { size: R, lanes: L } = ctx.p;
  const bytes = 4 * R * c.count;
  refuse(c.count === 0, 'MOVE of 0 words');
  ctx.touch('scratch', c.srcA, c.count, false);
  ctx.touch(space, c.dst, Math.ceil(bytes / (R * L)), true);
  const from = 4 * R * c.srcA;
  for (let at = 0; at < bytes; at += L) {
    const [lane, word] = [(at / L) % R, Math.floor(at / (R * L))];
    to.bytes.set(ctx.scratch.int8.subarray(from + at, from + Math.min(at + L, bytes)), to.at(lane, c.dst + word));
  }
}

/** W_COLUMNS: column c goes to lane c mod C, word dst + floor(c / C) * k, its R values from byte sub * R on. */
function moveColumns(ctx: Context, c: Fields): void {
  const { size: R, lanes: L } = ctx.p;
  refuse(c.n === 0 || c.k === 0, `MOVE of ${c.n} columns of ${c.k} words`);
  refuse((c.sub + 1) * R > L, `MOVE to byte ${c.sub * R} of a word of ${L} bytes`);
  ctx.touch('scratch', c.srcA, tensorWords(c.n, 1), false);
  ctx.touch('wmem', c.dst, (Math.ceil(c.n / R) - 1) * c.k + 1, true);
  const from = 4 * R * c.srcA;
  const { wmem } = ctx.core;
  for (let column = 0; column < c.n; column++) {
    const values = ctx.scratch.int8.subarray(from + column * R, from + (column + 1) * R);
    wmem.bytes.set(values, wmem.at(column % R, c.dst + Math.floor(column / R) * c.k) + c.sub * R);
  }
}

/** PARAM: 8 bytes an entry, {offset int32, gain 16, 0}. */
function moveParams(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  const entries = (c.count * R) / 2;
  refuse(c.count === 0, 'MOVE of 0 words');
  refuse(c.dst % (R / 2) !== 0, `MOVE to entry ${c.dst}: a scratchpad word holds ${R / 2}`);
  ctx.touch('scratch', c.srcA, c.count, false);
  ctx.touch('param', c.dst, entries, true);
  for (let e = 0, word = R * c.srcA; e < entries; e++, word += 2) {
    ctx.core.offsets[c.dst + e] = ctx.scratch.int32[word]!;
    ctx.core.gains[c.dst + e] = ctx.scratch.int32[word + 1]!;
  }
}

/** TABLE: 256 bytes, entry y & 255. */
function moveTable(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  ctx.touch('scratch', c.srcA, 256 / (4 * R), false);
  ctx.touch('table', 0, 256, true);
  const from = 4 * R * c.srcA;
  ctx.core.table.set(ctx.scratch.int8.subarray(from, from + 256));
}
