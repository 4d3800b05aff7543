// SPDX-License-Identifier: Apache-2.0
import type { QuantisedNetwork, SparsitySettings } from '../dit/quantised.types.ts';
import { type BlockSettings, ExionBlock } from './block.ts';
import { axpyColumns, normColumns, requantiseColumns } from './columns.ts';
import { gemm } from './gemm.ts';
import { type BlockTensors, type ReuseState, blockScratch, reuseState } from './tensors.ts';
import { thetaForSparsity } from './threshold.ts';

export interface DenoiseSettings extends SparsitySettings {
  /**
   * Automatic thresholds (paper 3.1): each dense pass takes the smallest theta that leaves at most the share 1 - sparsity, for the next
   * dense pass; `theta` is that of the first.
   */
  readonly autoSparsity?: number;
}

/** Called in the order of the hardware. Tensors are written over afterwards: keep copies. */
export interface DenoiseObserver {
  /** int8 T x P input of the embedding, int16 T x D residual stream. */
  readonly embedding?: (at: { step: number; dense: boolean }, tensors: { input: Int8Array; x: Int16Array }) => void;
  readonly block?: (
    at: { step: number; dense: boolean; block: number; theta: number },
    tensors: BlockTensors & { readonly x: Int16Array },
  ) => void;
  /** int8 T x D input of the output layer; int16 T x P image after the step. */
  readonly image?: (at: { step: number; dense: boolean }, tensors: { xn: Int8Array; image: Int16Array }) => void;
}

/** Settings that leave nothing out. */
export function exactSettings({ shape }: QuantisedNetwork): SparsitySettings {
  return {
    sparseIterations: 0,
    theta: Array.from({ length: shape.blocks }, () => -1),
    keys: shape.tokens,
    dominance: Array.from({ length: shape.blocks }, () => new Array<number>(shape.heads).fill(65536)),
  };
}

/**
 * The loop of one image (paper 3.1: iteration `it` is dense when it mod (N + 1) = 0), `noise` and result int16 T x P in units of
 * `scales.image`. A part of the loop is `steps` steps from step `first` on; iteration 0 is the first.
 */
export function denoise(
  network: QuantisedNetwork,
  label: number,
  noise: Int16Array,
  settings: DenoiseSettings,
  options: { observer?: DenoiseObserver; first?: number; steps?: number } = {},
): Int16Array {
  const { shape, embedding, output } = network;
  const { observer = {}, first = 0, steps = shape.steps - first } = options;
  const conditioning = network.conditioning[label];
  checkSettings(network, settings);
  if (conditioning === undefined) throw new RangeError(`label ${label}: expected 0 .. ${shape.labels}`);
  if (first < 0 || first + steps > shape.steps) {
    throw new RangeError(`steps ${first} .. ${first + steps - 1}: expected within 0 .. ${shape.steps - 1}`);
  }
  if (noise.length !== shape.tokens * shape.pixels) {
    throw new Error(`noise has ${noise.length} pixels: expected ${shape.tokens} x ${shape.pixels}`);
  }

  const scratch = blockScratch(shape);
  const blocks = network.blocks.map((_, b) => new ExionBlock(network, b, scratch));
  const states = network.blocks.map(() => reuseState(shape));
  const theta = [...settings.theta];
  const image = Int16Array.from(noise);
  const input = new Int8Array(noise.length);
  const pixels = new Int32Array(noise.length);
  const embedded = new Int32Array(shape.tokens * shape.width);
  const x = new Int16Array(embedded.length);
  const xn = new Int8Array(embedded.length);

  for (let step = first; step < first + steps; step++) {
    const at = { step, dense: (step - first) % (settings.sparseIterations + 1) === 0 };
    requantiseColumns(image, network.input, input);
    gemm(input, embedding.weights, embedded);
    axpyColumns(embedding.position, embedded, embedding.add, x);
    observer.embedding?.(at, { input, x });

    blocks.forEach((block, b) => {
      const state: ReuseState = states[b]!;
      const { keys, dominance } = settings;
      const keep: BlockSettings['keep'] = (head) => ({ keys, dominance: dominance[b]![head]! });
      block.run(x, conditioning[step]!.blocks[b]!, { dense: at.dense, theta: theta[b]!, keep }, state);
      observer.block?.({ ...at, block: b, theta: theta[b]! }, { ...scratch, ...state, x });
      if (at.dense && settings.autoSparsity !== undefined) {
        theta[b] = thetaForSparsity(scratch.hidden, settings.autoSparsity);
      }
      x.set(scratch.afterFfn);
    });

    normColumns(x, conditioning[step]!.norm, xn);
    gemm(xn, output.weights, pixels);
    axpyColumns(image, pixels, output.update, image);
    observer.image?.(at, { xn, image });
  }
  return image;
}

function checkSettings(
  { shape }: QuantisedNetwork,
  { sparseIterations, theta, keys, dominance }: DenoiseSettings,
): void {
  const whole = (what: string, value: number | undefined, least: number, most: number): void => {
    if (value !== undefined && Number.isInteger(value) && value >= least && value <= most) return;
    throw new RangeError(`${what} is ${value}: expected an integer ${least} .. ${most}`);
  };
  whole('sparseIterations', sparseIterations, 0, 2 ** 16 - 2);
  whole('keys', keys, 1, 2 ** 13 - 1);
  for (let b = 0; b < shape.blocks; b++) {
    whole(`theta[${b}]`, theta[b], -1, 127);
    for (let g = 0; g < shape.heads; g++) whole(`dominance[${b}][${g}]`, dominance[b]?.[g], 0, 65536);
  }
}
