// SPDX-License-Identifier: Apache-2.0
import { type BufferMap, privateBits, sharedBits } from './buffers.ts';
import { ownerOf, type Plan, tilesOf, turnOf } from './plan.ts';
import { Regions } from './regions.ts';
import { CompileError, ceilDiv, mustFit } from './target.ts';

/** First scratchpad words of the tensors of a row tile. */
export interface TileTensors {
  /** int16: residual stream. */
  readonly x: number;
  /** int8: normalised input of the projections. */
  readonly xn: number;
  /** int8, padded heads. */
  readonly query: number;
  readonly predictedQuery: number;
  readonly mix: number;
  readonly value: number;
  readonly key: number;
  readonly predictedKey: number;
  /** int8, F columns. */
  readonly hidden: number;
  /** int32, D columns, one for each block. */
  readonly reused: readonly number[];
  /** int16 and int8, P columns; int16 constant, D columns. 0 words without pixels. */
  readonly image: number;
  readonly input: number;
  readonly position: number;
}

/** Where everything lies in the scratchpad and in the mask memories. */
export interface Layout {
  readonly scratch: Regions;
  readonly mask: Regions;
  readonly tiles: readonly TileTensors[];
  /** Two places each, filled in turn. */
  readonly weights: readonly number[];
  readonly params: readonly number[];
  /** [core][turn]. */
  readonly probabilities: readonly (readonly number[])[];
  /** Zeros, constant. */
  readonly zeros: number;
  /** Column words of the FFN mask of a block and row tile. */
  readonly ffnMask: (block: number, tile: number) => number;
  /** AM and RQ of a head and row tile, RK of a head. */
  readonly kept: (head: number, tile: number) => number;
  readonly queryRows: (head: number, tile: number) => number;
  readonly keyRows: (head: number) => number;
}

export interface LayoutSizes {
  readonly blocks: number;
  /** P, 0 for a block alone. */
  readonly pixels: number;
  /** Words of a place for weights and for parameters. */
  readonly weightWords: number;
  readonly paramWords: number;
  /** FFN masks are kept. */
  readonly reuse: boolean;
}

export function layoutOf(plan: Plan, sizes: LayoutSizes, buffers: BufferMap): Layout {
  const scratch = new Regions();
  const { params: p, cores } = plan.target;
  const { width, ffn, heads, padded, tokens } = plan;
  const bytes = (columns: number): number => ceilDiv(columns, 4);
  const at = (name: string, words: number, bit: number | null): number => {
    buffers.part('scratch', scratch.end, bit);
    return scratch.take(name, words);
  };
  const pair = (name: string, words: number, bits: readonly number[]): number[] =>
    bits.map((bit, i) => at(`${name}${i}`, words, bit));

  const weights = pair('weights', sizes.weightWords, sharedBits.weights);
  const params = pair('params', sizes.paramWords, sharedBits.params);
  // Zeros of a tile of V, and of a weight word for every column block of OMEM.
  const zeros = at('zeros', Math.max(bytes(padded), (p.columns / p.size) * (p.lanes / 4)), sharedBits.params[0]);
  const positions = tilesOf(plan).map((tile) => at(`position${tile}`, sizes.pixels > 0 ? ceilDiv(width, 2) : 0, null));
  const probabilities = Array.from({ length: cores }, (_, core) =>
    pair(`probabilities.core${core}.`, bytes(tokens), privateBits.probabilities),
  );
  const tiles = tilesOf(plan).map((tile): TileTensors => {
    const owner = ownerOf(plan, tile) % 2;
    const own = privateBits.tile[turnOf(plan, tile) % 2]!;
    const tensor = (name: string, words: number, bit: number = own): number => at(`${name}${tile}`, words, bit);
    return {
      x: tensor('x', ceilDiv(width, 2)),
      xn: tensor('xn', bytes(width)),
      query: tensor('query', bytes(heads * padded)),
      predictedQuery: tensor('predictedQuery', bytes(heads * padded)),
      mix: tensor('mix', bytes(heads * padded)),
      hidden: tensor('hidden', bytes(ffn)),
      reused: Array.from({ length: sizes.reuse ? sizes.blocks : 0 }, (_, b) => tensor(`block${b}.reused`, width)),
      image: tensor('image', ceilDiv(sizes.pixels, 2)),
      input: tensor('input', bytes(sizes.pixels)),
      value: tensor('value', bytes(heads * padded), sharedBits.values[owner]),
      key: tensor('key', bytes(heads * padded), sharedBits.keys[owner]),
      predictedKey: tensor('predictedKey', bytes(heads * padded), sharedBits.keys[owner]),
      position: positions[tile]!,
    };
  });
  mustFit('The program', scratch.end, `words of ${4 * p.size} bytes`, 'the scratchpad', plan.target.scratchWords);
  return { scratch, tiles, weights, params, probabilities, zeros, ...maskLayout(plan, sizes, buffers) };
}

/** The mask memories of all cores have the same layout: each holds the masks of its own row tiles. */
function maskLayout(plan: Plan, { blocks, reuse }: LayoutSizes, buffers: BufferMap) {
  const mask = new Regions();
  const { params: p, cores } = plan.target;
  const turns = ceilDiv(plan.tiles, cores);
  buffers.part('mask', 0, privateBits.ffnMask);
  const ffnMasks = Array.from({ length: reuse ? blocks : 0 }, (_, b) =>
    Array.from({ length: turns }, (_t, turn) => mask.take(`block${b}.mask.turn${turn}`, plan.ffn)),
  );
  const headMasks = Array.from({ length: plan.heads }, (_, head) => {
    buffers.part('mask', mask.end, privateBits.attentionMask[head % 2]!);
    return {
      kept: Array.from({ length: turns }, (_t, turn) => mask.take(`kept.head${head}.turn${turn}`, plan.tokens)),
      queryRows: mask.take(`queryRows.head${head}`, turns),
      keyRows: mask.take(`keyRows.head${head}`, plan.tiles),
    };
  });
  if (mask.end > p.maskWords) {
    const ffn = (reuse ? blocks : 0) * turns * plan.ffn;
    throw new CompileError(
      `Masks need ${mask.end} column words (FFN masks ${ffn}, attention ${mask.end - ffn}): maskWords is ${p.maskWords}`,
    );
  }
  return {
    mask,
    ffnMask: (block: number, tile: number) => ffnMasks[block]![turnOf(plan, tile)]!,
    kept: (head: number, tile: number) => headMasks[head]!.kept[turnOf(plan, tile)]!,
    queryRows: (head: number, tile: number) => headMasks[head]!.queryRows + turnOf(plan, tile),
    keyRows: (head: number) => headMasks[head]!.keyRows,
  };
}
