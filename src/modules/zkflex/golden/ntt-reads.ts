// SPDX-License-Identifier: Apache-2.0

/** What an operation of a transform node is told (docs/rationale/zkflex.md). */
export interface NttReading {
  readonly op: 'DIF' | 'DIT' | 'POWERS' | 'MUL' | 'ADD' | 'SUB' | 'COPY';
  readonly log2n: number;
  readonly log2batch?: number;
  readonly src?: number;
  readonly second?: number;
  readonly perStage?: boolean;
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

/** Addresses that an operation on one node reads before it has written anything there: the elements that must be below the modulus. */
export function wordsRead({ op, log2n, log2batch = 0, src = 0, second = 0, perStage = false }: NttReading): {
  readonly data: readonly number[];
  readonly twiddles: readonly number[];
} {
  const n = 2 ** log2n;
  const elements = range(src, n * 2 ** log2batch);
  switch (op) {
    case 'DIF':
    case 'DIT':
      // A transform of one point is a copy. Word 0 of a table of stages belongs to none.
      return { data: elements, twiddles: perStage ? range(second + 1, n - 1) : range(second, n >> 1) };
    case 'POWERS':
      return { data: [src], twiddles: range(second, log2n) };
    case 'COPY':
      return { data: elements, twiddles: [] };
    default:
      return { data: [...elements, ...range(second, elements.length)], twiddles: [] };
  }
}
