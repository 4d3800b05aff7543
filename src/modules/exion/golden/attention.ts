// SPDX-License-Identifier: Apache-2.0
import type { AxpyParams, NetworkShape, QuantisedBlock, QuantisedLinear } from '../dit/quantised.types.ts';
import { axpyColumns, requantiseColumns, scaled8 } from './columns.ts';
import { dotAt, gemm, rowProducts } from './gemm.ts';
import { softmaxRow } from './softmax.ts';
import type { BlockScratch } from './tensors.ts';

/** Columns first .. last - 1 of a projection, for the rows marked in rows[start ..]; the others stay as they are. */
function projectRows(
  x: Int8Array,
  { weights, requantise }: QuantisedLinear,
  rows: Uint8Array,
  first: number,
  last: number,
  out: Int8Array,
): void {
  const { offset, gain, shift } = requantise;
  const half = 2 ** (shift - 1);
  const scale = 2 ** -shift;
  const product = new Int32Array(last - first);
  for (let i = 0; i < rows.length; i++) {
    if (rows[i] === 0) continue;
    rowProducts(x, i * weights.inputs, weights, first, last, product, 0);
    for (let o = first; o < last; o++) {
      out[i * weights.outputs + o] = scaled8(product[o - first]! + offset[o]!, gain[o]!, half, scale);
    }
  }
}

/** Attention after prediction: V, rows of Q and K, kept scores, softmax over the kept set, P V, output projection, residual. */
export function attention(
  { tokens, width, heads }: NetworkShape,
  block: QuantisedBlock,
  gate: AxpyParams,
  x: Int16Array,
  t: BlockScratch,
): void {
  const channels = width / heads;
  const product = new Int32Array(tokens * width);
  gemm(t.xn1, block.value.weights, product);
  requantiseColumns(product, block.value.requantise, t.value);

  block.heads.forEach(({ softmax }, g) => {
    const first = g * channels;
    const queryRows = t.queryRows.subarray(g * tokens, (g + 1) * tokens);
    const keyRows = t.keyRows.subarray(g * tokens, (g + 1) * tokens);
    projectRows(t.xn1, block.query, queryRows, first, first + channels, t.query);
    projectRows(t.xn1, block.key, keyRows, first, first + channels, t.key);
    for (let i = 0; i < tokens; i++) {
      const start = (g * tokens + i) * tokens;
      const kept = t.kept.subarray(start, start + tokens);
      if (queryRows[i] === 0) {
        // A dominated row is the value of its key: no Q, no scores.
        for (let j = 0; j < tokens; j++) t.probabilities[start + j] = kept[j]! * 127;
        continue;
      }
      const scores = t.scores.subarray(start, start + tokens);
      for (let j = 0; j < tokens; j++) {
        if (kept[j] === 1) scores[j] = dotAt(t.query, i * width + first, t.key, j * width + first, channels);
      }
      t.probabilities.set(softmaxRow(scores, kept, softmax.gain, softmax.shift), start);
    }
    mixValues(
      t.probabilities.subarray(g * tokens * tokens, (g + 1) * tokens * tokens),
      t.value,
      width,
      first,
      channels,
      product,
    );
  });
  requantiseColumns(product, block.mix, t.mix);

  gemm(t.mix, block.projection, product);
  axpyColumns(x, product, gate, t.afterAttention);
}

/** P V of one head, into its columns of `out` (T x D). */
function mixValues(
  p: Int8Array,
  value: Int8Array,
  width: number,
  first: number,
  channels: number,
  out: Int32Array,
): void {
  const tokens = value.length / width;
  for (let i = 0; i < tokens; i++) {
    out.fill(0, i * width + first, i * width + first + channels);
    for (let j = 0; j < tokens; j++) {
      const weight = p[i * tokens + j]!;
      if (weight === 0) continue;
      for (let c = first; c < first + channels; c++) out[i * width + c]! += weight * value[j * width + c]!;
    }
  }
}
