// SPDX-License-Identifier: Apache-2.0
import { fitRequantise, fitTensor } from './fit.ts';
import type { DitBlock, FloatLinear } from './network.ts';
import { outputsOf, quantiseLinear, weightsOf } from './quantise-linear.ts';
import type { QuantisedBlock, QuantisedHead, WeightMatrix } from './quantised.types.ts';
import { gelu } from './reference.ts';
import type { BlockScales } from './scales.ts';

const clamp8 = (code: number): number => Math.max(-127, Math.min(127, Math.round(code)));

/** The integers of a block that depend on neither step nor label. */
export function quantiseBlock(name: string, block: DitBlock, heads: number, scales: BlockScales): QuantisedBlock {
  const width = block.projection.outputs;
  const query = outputsOf(block.qkv, 0, width);
  const key = outputsOf(block.qkv, width, width);
  const { scale, zero } = scales.pre;
  const predictQuery = oneScaleAHead(query, heads);
  const predictKey = oneScaleAHead(key, heads);
  return {
    query: quantiseLinear(`${name} query`, query, scales.xn1, (c) => scales.query[c]!),
    key: quantiseLinear(`${name} key`, key, scales.xn1, (c) => scales.key[c]!),
    value: quantiseLinear(`${name} value`, outputsOf(block.qkv, 2 * width, width), scales.xn1, (c) => scales.value[c]!),
    predictQuery: predictQuery.weights,
    predictKey: predictKey.weights,
    heads: Array.from({ length: heads }, (_, g) =>
      quantiseHead(`${name} head ${g}`, g, width / heads, scales, predictQuery.scales[g]!, predictKey.scales[g]!),
    ),
    // Probabilities have scale 1/127.
    mix: fitRequantise(
      `${name} mix`,
      scales.value.map((s) => s / 127 / scales.mix),
      new Float64Array(width),
    ),
    projection: weightsOf(block.projection),
    ffn1: quantiseLinear(`${name} ffn1`, block.ffn1, scales.xn2, () => scale, zero),
    table: Int8Array.from({ length: 256 }, (_, index) => {
      const code = (index << 24) >> 24;
      return clamp8(gelu((code + zero) * scale) / scales.hidden);
    }),
    ffn2: weightsOf(block.ffn2),
  };
}

function quantiseHead(
  name: string,
  head: number,
  channels: number,
  scales: BlockScales,
  queryWeights: number,
  keyWeights: number,
): QuantisedHead {
  const predictedQuery = scales.predictQuery[head]!;
  const predictedKey = scales.predictKey[head]!;
  const logit = (query: number, key: number): number => (query * key) / Math.sqrt(channels);
  // ts of an int8 code is 96 at most.
  let scoreShift = 0;
  while (Math.floor((channels * 96 * 96) / 2 ** scoreShift) > 32767) scoreShift++;
  const first = head * channels;
  return {
    predictQuery: fitTensor(`${name} predicted query`, (scales.xn1 * queryWeights) / predictedQuery, 8),
    predictKey: fitTensor(`${name} predicted key`, (scales.xn1 * keyWeights) / predictedKey, 8),
    scoreShift,
    logitsPerUnit: logit(predictedQuery, predictedKey) * 2 ** scoreShift,
    // 256 steps of the exponential halve it: e^-x = 2^(-256 x log2(e) / 256).
    softmax: fitTensor(`${name} softmax`, 256 * Math.LOG2E * logit(scales.query[first]!, scales.key[first]!)),
  };
}

/** The codes of a matrix with one scale for all rows of a head. */
function oneScaleAHead(linear: FloatLinear, heads: number): { weights: WeightMatrix; scales: number[] } {
  const { outputs, inputs } = linear;
  const channels = outputs / heads;
  const value = (e: number): number => linear.codes[e]! * linear.scale[Math.floor(e / inputs)]!;
  const scales = Array.from({ length: heads }, (_, g) => {
    let largest = 0;
    for (let e = g * channels * inputs; e < (g + 1) * channels * inputs; e++)
      largest = Math.max(largest, Math.abs(value(e)));
    return largest === 0 ? 1 : largest / 127;
  });
  const codes = Int8Array.from(linear.codes, (_, e) => clamp8(value(e) / scales[Math.floor(e / inputs / channels)]!));
  return { weights: { outputs, inputs, codes }, scales };
}
