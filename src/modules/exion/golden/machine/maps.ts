// SPDX-License-Identifier: Apache-2.0
import { conMerge } from '../../conmerge.golden.ts';
import type { ExionCoreParams } from '../../core.params.ts';
import { flags } from '../../isa.ts';
import type { Fields } from './fault.ts';
import { MaskCache } from './mask-cache.ts';
import { type Context, refuse } from './state.ts';

/** What a control map means: each marked element is computed once. Which word and lane does it only matters for the cycles. */
export interface ControlMap {
  readonly columns: number;
  /** Element (row, column) is marked when bits[column * R + row] is 1. */
  readonly bits: Uint8Array;
}

/** Number of the map buffer that a command names: with two `map` alone counts. */
export function bufferOf(p: ExionCoreParams, c: Fields): number {
  return p.mapBuffers > 2 ? 2 * c.sub + c.map : c.map;
}

/** CMBUILD: the mask of `n` columns, from maskA on, becomes the control map of the buffer. */
export function buildMap(ctx: Context, c: Fields): void {
  const { size: R } = ctx.p;
  const { mask, maps } = ctx.core;
  const rowMask = (c.flags & flags.ROW_MASK) !== 0;
  refuse(c.n === 0, 'CMBUILD of 0 columns');
  refuse(c.n > ctx.p.columns, `CMBUILD of ${c.n} columns: at most ${ctx.p.columns}`);
  ctx.touch('mask', c.maskA, rowMask ? 1 : c.n, false);
  const buffer = bufferOf(ctx.p, c);
  ctx.touch('map', buffer, 1, true);
  const bits = new Uint8Array(c.n * R);
  for (let column = 0; column < c.n; column++) {
    const word = rowMask ? c.maskA : c.maskA + column;
    bits.set(mask.bits.subarray(word * R, (word + 1) * R), column * R);
  }
  maps[buffer] = { columns: c.n, bits };
}

const slots = new MaskCache<readonly number[]>();

/** Slots of each control word of a map, in any order. */
function slotsOfWords(p: ExionCoreParams, { columns, bits }: ControlMap): readonly number[] {
  const { size, slots: most, tries, bounds, placement } = p;
  const options = { rows: size, cols: size, slots: most, tries, bounds, columns, placement };
  const shape = [size, most, tries, bounds.join('.'), placement].join();
  return slots.of(shape, p.size, columns, bits, (mask) => conMerge(mask, options).words.map((word) => word.slots));
}

/** Cycles of the passes of a map: each max(k, drain of its slots), a slot drained in C / PD cycles. */
export function mergedCycles(p: ExionCoreParams, map: ControlMap, k: number): number {
  return slotsOfWords(p, map).reduce((sum, used) => sum + Math.max(k, (used * p.size) / p.drain), 0);
}

/** Flag AUTO: dense when that takes no more cycles. */
export function denseIsNoSlower(p: ExionCoreParams, map: ControlMap, blocks: number, k: number): boolean {
  return blocks * Math.max(k, p.size / p.drain) <= mergedCycles(p, map, k);
}
