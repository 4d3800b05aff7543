// SPDX-License-Identifier: Apache-2.0
import { longestNorm } from '../golden/cfse-accepts.ts';
import { CompileError, ceilDiv, mustFit, roundUp, type Target } from './target.ts';

/** Bits of a scratchpad address in a command. */
const scratchAddressBits = 26;

/** Sizes of a transformer block. */
export interface BlockShape {
  readonly tokens: number;
  /** D = heads * dh. */
  readonly width: number;
  readonly heads: number;
  readonly ffn: number;
}

/** Sizes of a block on a target: R = C = `size`, L = `lanes`. */
export interface Plan extends BlockShape {
  readonly target: Target;
  /** Columns of Q, K, V and P V of a head, of which `channels` are real: whole column blocks and whole scratchpad words. */
  readonly channels: number;
  readonly padded: number;
  readonly tiles: number;
  /** Words of L bytes of a contraction over D, dh, T, F and the padded heads. */
  readonly words: {
    readonly width: number;
    readonly channels: number;
    readonly tokens: number;
    readonly ffn: number;
    readonly mix: number;
  };
  /** Smallest unit of columns: whole column blocks, whole scratchpad words. */
  readonly granule: number;
}

export function planOf(shape: BlockShape, target: Target): Plan {
  const { params: p } = target;
  const { tokens, width, heads, ffn } = shape;
  checkShape(shape);
  checkTarget(target);
  const granule = Math.max(p.size, 4);
  const channels = width / heads;
  const padded = roundUp(channels, granule);
  const tiles = ceilDiv(tokens, p.size);
  mustFit(`An image of ${tokens} tokens`, tokens, 'scores a row', 'tokens', p.tokens);
  mustFit(`An image of ${tokens} tokens`, tokens, 'bytes a row of P', 'depth', p.depth);
  mustFit(`LayerNorm of width ${width}`, width, 'columns', 'the longest row', longestNorm);
  mustFit(`FFN width ${ffn}`, ffn, 'bytes a row', 'depth', p.depth);
  mustFit(`${heads} heads of ${channels} channels`, heads * padded, 'bytes a row', 'depth', p.depth);
  const words = (bytes: number): number => ceilDiv(bytes, p.lanes);
  return {
    ...shape,
    target,
    channels,
    padded,
    tiles,
    words: {
      width: words(width),
      channels: words(channels),
      tokens: words(tokens),
      ffn: words(ffn),
      mix: words(heads * padded),
    },
    granule,
  };
}

function checkTarget({ cores, scratchWords }: Target): void {
  const most = 2 ** scratchAddressBits;
  if (!Number.isInteger(cores) || cores < 1 || cores > 32) {
    throw new CompileError(`cores is ${cores}: expected a whole number 1 .. 32`);
  }
  if (!Number.isInteger(scratchWords) || scratchWords < 1 || scratchWords > most) {
    throw new CompileError(`scratchWords is ${scratchWords}: expected a whole number 1 .. ${most}`);
  }
}

/** Refuses a shape that is none, on whatever target. */
export function checkShape(shape: BlockShape): void {
  for (const name of ['tokens', 'width', 'heads', 'ffn'] as const) {
    const value = shape[name];
    if (!Number.isInteger(value) || value < 1) {
      throw new CompileError(`${name} is ${value}: expected a whole number, at least 1`);
    }
  }
  if (shape.width % shape.heads !== 0) {
    throw new CompileError(`width ${shape.width} is not a multiple of heads ${shape.heads}`);
  }
}

/**
 * Words from a weight column of k words to the next of its lane: with colour placement odd, so that columns of neighbouring blocks begin in
 * distinct sub-banks.
 */
export function strideOf({ params: p }: Target, k: number): number {
  return p.placement === 'colour' ? k + 1 - (k % 2) : k;
}

/** Core that works on a row tile, and the tile's number among those of that core. */
export const ownerOf = ({ target }: Plan, tile: number): number => tile % target.cores;
export const turnOf = ({ target }: Plan, tile: number): number => Math.floor(tile / target.cores);

/** Rows of a tile that are tokens. */
export function liveRows({ tokens, target }: Plan, tile: number): number {
  return Math.min(target.params.size, tokens - tile * target.params.size);
}

/** The core of a row tile and the rows that count: what dead rows hold may not raise an overflow. */
export function placeOf(plan: Plan, tile: number): { readonly core: number; readonly live: number } {
  return { core: ownerOf(plan, tile), live: liveRows(plan, tile) };
}

/** Numbers of the row tiles. */
export function tilesOf({ tiles }: Plan): number[] {
  return Array.from({ length: tiles }, (_, tile) => tile);
}
