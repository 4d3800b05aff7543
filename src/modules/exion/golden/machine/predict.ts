// SPDX-License-Identifier: Apache-2.0
import { flags } from '../../isa.ts';
import { scaled8 } from '../columns.ts';
import { keepRow } from '../eager.ts';
import { dotAt } from '../gemm.ts';
import { truncate } from '../prediction.ts';
import type { Fields } from './fault.ts';
import { type Context, refuse, tensorWords } from './state.ts';

/** ts(X[i]) . ts(W[n]) for all rows and n columns: sums[n * R + i]. */
function truncatedProducts(ctx: Context, c: Fields): Int32Array {
  const { size: R, lanes: L } = ctx.p;
  const { eimem, ewmem } = ctx.core;
  ctx.touch('eimem', c.srcA, c.k, false);
  ctx.touch('ewmem', c.srcB, Math.ceil(c.n / R) * c.k, false);
  const length = c.k * L;
  const rows = Array.from({ length: R }, (_, i) =>
    truncate(eimem.bytes.subarray(eimem.at(i, c.srcA), eimem.at(i, c.srcA) + length)),
  );
  const sums = new Int32Array(c.n * R);
  for (let n = 0; n < c.n; n++) {
    const start = ewmem.at(n % R, c.srcB + Math.floor(n / R) * c.k);
    const weights = truncate(ewmem.bytes.subarray(start, start + length));
    for (let i = 0; i < R; i++) sums[n * R + i] = dotAt(rows[i]!, 0, weights, 0, length);
  }
  return sums;
}

/** EPRED: rq of the truncated products, int8 tensor at dst. */
export function predict(ctx: Context, c: Fields): void {
  refuse(c.n === 0 || c.k === 0, `EPRED of ${c.n} columns and ${c.k} words`);
  refuse(c.shift < 8 || c.shift > 46, `EPRED with shift ${c.shift}: 8 .. 46`);
  ctx.touch('scratch', c.dst, tensorWords(c.n, 1), true);
  const sums = truncatedProducts(ctx, c);
  const to = 4 * ctx.p.size * c.dst;
  const half = 2 ** (c.shift - 1);
  const scale = 2 ** -c.shift;
  for (let e = 0; e < sums.length; e++) ctx.scratch.int8[to + e] = scaled8(sums[e]!, c.gain, half, scale);
}

/** TOPK: AM, RQ and RK of a row tile of one head. */
export function topK(ctx: Context, c: Fields): void {
  const { size: R, tokens } = ctx.p;
  const { mask, keys } = ctx.core;
  const last = (c.flags & flags.LAST) !== 0;
  const keyWords = Math.ceil(c.n / R);
  refuse(c.n === 0 || c.k === 0 || c.best === 0, `TOPK of ${c.n} keys, ${c.k} words, best ${c.best}`);
  refuse(c.n > tokens, `TOPK of ${c.n} keys: at most ${tokens}`);
  refuse(c.live === 0 || c.live > R, `TOPK of ${c.live} rows: 1 .. ${R}`);
  ctx.touch('mask', c.maskA, c.n, true);
  ctx.touch('mask', c.maskB, 1, true);
  if (last) ctx.touch('mask', c.maskC, keyWords, true);
  const sums = truncatedProducts(ctx, c);

  if ((c.flags & flags.FIRST) !== 0) keys.fill(0);
  mask.bits.fill(0, c.maskA * R, (c.maskA + c.n) * R);
  mask.bits.fill(0, c.maskB * R, (c.maskB + 1) * R);
  const scores = new Int32Array(c.n);
  for (let i = 0; i < c.live; i++) {
    for (let j = 0; j < c.n; j++) scores[j] = sums[j * R + i]!;
    const { dominant, kept } = keepRow(scores, { shift: c.shift, dominance: c.limit, k: c.best });
    mask.bits[c.maskB * R + i] = dominant ? 0 : 1;
    for (let j = 0; j < c.n; j++) {
      if (kept[j] === 0) continue;
      mask.bits[(c.maskA + j) * R + i] = 1;
      if (!dominant) keys[j] = 1;
    }
  }
  if (!last) return;
  for (let j = 0; j < keyWords * R; j++) mask.bits[c.maskC * R + j] = j < c.n ? keys[j]! : 0;
}
