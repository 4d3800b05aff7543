// SPDX-License-Identifier: Apache-2.0

/** A pattern as the words of a port, the lowest first. */
export function wordsOf(value: bigint, words: number): Uint32Array {
  return Uint32Array.from({ length: words }, (_, i) => Number((value >> BigInt(32 * i)) & 0xffff_ffffn));
}
