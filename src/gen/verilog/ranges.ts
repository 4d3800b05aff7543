// SPDX-License-Identifier: Apache-2.0

/** Bits lo .. hi-1. */
export interface Range {
  readonly lo: number;
  readonly hi: number;
}

/** Bits of 0 .. width-1 that no range covers. */
export function gaps(ranges: readonly Range[], width: number): Range[] {
  const found: Range[] = [];
  let covered = 0;
  for (const { lo, hi } of ranges.toSorted((a, b) => a.lo - b.lo)) {
    if (lo > covered) found.push({ lo: covered, hi: lo });
    covered = Math.max(covered, hi);
  }
  if (covered < width) found.push({ lo: covered, hi: width });
  return found;
}
