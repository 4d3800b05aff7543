// SPDX-License-Identifier: Apache-2.0
import type { NetworkShape, QuantisedBlock, TensorScale, WeightMatrix } from '../dit/quantised.types.ts';
import { scaled8 } from './columns.ts';
import { eagerMasks } from './eager-masks.ts';
import { twoStep } from './eager.ts';
import { dotAt, gemm } from './gemm.ts';
import type { BlockScratch } from './tensors.ts';

/** ts of every int8 code, at code & 255. */
const truncated = Int8Array.from({ length: 256 }, (_, code) => twoStep((code << 24) >> 24));

/** ts of every element; int8 codes stay int8. */
export function truncate(codes: Int8Array): Int8Array {
  return codes.map((code) => truncated[code & 255]!);
}

/** A matrix of the prediction with ts done: constant, so once a network. */
export function truncateWeights(w: WeightMatrix): WeightMatrix {
  return { ...w, codes: truncate(w.codes) };
}

/** Which keys a query keeps in one head. */
export interface KeepSettings {
  readonly keys: number;
  readonly dominance: number;
}

/** EPRED of all heads, ts(X) . ts(W), each head with its own scale. */
function predictProjection(tsX: Int8Array, tsW: WeightMatrix, scales: readonly TensorScale[], out: Int8Array): void {
  const product = new Int32Array(out.length);
  gemm(tsX, tsW, product);
  const channels = tsW.outputs / scales.length;
  scales.forEach(({ gain, shift }, g) => {
    const half = 2 ** (shift - 1);
    const scale = 2 ** -shift;
    for (let row = 0; row < out.length; row += tsW.outputs) {
      for (let e = row + g * channels; e < row + (g + 1) * channels; e++) {
        out[e] = scaled8(product[e]!, gain, half, scale);
      }
    }
  });
}

/** Eager prediction of all heads (paper 3.2): predicted Q, K and scores, then AM, RQ, RK. `query` and `key` have ts done. */
export function predictAttention(
  { tokens, width, heads }: NetworkShape,
  block: QuantisedBlock,
  query: WeightMatrix,
  key: WeightMatrix,
  keep: (head: number) => KeepSettings,
  t: BlockScratch,
): void {
  const tsX = truncate(t.xn1);
  const channels = width / heads;
  predictProjection(
    tsX,
    query,
    block.heads.map((head) => head.predictQuery),
    t.predictedQuery,
  );
  predictProjection(
    tsX,
    key,
    block.heads.map((head) => head.predictKey),
    t.predictedKey,
  );
  const tsQ = truncate(t.predictedQuery);
  const tsK = truncate(t.predictedKey);
  block.heads.forEach((head, g) => {
    const first = g * channels;
    const square = g * tokens * tokens;
    const rows: Int32Array[] = [];
    for (let i = 0; i < tokens; i++) {
      const row = t.predictedScores.subarray(square + i * tokens, square + (i + 1) * tokens);
      for (let j = 0; j < tokens; j++) row[j] = dotAt(tsQ, i * width + first, tsK, j * width + first, channels);
      rows.push(row);
    }
    const { keys, dominance } = keep(g);
    const masks = eagerMasks(rows, { shift: head.scoreShift, dominance, k: keys });
    t.kept.set(masks.scores.bits, square);
    t.queryRows.set(masks.queries, g * tokens);
    t.keyRows.set(masks.keys, g * tokens);
  });
}
