// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { bitsFor } from '../../lib/widths.ts';

/** A bit for each number below `count`: whether it `holds` beside the signal, which gets room for `count`. */
export function upTo(limit: Signal, count: number, holds: (index: number, limit: Signal) => Signal): Signal {
  const wide = limit.resize(Math.max(limit.width, bitsFor(count)));
  return join<Signal>(
    limit,
    Array.from({ length: count }, (_, i) => holds(i, wide)),
  );
}
