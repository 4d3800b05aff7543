// SPDX-License-Identifier: Apache-2.0
import type { ConMergeParams } from '../../../src/modules/exion/conmerge.params.ts';
import type { Mask } from '../../../src/modules/exion/golden/bitmask.ts';
import type { UnitModes } from '../../../src/modules/exion/stream-items.ts';
import { mergeUnit } from '../../../src/modules/exion/units.ts';
import { type Measured, measured } from '../experiment.ts';

/** Seeds of the golden model; the hardware runs the first ones of them, word for word equal to it. */
export const modelSeeds = (quick: boolean): number[] => Array.from({ length: quick ? 24 : 200 }, (_, i) => i + 1);

export interface Sampled {
  /** Control words / dense blocks. */
  readonly ratio: Measured;
  /** Cycles of the vector generator a control word, the cycle of LOADA left out. */
  readonly cycles: Measured;
}

/** Runs masks through the golden model, one unit of work each. */
export function sampled(masks: readonly Mask[], p: ConMergeParams, modes: UnitModes): Sampled {
  const results = masks.map((mask) => mergeUnit({ mask, modes }, p));
  return {
    ratio: measured(results.map(({ words }, i) => words.length / Math.ceil(masks[i]!.columns / p.cols))),
    cycles: measured(results.map(({ words, cycles }) => cycles / words.length)),
  };
}
