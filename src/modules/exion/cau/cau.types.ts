// SPDX-License-Identifier: Apache-2.0
import { bitsFor } from '../../lib/widths.ts';
import type { ExionCoreParams } from '../core.params.ts';

/** Parameters of ConMerge in a core: ids are as wide as column numbers and counts are, so that both sides of a map agree. */
export function conMergeOf(p: ExionCoreParams) {
  const { size, slots, tries, bounds, columns, ncvg, placement } = p;
  return { rows: size, cols: size, slots, tries, bounds, columns, ncvg, placement, idWidth: bitsFor(columns) };
}

/** Parameters of K-merge in a core. */
export function kmergeOf(p: ExionCoreParams) {
  const { size, lanes, slots, window, depth, placement } = p;
  return { rows: size, lanes, slots, window, words: depth / lanes, colour: placement === 'colour' };
}
