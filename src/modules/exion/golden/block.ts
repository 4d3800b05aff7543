// SPDX-License-Identifier: Apache-2.0
import type {
  BlockConditioning,
  NetworkShape,
  QuantisedBlock,
  QuantisedNetwork,
  WeightMatrix,
} from '../dit/quantised.types.ts';
import { attention } from './attention.ts';
import { normColumns } from './columns.ts';
import { denseFfn, sparseFfn } from './ffn-reuse.ts';
import { type KeepSettings, predictAttention, truncateWeights } from './prediction.ts';
import { type BlockScratch, type ReuseState, blockScratch } from './tensors.ts';

/** What is left out of a block in one iteration. */
export interface BlockSettings {
  readonly dense: boolean;
  /** Threshold of the mask that a dense iteration makes. */
  readonly theta: number;
  readonly keep: (head: number) => KeepSettings;
}

/** One transformer block with FFN-Reuse and eager prediction (paper 3.1, 3.2, 4 "One transformer block"). */
export class ExionBlock {
  readonly #shape: NetworkShape;
  readonly #block: QuantisedBlock;
  readonly #query: WeightMatrix;
  readonly #key: WeightMatrix;
  /** Tensors of the last run. */
  readonly tensors: BlockScratch;

  constructor(network: QuantisedNetwork, index: number, scratch = blockScratch(network.shape)) {
    const block = network.blocks[index];
    if (block === undefined) throw new RangeError(`block ${index} of ${network.blocks.length}`);
    this.#shape = network.shape;
    this.#block = block;
    this.#query = truncateWeights(block.predictQuery);
    this.#key = truncateWeights(block.predictKey);
    this.tensors = scratch;
  }

  /** Residual stream x (int16, T x D) to `tensors.afterFfn`; MASK and P go through `state`. */
  run(x: Int16Array, conditioning: BlockConditioning, settings: BlockSettings, state: ReuseState): void {
    const t = this.tensors;
    normColumns(x, conditioning.norm1, t.xn1);
    predictAttention(this.#shape, this.#block, this.#query, this.#key, settings.keep, t);
    attention(this.#shape, this.#block, conditioning.gate1, x, t);
    normColumns(t.afterAttention, conditioning.norm2, t.xn2);
    if (settings.dense) denseFfn(this.#block, conditioning.gate2, settings.theta, t, state);
    else sparseFfn(this.#block, conditioning.gate2, t, state);
  }
}
