// SPDX-License-Identifier: Apache-2.0
import { type KeepRule, keepRow } from './eager.ts';
import { type Mask, maskOf } from './bitmask.ts';

/** What eager prediction decides for one head (paper 3.2). */
export interface EagerMasks {
  /** AM: scores to compute, T x T. */
  readonly scores: Mask;
  /** RQ[i] = !DOM[i]: rows of Q to compute. */
  readonly queries: Uint8Array;
  /** RK[j] = OR_i(!DOM[i] & AM[i][j]): rows of K to compute. */
  readonly keys: Uint8Array;
}

/** The masks of a head from its predicted scores, row i a query, column j a key. */
export function eagerMasks(predicted: readonly ArrayLike<number>[], rule: KeepRule): EagerMasks {
  const rows = predicted.map((scores) => keepRow(scores, rule));
  const tokens = predicted[0]?.length ?? 0;
  const scores = maskOf(rows.length, tokens, (i, j) => rows[i]!.kept[j] === 1);
  const queries = Uint8Array.from(rows, (row) => (row.dominant ? 0 : 1));
  const keys = Uint8Array.from({ length: tokens }, (_, j) =>
    rows.some((row) => !row.dominant && row.kept[j] === 1) ? 1 : 0,
  );
  return { scores, queries, keys };
}
