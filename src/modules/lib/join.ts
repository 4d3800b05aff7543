// SPDX-License-Identifier: Apache-2.0
import type { Comb } from '../../dsl/index.ts';

/** Values side by side, the first in the least significant bits; `like` gives the family when there are none. */
export function join<V extends Comb<V>>(like: Comb<V>, parts: readonly Comb<V>[]): V {
  const [top, ...lower] = [...parts].reverse();
  return top === undefined ? like.constant(0n, 0) : top.concat(...lower);
}
