// SPDX-License-Identifier: Apache-2.0
import { flags, sfuKinds } from '../../isa.ts';
import { axpy } from '../arith.ts';
import { longestNorm } from '../cfse-accepts.ts';
import { scaled8 } from '../columns.ts';
import { layerNorm } from '../layer-norm.ts';
import { softmaxRow } from '../softmax.ts';
import { type Fields, MachineFault } from './fault.ts';
import { type Context, refuse, tensorWords } from './state.ts';

const kinds: Readonly<Record<number, (ctx: Context, c: Fields) => void>> = {
  [sfuKinds.RQ]: requantise,
  [sfuKinds.AXPY]: scaledSum,
  [sfuKinds.LN]: norm,
  [sfuKinds.SOFTMAX]: softmax,
  [sfuKinds.COPY]: words32,
  [sfuKinds.PSUB]: words32,
};

/** SFU: one special function over the n columns of a row tile. */
export function sfu(ctx: Context, c: Fields): void {
  const carryOut = kinds[c.kind];
  if (carryOut === undefined) throw new MachineFault('refused', `SFU has no kind ${c.kind}`);
  refuse(c.n === 0, 'SFU of 0 columns');
  carryOut(ctx, c);
}

const has = (c: Fields, flag: number): boolean => (c.flags & flag) !== 0;

/** Operand A, element e = column * R + row: columns of OMEM, or an int16 tensor (FROM_GSC). */
function operandA(ctx: Context, c: Fields): Int32Array | Int16Array {
  const { size: R } = ctx.p;
  const elements = c.n * R;
  if (has(c, flags.FROM_GSC)) {
    ctx.touch('scratch', c.srcA, tensorWords(c.n, 2), false);
    return ctx.scratch.int16.subarray(2 * R * c.srcA, 2 * R * c.srcA + elements);
  }
  ctx.touch('omem', c.srcA, c.n, false);
  return ctx.core.omem.subarray(c.srcA * R, c.srcA * R + elements);
}

/** Part P of flag ADD, else null. */
function part(ctx: Context, c: Fields): Int32Array | null {
  if (!has(c, flags.ADD)) return null;
  const { size: R } = ctx.p;
  ctx.touch('scratch', c.srcP, c.n, false);
  return ctx.scratch.int32.subarray(R * c.srcP, R * c.srcP + c.n * R);
}

function readParams(ctx: Context, c: Fields): void {
  ctx.touch('param', c.param, c.n, false);
}

/** RQ, MASKGEN, GELU: int8. */
function requantise(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  const { offsets, gains, table, mask } = ctx.core;
  const [gelu, maskOut, maskIn] = [has(c, flags.GELU), has(c, flags.MASK_OUT), has(c, flags.MASK_IN)];
  refuse(c.shift === 0, 'RQ with shift 0');
  refuse(maskOut && (c.live === 0 || c.live > R), `MASK_OUT of ${c.live} rows: 1 .. ${R}`);
  refuse(maskOut && maskIn, 'RQ with MASK_OUT and MASK_IN');
  const a = operandA(ctx, c);
  const p = part(ctx, c);
  readParams(ctx, c);
  if (gelu) ctx.touch('table', 0, 256, false);
  if (maskIn) ctx.touch('mask', c.maskA, c.n, false);
  if (maskOut) ctx.touch('mask', c.maskA, c.n, true);
  ctx.touch('scratch', c.dst, tensorWords(c.n, 1), true);
  const to = 4 * R * c.dst;
  const half = 2 ** (c.shift - 1);
  const scale = 2 ** -c.shift;
  const theta = (c.limit << 15) >> 15; // 17 bits, signed: -1 marks all
  for (let column = 0, e = 0; column < c.n; column++) {
    const offset = offsets[c.param + column]!;
    const gain = gains[c.param + column]!;
    const word = (c.maskA + column) * R;
    for (let i = 0; i < R; i++, e++) {
      const sum = a[e]! + (p === null ? 0 : p[e]!) + offset;
      let y = scaled8(sum, gain, half, scale);
      if (gelu) y = table[y & 255]!;
      if (maskIn && mask.bits[word + i] === 0) y = 0;
      if (maskOut) mask.bits[word + i] = i < c.live && Math.abs(y) > theta ? 1 : 0;
      ctx.scratch.int8[to + e] = y;
    }
  }
}

/** AXPY: int16, in place allowed. */
function scaledSum(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  refuse(c.shift === 0, 'AXPY with shift 0');
  const a = operandA(ctx, c);
  const p = part(ctx, c);
  readParams(ctx, c);
  ctx.touch('scratch', c.srcB, tensorWords(c.n, 2), false);
  ctx.touch('scratch', c.dst, tensorWords(c.n, 2), true);
  const { int16 } = ctx.scratch;
  const [from, to] = [2 * R * c.srcB, 2 * R * c.dst];
  for (let column = 0, e = 0; column < c.n; column++) {
    const offset = ctx.core.offsets[c.param + column]!;
    const gain = signed16(ctx.core.gains[c.param + column]!);
    for (let i = 0; i < R; i++, e++) {
      const sum = a[e]! + (p === null ? 0 : p[e]!) + offset;
      int16[to + e] = axpy(int16[from + e]!, c.keep, sum, gain, c.shift);
    }
  }
}

/** LN: the rows of an int16 tensor at srcA, n long. */
function norm(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  refuse(c.shift === 0, 'LN with shift 0');
  refuse(c.n > longestNorm, `LN of ${c.n} columns: at most ${longestNorm}`);
  ctx.touch('scratch', c.srcA, tensorWords(c.n, 2), false);
  readParams(ctx, c);
  ctx.touch('scratch', c.dst, tensorWords(c.n, 1), true);
  const { int16, int8 } = ctx.scratch;
  const [from, to] = [2 * R * c.srcA, 4 * R * c.dst];
  const gain = new Int16Array(ctx.core.gains.subarray(c.param, c.param + c.n));
  const offset = ctx.core.offsets.subarray(c.param, c.param + c.n);
  const row = new Int16Array(c.n);
  for (let i = 0; i < R; i++) {
    for (let column = 0; column < c.n; column++) row[column] = int16[from + column * R + i]!;
    const y = layerNorm(row, c.keep, gain, offset, c.shift);
    for (let column = 0; column < c.n; column++) int8[to + column * R + i] = y[column]!;
  }
}

/** SOFTMAX: rows of scores in OMEM, over the kept set of the mask at maskA; int8, scale 1/127. */
function softmax(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  const { omem, mask } = ctx.core;
  ctx.touch('omem', c.srcA, c.n, false);
  ctx.touch('mask', c.maskA, c.n, false);
  ctx.touch('scratch', c.dst, tensorWords(c.n, 1), true);
  const to = 4 * R * c.dst;
  const scores = new Int32Array(c.n);
  const kept = new Uint8Array(c.n);
  for (let i = 0; i < R; i++) {
    for (let j = 0; j < c.n; j++) {
      scores[j] = omem[(c.srcA + j) * R + i]!;
      kept[j] = mask.bits[(c.maskA + j) * R + i]!;
    }
    const y = softmaxRow(scores, kept, c.gain, c.shift);
    for (let j = 0; j < c.n; j++) ctx.scratch.int8[to + j * R + i] = y[j]!;
  }
}

/** COPY (A) and PSUB (B - A): int32. */
function words32(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  const a = operandA(ctx, c);
  const minus = c.kind === sfuKinds.PSUB;
  if (minus) ctx.touch('scratch', c.srcB, c.n, false);
  ctx.touch('scratch', c.dst, c.n, true);
  const { int32 } = ctx.scratch;
  for (let e = 0; e < c.n * R; e++) {
    int32[R * c.dst + e] = minus ? int32[R * c.srcB + e]! - a[e]! : a[e]!;
  }
}

function signed16(code: number): number {
  return (code << 16) >> 16;
}
