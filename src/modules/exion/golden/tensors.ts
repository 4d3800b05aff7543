// SPDX-License-Identifier: Apache-2.0
import type { NetworkShape } from '../dit/quantised.types.ts';

/**
 * Everything that happens in one block in one step, row-major, T tokens, D = `width`, H heads, F = `ffn`. The model writes them over and
 * over: who wants to keep one copies it. What is not computed holds old values (Q, K, scores) or 0 (probabilities, h).
 */
export interface BlockTensors {
  /** T x D: output of the first LayerNorm. */
  readonly xn1: Int8Array;
  /** T x D, column g dh + i is channel i of head g; so are Q, K and their predictions. */
  readonly value: Int8Array;
  readonly predictedQuery: Int8Array;
  readonly predictedKey: Int8Array;
  /** H x T x T, [head][query][key], before SHS. */
  readonly predictedScores: Int32Array;
  /** AM, H x T x T: keys kept. One in a row whose query is dominated. */
  readonly kept: Uint8Array;
  /** RQ, H x T: rows of Q that are computed, those that no key dominates. */
  readonly queryRows: Uint8Array;
  /** RK, H x T: rows of K that are computed. */
  readonly keyRows: Uint8Array;
  readonly query: Int8Array;
  readonly key: Int8Array;
  /** H x T x T; only those of RQ and AM are computed. */
  readonly scores: Int32Array;
  /** H x T x T, scale 1/127. */
  readonly probabilities: Int8Array;
  /** T x D: P V of all heads. */
  readonly mix: Int8Array;
  /** T x D: residual stream after attention. */
  readonly afterAttention: Int16Array;
  /** T x D: output of the second LayerNorm. */
  readonly xn2: Int8Array;
  /** T x F: activations; in a sparse iteration 0 where the mask is 0. */
  readonly hidden: Int8Array;
  /** T x F: MASK, of the last dense iteration. */
  readonly mask: Uint8Array;
  /** T x D. Dense: Y = H W2. Sparse: (h o MASK) W2. */
  readonly product: Int32Array;
  /** T x D: Qs = (H o MASK) W2 of the last dense iteration. */
  readonly recomputed: Int32Array;
  /** T x D: P = Y - Qs of the last dense iteration. */
  readonly reused: Int32Array;
  /** T x D: residual stream that leaves the block. */
  readonly afterFfn: Int16Array;
}

/** What persists of a block from one iteration to the next (FFN-Reuse), and only that. */
export interface ReuseState {
  readonly mask: Uint8Array;
  readonly recomputed: Int32Array;
  readonly reused: Int32Array;
  /** A dense iteration has been done. */
  filled: boolean;
}

export function reuseState({ tokens, width, ffn }: NetworkShape): ReuseState {
  return {
    mask: new Uint8Array(tokens * ffn),
    recomputed: new Int32Array(tokens * width),
    reused: new Int32Array(tokens * width),
    filled: false,
  };
}

/** Tensors that no iteration hands to the next. */
export type BlockScratch = Omit<BlockTensors, 'mask' | 'recomputed' | 'reused'>;

export function blockScratch({ tokens, width, heads, ffn }: NetworkShape): BlockScratch {
  const stream = tokens * width;
  const square = heads * tokens * tokens;
  return {
    xn1: new Int8Array(stream),
    value: new Int8Array(stream),
    predictedQuery: new Int8Array(stream),
    predictedKey: new Int8Array(stream),
    predictedScores: new Int32Array(square),
    kept: new Uint8Array(square),
    queryRows: new Uint8Array(heads * tokens),
    keyRows: new Uint8Array(heads * tokens),
    query: new Int8Array(stream),
    key: new Int8Array(stream),
    scores: new Int32Array(square),
    probabilities: new Int8Array(square),
    mix: new Int8Array(stream),
    afterAttention: new Int16Array(stream),
    xn2: new Int8Array(stream),
    hidden: new Int8Array(tokens * ffn),
    product: new Int32Array(stream),
    afterFfn: new Int16Array(stream),
  };
}
