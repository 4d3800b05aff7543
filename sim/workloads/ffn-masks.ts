// SPDX-License-Identifier: Apache-2.0
import type { ConMergeParams } from '../../src/modules/exion/conmerge.params.ts';
import type { FfnLayerWork } from '../../src/modules/exion/ffn-masks.ts';
import type { Engine } from '../../src/sim/engine.ts';
import { type ConMergeRun, type Counters, resetEngine, runConMerge } from './conmerge-run.ts';

/** One row of the table: what a layer's masks cost on the compactor and save on the array. */
export interface FfnMaskRow {
  readonly step: number;
  readonly block: number;
  readonly theta: number;
  /** Share of unmarked elements. */
  readonly sparsity: number;
  readonly denseBlocks: number;
  readonly blocks: number;
  /** blocks / dense blocks. */
  readonly ratio: number;
  readonly cycles: number;
  readonly counters: Counters;
  readonly equal: boolean;
}

/** Runs layers one after the other and returns a row for each. Calls `report` after every layer. */
export function runFfnMasks(
  engine: Engine,
  p: ConMergeParams,
  work: readonly FfnLayerWork[],
  report: (done: number, total: number) => void = () => undefined,
): FfnMaskRow[] {
  return work.map((layer, i) => {
    resetEngine(engine);
    const row = rowOf(layer, p, runConMerge(engine, p, layer.units));
    report(i + 1, work.length);
    return row;
  });
}

function rowOf({ step, block, theta, units }: FfnLayerWork, p: ConMergeParams, run: ConMergeRun): FfnMaskRow {
  const sum = (of: (mask: FfnLayerWork['units'][number]['mask']) => number): number =>
    units.reduce((total, { mask }) => total + of(mask), 0);
  const elements = sum((mask) => mask.bits.length);
  const marked = sum((mask) => mask.bits.reduce((count, bit) => count + bit, 0));
  const denseBlocks = sum((mask) => Math.ceil(mask.columns / p.cols));
  const blocks = run.words.length;
  return {
    step,
    block,
    theta,
    sparsity: elements === 0 ? 0 : 1 - marked / elements,
    denseBlocks,
    blocks,
    ratio: denseBlocks === 0 ? 0 : blocks / denseBlocks,
    cycles: run.cycles,
    counters: run.counters,
    equal: run.equal && run.events.length === 0,
  };
}
