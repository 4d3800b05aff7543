// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '../../dsl/index.ts';

/** The number after this one, modulo its range; there is only one number of no bits. */
export function increment(count: Signal): Signal {
  return count.width === 0 ? count : count.addWrap(1);
}
