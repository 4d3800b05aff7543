// SPDX-License-Identifier: Apache-2.0

/**
 * All sums of a prefix: result i is items 0 .. i combined, in ceil(log2 n) levels (J. Sklansky, Conditional-sum addition logic, 1960).
 * `combine(high, low)` is associative; `name` may give each sum a name as it is made.
 */
export function prefixSums<T>(
  items: readonly T[],
  combine: (high: T, low: T) => T,
  name: (sum: T, level: number, index: number) => T = (sum) => sum,
): T[] {
  let sums = [...items];
  for (let level = 0; 1 << level < items.length; level++) {
    const half = 1 << level;
    // In the upper half of every group of 2^(level+1), the sum of the whole lower half joins.
    sums = sums.map((sum, i) =>
      (i & half) === 0 ? sum : name(combine(sum, sums[(i | (half - 1)) - half]!), level, i),
    );
  }
  return sums;
}
