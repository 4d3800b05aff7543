// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import type { BlockMaker } from '../../dsl/index.ts';

/** A library block as data sheets, speed tests and whole-library checks see it. */
export interface CatalogueEntry {
  /** Of the block, and so of its Verilog module. */
  readonly name: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list of blocks with unlike parameters and ports
  readonly make: BlockMaker<any, any>;
  /** Sample parameter sets: the usual one first, then degenerate ones. */
  readonly configurations: readonly unknown[];
  /** In cycles, as a formula over the parameters. */
  readonly latency: string;
  /** Items a cycle, or cycles an item, as a formula over the parameters. */
  readonly throughput: string;
  /** What the outputs are, in one line. */
  readonly law: string;
}

/** An entry whose configurations are checked against the parameters of the block. */
export function catalogued<S extends z.ZodType, I>(
  make: BlockMaker<S, I>,
  configurations: readonly z.input<S>[],
  text: Pick<CatalogueEntry, 'latency' | 'throughput' | 'law'>,
): CatalogueEntry {
  return { name: make.block.name, make, configurations, ...text };
}
