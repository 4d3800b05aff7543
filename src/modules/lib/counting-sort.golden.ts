// SPDX-License-Identifier: Apache-2.0

export interface SortEntry {
  readonly key: number;
  readonly data: bigint;
  readonly last: boolean;
}

/** Batches as the block cuts them (at `last`, or full), each sorted by key with equal keys in order of arrival. */
export function countingSortGolden(
  entries: readonly SortEntry[],
  capacity: number,
  order: 'ascending' | 'descending',
): SortEntry[] {
  const sign = order === 'ascending' ? 1 : -1;
  const sorted: SortEntry[] = [];
  let batch: SortEntry[] = [];
  for (const entry of entries) {
    batch.push(entry);
    if (!entry.last && batch.length < capacity) continue;
    const { length } = batch;
    // Array.prototype.sort is stable.
    batch.sort((a, b) => sign * (a.key - b.key));
    sorted.push(...batch.map(({ key, data }, i) => ({ key, data, last: i === length - 1 })));
    batch = [];
  }
  return sorted;
}
