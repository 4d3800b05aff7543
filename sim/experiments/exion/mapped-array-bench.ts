// SPDX-License-Identifier: Apache-2.0
import {
  ExionCoreParams,
  type ExionCoreParamsInput,
  exionCorePresets,
} from '../../../src/modules/exion/core.params.ts';
import type { SeenWord } from '../../../src/modules/exion/stream-items.ts';
import { bitsFor } from '../../../src/modules/lib/widths.ts';
import { packFields } from '../port-set.ts';
import type { Engine } from '../../../src/sim/engine.ts';
import { ArrayBench } from './array-bench.ts';
import { mappedArray } from './designs/mapped-array.ts';

/** The array with its map buffers, to which control words are given. */
export class MappedArray extends ArrayBench {
  static async create(change: Partial<ExionCoreParamsInput> = {}): Promise<MappedArray> {
    const p = ExionCoreParams.parse({ ...exionCorePresets.main, ...change });
    return new MappedArray(await ArrayBench.open(mappedArray(p)), p);
  }

  private constructor(engine: Engine, p: ExionCoreParams) {
    super(engine, p);
  }

  /** Fills the next map buffer with the words of a unit of work; gives its number. */
  load(words: readonly SeenWord[]): number {
    const { ports } = this;
    this.engine.settle();
    const buffer = ports.get('turn');
    ports.set('free', 1);
    for (const word of words) {
      this.#show(word);
      ports.set('word_valid', 1);
      let isTaken = false;
      while (!isTaken) {
        this.engine.settle();
        isTaken = ports.isHigh('word_ready');
        this.cycle();
      }
    }
    ports.set('word_valid', 0);
    ports.set('free', 0);
    this.until(() => ports.get('turn') !== buffer, 'map');
    return buffer;
  }

  #show({ occ, ws, xs, cv, ids, slots, last }: SeenWord): void {
    const { ports, p } = this;
    const set = (name: string, fields: readonly number[], width = 1): void =>
      ports.setWords(`word_payload_${name}`, packFields(fields, width));
    for (let t = 0; t < p.size; t++) {
      set(`occ_${t}`, occ[t]!);
      set(`xs_${t}`, xs[t]!);
      set(`cv_idx_${t}`, [cv[t] ?? 0], 8);
      for (let b = 0; 2 ** b < p.slots; b++) {
        set(
          `ws_${t}_${b}`,
          ws[t]!.map((slot) => (slot >> b) & 1),
        );
      }
    }
    set(
      'cv_valid',
      cv.map((row) => Number(row !== null)),
    );
    for (let s = 0; s < p.slots; s++) {
      const of = ids[s] ?? new Array<null>(p.size).fill(null);
      set(
        `ids_${s}_valid`,
        of.map((id) => Number(id !== null)),
      );
      set(
        `ids_${s}_n`,
        of.map((id) => id ?? 0),
        bitsFor(p.columns),
      );
    }
    set('slots', [slots], 8);
    set('last', [Number(last)]);
  }
}

/**
 * The words of free placement for an array that binds columns to lanes: the columns are numbered anew in the order in which the words use them, so
 * that each lies in the lane that it has there. That is the order in which a gathering load would write the weights.
 */
export function gathered(words: readonly SeenWord[], size: number): SeenWord[] {
  let block = 0;
  return words.map((word) => ({
    ...word,
    ids: word.ids.map((lanes) => {
      const first = size * block++;
      return lanes.map((id, j) => (id === null ? null : first + j));
    }),
  }));
}
