// SPDX-License-Identifier: Apache-2.0

/** One measured figure beside a named peer or limit that was measured in the same run. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, with its own figure. */
  readonly peer: string;
  /** Ours against the peer; for times and memory, how much of the limit is used. */
  readonly ratio: number;
  /** What the ratio should be: `>= 1`, `<= 1`, or empty. */
  readonly target: string;
}

/** Does the ratio keep its target? Null when there is none. */
export function meets({ ratio, target }: BenchRow): boolean | null {
  const match = /^(>=|<=)\s*([\d.]+)/.exec(target);
  if (!match) return null;
  return match[1] === '>=' ? ratio >= Number(match[2]) : ratio <= Number(match[2]);
}
