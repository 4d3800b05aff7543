// SPDX-License-Identifier: Apache-2.0
import type { ZkFlexParams } from '../../src/modules/zkflex/top/zkflex.params.ts';
import type { SumPlan } from './sums.ts';

/** Windows and passes for the scalars: the c with the fewest additions, in passes whose buckets fit the keys and the pool of the design. */
export function planSum(p: ZkFlexParams, scalars: readonly bigint[]): SumPlan {
  const bits = Math.max(1, ...scalars.map((s) => s.toString(2).length));
  const nonZero = scalars.filter((s) => s !== 0n).length;
  const plans = Array.from({ length: p.windowBits }, (_, i) => {
    const c = i + 1;
    const windows = Math.ceil((bits + 1) / c);
    const most = Math.min(p.windows, Math.floor(Math.min(p.keys, p.pool - 1) / 2 ** (c - 1)));
    return { c, windows, most, additions: windows * (nonZero + 2 ** c) };
  }).filter(({ most }) => most > 0);
  const { c, windows, most } = plans.reduce((best, plan) => (plan.additions < best.additions ? plan : best));
  const passes = [];
  for (let end = windows; end > 0; end -= most) {
    const first = Math.max(0, end - most);
    passes.push({ first, count: end - first });
  }
  return { c, passes };
}
