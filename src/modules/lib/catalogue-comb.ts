// SPDX-License-Identifier: Apache-2.0
import { adderTreeBlock } from './adder-tree.ts';
import { type CatalogueEntry, catalogued } from './catalogue.ts';
import { countingSort } from './counting-sort.ts';
import { dotAccumulate, dotProduct } from './dot-product.ts';
import { leadingOne, leadingZero } from './leading-one.ts';
import { onehotDecodeBlock, onehotEncodeBlock, onehotMuxBlock } from './onehot.ts';
import { popcountBlock } from './popcount.ts';
import { priorityEncoder } from './priority-encoder.ts';
import { requantiseBlock, requantisePipelined } from './requantise.ts';

const combinational = { latency: '0 (combinational)', throughput: 'one word a cycle' };

/** Arithmetic, coding and sorting blocks; for each the usual parameters first, then degenerate ones. */
export const combCatalogue: readonly CatalogueEntry[] = [
  catalogued(leadingOne, [{ width: 32 }, { width: 1 }, { width: 13, end: 'lowest' }], {
    ...combinational,
    law: 'valid = (x != 0); index = position of the one nearest the chosen end, 0 without one',
  }),
  catalogued(leadingZero, [{ width: 32 }, { width: 1 }, { width: 13, end: 'lowest' }], {
    ...combinational,
    law: 'count = zeros before the one nearest the chosen end, width without one',
  }),
  catalogued(priorityEncoder, [{ width: 32 }, { width: 1 }, { width: 5, first: 'highest' }], {
    ...combinational,
    law: 'onehot = the winning request alone, index = its position, any = (requests != 0)',
  }),
  catalogued(popcountBlock, [{ width: 32 }, { width: 1 }, { width: 7 }, { width: 256 }], {
    ...combinational,
    law: 'count = number of ones of x',
  }),
  catalogued(
    onehotMuxBlock,
    [
      { choices: 8, width: 16 },
      { choices: 1, width: 1 },
      { choices: 3, width: 0 },
    ],
    { ...combinational, law: 'out = in[i] for select = 1 << i, 0 for select = 0' },
  ),
  catalogued(onehotDecodeBlock, [{ count: 32 }, { count: 1 }, { count: 20 }], {
    ...combinational,
    law: 'onehot = enable << index, 0 for index >= count',
  }),
  catalogued(onehotEncodeBlock, [{ count: 32 }, { count: 1 }, { count: 20 }], {
    ...combinational,
    law: 'index = i for onehot = 1 << i; valid = (onehot != 0)',
  }),
  catalogued(
    adderTreeBlock,
    [
      { terms: 8, width: 16, signed: true, every: 1 },
      { terms: 8, width: 16 },
      { terms: 1, width: 1, every: 1 },
      { terms: 9, width: 8, every: 2 },
    ],
    {
      latency: 'every = 0: 0, else ceil(clog2(terms) / every)',
      throughput: 'one set of terms a cycle',
      law: 'out.sum = sum of in.terms, exact',
    },
  ),
  catalogued(
    dotProduct,
    [{ lanes: 16 }, { lanes: 8, shape: 'chain' }, { lanes: 1 }, { lanes: 3, aWidth: 1, bWidth: 1, every: 2 }],
    {
      latency: 'tree: 2 + ceil(clog2(lanes) / every); chain: 2 + lanes',
      throughput: 'one pair of vectors a cycle',
      law: 'out.sum = sum of a[i] * b[i], exact',
    },
  ),
  catalogued(dotAccumulate, [{ lanes: 16 }, { lanes: 8, shape: 'chain' }, { lanes: 1 }], {
    latency: 'from the last beat; tree: 3 + ceil(clog2(lanes) / every), chain: 3 + lanes',
    throughput: 'one beat of lanes elements a cycle',
    law: 'out.sum = sum of the dot products of the beats from first to last',
  }),
  catalogued(requantiseBlock, [{}, { width: 1 }, { accumulator: 1, multiplier: 1 }, { minShift: 16, maxShift: 16 }], {
    ...combinational,
    law: 'out = clamp((a * M + 2^(S-1)) >> S) to +-(2^(width-1) - 1)',
  }),
  catalogued(requantisePipelined, [{}, { width: 1 }, { minShift: 16, maxShift: 16 }], {
    latency: '4',
    throughput: 'one value a cycle',
    law: 'out.value = clamp((a * M + 2^(S-1)) >> S) to +-(2^(width-1) - 1)',
  }),
  catalogued(
    countingSort,
    [
      { classes: 8, capacity: 256, width: 32 },
      { classes: 1, capacity: 4, width: 8 },
      { classes: 3, capacity: 1, width: 0 },
      { classes: 5, capacity: 11, width: 33, order: 'descending' },
    ],
    {
      latency: '2 n + classes + 2 for a batch of n; 0 for one class or capacity 1',
      throughput: 'n entries in 2 n + classes + 1 cycles; in n for one class or capacity 1',
      law: 'each batch comes out ordered by key, entries of equal keys in order of arrival',
    },
  ),
];
