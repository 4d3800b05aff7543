// SPDX-License-Identifier: Apache-2.0
import { flags, gemmKinds } from '../../isa.ts';
import { dotAt } from '../gemm.ts';
import { type Fields, MachineFault } from './fault.ts';
import { weightStride } from '../sdue.ts';
import { bufferOf, denseIsNoSlower } from './maps.ts';
import { type Context, refuse } from './state.ts';

const kinds: Readonly<Record<number, (ctx: Context, c: Fields) => void>> = {
  [gemmKinds.DENSE]: dense,
  [gemmKinds.OSPARSE]: sparse,
  [gemmKinds.KMERGE]: kMerge,
};

/** GEMM: inputs from IMEM, weights from WMEM, int32 results to OMEM. */
export function gemm(ctx: Context, c: Fields): void {
  const carryOut = kinds[c.kind];
  if (carryOut === undefined) throw new MachineFault('refused', `GEMM has no kind ${c.kind}`);
  refuse(c.n === 0 || c.k === 0, `GEMM of ${c.n} column blocks and ${c.k} words`);
  refuse(c.dst % ctx.p.drain !== 0, `GEMM to column ${c.dst}: ${ctx.p.drain} columns are drained at once`);
  carryOut(ctx, c);
}

/** Words of WMEM that `blocks` column blocks take, and the word in which column n begins. */
function weightWords(ctx: Context, c: Fields, blocks: number): number {
  return blocks * weightStride(c.k, ctx.p.placement);
}

/** out[i][n] = X[i] . W[n] for one element. */
function element(ctx: Context, c: Fields, i: number, n: number): number {
  const { size: R, lanes: L } = ctx.p;
  const { imem, wmem } = ctx.core;
  const weights = wmem.at(n % R, c.srcB + weightWords(ctx, c, Math.floor(n / R)));
  return dotAt(imem.bytes, imem.at(i, c.srcA), wmem.bytes, weights, c.k * L);
}

/** DENSE: all R rows of n blocks of C columns. */
function dense(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  ctx.touch('imem', c.srcA, c.k, false);
  ctx.touch('wmem', c.srcB, weightWords(ctx, c, c.n), false);
  ctx.touch('omem', c.dst, c.n * R, true);
  for (let n = 0; n < c.n * R; n++) {
    for (let i = 0; i < R; i++) ctx.core.omem[(c.dst + n) * R + i] = element(ctx, c, i, n);
  }
}

/** OSPARSE: the marked elements; nothing else of OMEM changes. With AUTO, dense when that is no slower. */
function sparse(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  const buffer = bufferOf(ctx.p, c);
  const map = ctx.core.maps[buffer] ?? null;
  ctx.touch('map', buffer, 1, false);
  if (map === null) throw new MachineFault('mapUnderrun', `control map ${buffer} has not been built`);
  if ((c.flags & flags.AUTO) !== 0 && denseIsNoSlower(ctx.p, map, c.n, c.k)) {
    dense(ctx, c);
    return;
  }
  ctx.touch('imem', c.srcA, c.k, false);
  ctx.touch('wmem', c.srcB, weightWords(ctx, c, Math.max(c.n, Math.ceil(map.columns / R))), false);
  ctx.touch('omem', c.dst, Math.max(c.n * R, map.columns), true);
  for (let n = 0; n < map.columns; n++) {
    for (let i = 0; i < R; i++) {
      if (map.bits[n * R + i] === 1) ctx.core.omem[(c.dst + n) * R + i] = element(ctx, c, i, n);
    }
  }
}

/** KMERGE: each (row, lane) of a chunk meets the weight of its slot. */
function kMerge(ctx: Context, c: Fields): void {
  const { size: R, lanes: L } = ctx.p;
  const { imem, wmem, omem } = ctx.core;
  const merged = ctx.core.merged[c.map] ?? null;
  ctx.touch('kmerge', c.map, 1, false);
  if (merged === null) throw new MachineFault('mapUnderrun', `K-merge buffer ${c.map} has not been built`);
  if (merged.length > 0) ctx.touch('imem', c.srcA, merged.length, false);
  ctx.touch('wmem', c.srcB, weightWords(ctx, c, c.n), false);
  ctx.touch('omem', c.dst, c.n * R, true);

  const inputs = new Int32Array(merged.length * L);
  const offsets = new Int32Array(merged.length * L);
  for (let i = 0; i < R; i++) {
    let count = 0;
    merged.forEach(({ words, slots }, chunk) => {
      const row = imem.at(i, c.srcA + chunk);
      for (let l = 0; l < L; l++) {
        const x = imem.bytes[row + l]!;
        if (x === 0) continue;
        inputs[count] = x;
        offsets[count++] = words[slots[i * L + l]! * L + l]! * L + l;
      }
    });
    for (let n = 0; n < c.n * R; n++) {
      const weights = wmem.at(n % R, c.srcB + weightWords(ctx, c, Math.floor(n / R)));
      let sum = 0;
      for (let e = 0; e < count; e++) sum += inputs[e]! * wmem.bytes[weights + offsets[e]!]!;
      omem[(c.dst + n) * R + i] = sum;
    }
  }
}
