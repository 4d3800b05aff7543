// SPDX-License-Identifier: Apache-2.0
import type { ConMergeParams } from './conmerge.params.ts';
import { tileMask } from './golden/bitmask.ts';
import { thetaForSparsity, thresholdMask } from './golden/threshold.ts';
import { allOn, type UnitModes } from './stream-items.ts';
import type { FfnTrace } from './trace.ts';
import { type Unit, unitsOf } from './units.ts';

/** What part of a recorded network becomes work for the compactor. */
export interface FfnMaskOptions {
  /** Denoising steps, absolute. */
  readonly steps: readonly number[];
  /** Transformer blocks; all unless said. */
  readonly blocks?: readonly number[];
  /** Share of activations to be reused; theta is the smallest that reaches it in the step and block (paper 3.1, auto mode). */
  readonly sparsity: number;
  readonly modes?: UnitModes;
}

export interface FfnLayerWork {
  readonly step: number;
  readonly block: number;
  readonly theta: number;
  readonly units: readonly Unit[];
}

/**
 * Workload `ffn-masks`: the FFN-Reuse masks of recorded activations (paper 3.1), cut into units of work of R tokens and up to N channels.
 * Preparation only; sim/workloads/ffn-masks.ts runs it.
 */
export function ffnMaskWork(trace: FfnTrace, p: ConMergeParams, options: FfnMaskOptions): FfnLayerWork[] {
  const blocks = options.blocks ?? Array.from({ length: trace.blocks }, (_, block) => block);
  return options.steps.flatMap((step) =>
    blocks.map((block) => {
      const act = trace.activations(step, block);
      const theta = thetaForSparsity(act, options.sparsity);
      const mask = thresholdMask(act, trace.tokens, trace.channels, theta);
      const units = unitsOf(tileMask(mask, p.rows, p.columns), options.modes ?? allOn);
      return { step, block, theta, units };
    }),
  );
}
