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
import { type Measured, measured } from '../experiment.ts';
import { type Counters, resetEngine, runConMerge } from '../../workloads/conmerge-run.ts';

/** The array of the published size and the operands of the paper file's main set: K words of 16, four columns drained a cycle. */
export const array = { words: 72, drain: 4 } as const;

export interface Compacted {
  readonly words: readonly SeenWord[];
  readonly denseBlocks: number;
  readonly counters: Counters;
  /** words / dense blocks. */
  readonly ratio: number;
  /** Cycles of the array for the words: sum of max(KW, slots * C / PD). */
  readonly arrayCycles: number;
  /** The same without sparsity. */
  readonly denseCycles: number;
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
    const period = (slots: number): number => Math.max(array.words, (slots * p.cols) / array.drain);
    return {
      words: run.words,
      denseBlocks,
      counters: run.counters,
      ratio: run.words.length / denseBlocks,
      arrayCycles: run.words.reduce((sum, word) => sum + period(word.slots), 0),
      denseCycles: denseBlocks * period(1),
      issued: run.words.reduce((sum, word) => sum + word.occ.flat().reduce<number>((all, bit) => all + bit, 0), 0),
    };
  }

  /** A figure of every mask on its own: a seed each. */
  async each(masks: readonly Mask[], modes: UnitModes, of: (run: Compacted) => number): Promise<Measured> {
    const values: number[] = [];
    for (const mask of masks) values.push(of(await this.run([mask], modes)));
    return measured(values);
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

export const seedsOf = (quick: boolean): number[] => Array.from({ length: quick ? 2 : 12 }, (_, i) => i + 1);

/** K-merge of the paper file's main set. */
export const kMergeShape = { lanes: 16, slots: 3, window: 8 } as const;
