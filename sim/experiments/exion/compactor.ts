// SPDX-License-Identifier: Apache-2.0
import { conMerge } from '../../../src/modules/exion/conmerge.ts';
import {
  ConMergeParams,
  type ConMergeParamsInput,
  conMergePresets,
} from '../../../src/modules/exion/conmerge.params.ts';
import type { Mask } from '../../../src/modules/exion/golden/bitmask.ts';
import { allOn, type SeenWord, type UnitModes } from '../../../src/modules/exion/stream-items.ts';
import { unitsOf } from '../../../src/modules/exion/units.ts';
import { openEngine } from '../../open.ts';
import type { Measured } from '../experiment.ts';
import { sampled } from './samples.ts';
import { type Counters, resetEngine, runConMerge } from '../../workloads/conmerge-run.ts';

export interface Compacted {
  readonly words: readonly SeenWord[];
  readonly denseBlocks: number;
  readonly counters: Counters;
  /** words / dense blocks. */
  readonly ratio: number;
  /** Elements issued: busy DPUs over all words. */
  readonly issued: number;
}

/** A compactor in the embedded simulator; every control word is compared with the golden model. */
export class Compactor {
  readonly #params: ConMergeParams;
  readonly #opened: ReturnType<typeof openEngine>;

  constructor(change: Partial<ConMergeParamsInput> = {}) {
    this.#params = ConMergeParams.parse({ ...conMergePresets.main, ...change });
    this.#opened = openEngine(conMerge(this.#params));
  }

  get params(): ConMergeParams {
    return this.#params;
  }

  async run(masks: readonly Mask[], modes: UnitModes = allOn): Promise<Compacted> {
    const engine = await this.#opened;
    const p = this.#params;
    resetEngine(engine);
    const run = runConMerge(engine, p, unitsOf(masks, modes), { maxCycles: 100_000_000 });
    if (!run.equal) throw new Error(`control word ${run.firstFault} differs from the golden model`);
    const denseBlocks = masks.reduce((sum, mask) => sum + Math.ceil(mask.columns / p.cols), 0);
    return {
      words: run.words,
      denseBlocks,
      counters: run.counters,
      ratio: run.words.length / denseBlocks,
      issued: run.words.reduce((sum, word) => sum + word.occ.flat().reduce<number>((all, bit) => all + bit, 0), 0),
    };
  }

  /**
   * Ratios of all masks by the golden model, a unit of work each; the first ones go through the hardware too. @throws when a word differs.
   */
  async ratios(masks: readonly Mask[], modes: UnitModes): Promise<Measured> {
    for (const mask of masks.slice(0, onHardware)) await this.run([mask], modes);
    return sampled(masks, this.#params, modes).ratio;
  }

  async close(): Promise<void> {
    (await this.#opened).close();
  }
}

/** Switches for the columns of the table of paper 3.3. */
export const variants = {
  condense: { ...allOn, merge: false },
  'merge, no cv': { ...allOn, relocate: false },
  'merge with cv': allOn,
  'cv, no sort': { ...allOn, sort: false },
} as const satisfies Record<string, UnitModes>;

/** Seeds that the compactor RTL runs of those that the golden model runs. */
export const onHardware = 12;

/** Seeds 1 .. count; two for a test. */
export const seedsOf = (quick: boolean, count = onHardware): number[] =>
  Array.from({ length: quick ? 2 : count }, (_, i) => i + 1);
