// SPDX-License-Identifier: Apache-2.0
import { BufferMap } from './buffers.ts';
import { DramImage } from './dram-image.ts';
import { Emitter } from './emitter.ts';
import { layoutOf } from './layout.ts';
import { columnsAtOnce, type Context, ringsOf } from './phases/context.ts';
import { type BlockShape, type Plan, planOf, strideOf } from './plan.ts';
import { ceilDiv, roundUp, type Target } from './target.ts';

export interface StartContext extends Context {
  readonly buffers: BufferMap;
}

/** Everything that the phases need, for a network of `blocks` blocks of the same shape. */
export function startContext(
  shape: BlockShape,
  target: Target,
  sizes: { readonly blocks: number; readonly pixels: number; readonly reuse: boolean; readonly mapCache: boolean },
): StartContext {
  const plan = planOf(shape, target);
  const buffers = new BufferMap(target.params);
  const rings = ringsOf(target, sizes.mapCache);
  const layout = layoutOf(
    plan,
    { ...sizes, weightWords: weightPlace(plan, rings, sizes.pixels), paramWords: paramPlace(plan, sizes.pixels) },
    buffers,
  );
  return { plan, layout, buffers, rings, emitter: new Emitter(target), dram: new DramImage(target.params.size) };
}

/** Scratchpad words of the largest pass of any projection. */
function weightPlace(plan: Plan, rings: Context['rings'], pixels: number): number {
  const { words, width, ffn, heads, padded, granule } = plan;
  const { size, lanes } = plan.target.params;
  const pass = (what: string, k: number, columns: number, unit: number): number =>
    (Math.min(columnsAtOnce({ rings, plan }, what, k, unit), roundUp(columns, unit)) / size) * strideOf(plan.target, k);
  const predictions = 2 * (padded / size) * words.width;
  return (
    (lanes / 4) *
    Math.max(
      pass('Projection', words.width, heads * padded, padded),
      pass('Output projection', words.mix, width, granule),
      pass('FFN layer 1', words.width, ffn, granule),
      pass('FFN layer 2', words.ffn, width, granule),
      Math.max(1, Math.min(heads, Math.floor(rings.ewmem.half / predictions))) * predictions,
      pixels > 0 ? pass('Embedding', ceilDiv(pixels, lanes), width, granule) : 0,
      pixels > 0 ? pass('Output', words.width, pixels, granule) : 0,
    )
  );
}

/** Scratchpad words of the parameters of a block, or of what is around the blocks. */
function paramPlace({ heads, padded, ffn, width, granule, target }: Plan, pixels: number): number {
  const { size } = target.params;
  const vector = (columns: number): number => ceilDiv(8 * roundUp(columns, granule), 4 * size);
  const block = 4 * vector(heads * padded) + vector(ffn) + 64 / size + 4 * vector(width);
  return Math.max(block, vector(pixels) + vector(width));
}
