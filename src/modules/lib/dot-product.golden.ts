// SPDX-License-Identifier: Apache-2.0

/** Sum of the products of two vectors of equal length. */
export function dotGolden(a: readonly bigint[], b: readonly bigint[]): bigint {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0n);
}
