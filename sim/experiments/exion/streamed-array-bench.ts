// SPDX-License-Identifier: Apache-2.0
import { conMergeOf } from '../../../src/modules/exion/cau/cau.types.ts';
import {
  ExionCoreParams,
  type ExionCoreParamsInput,
  exionCorePresets,
} from '../../../src/modules/exion/core.params.ts';
import type { Mask } from '../../../src/modules/exion/golden/bitmask.ts';
import { maskItems } from '../../../src/modules/exion/stream-items.ts';
import type { Engine } from '../../../src/sim/engine.ts';
import { ArrayBench } from './array-bench.ts';
import { streamedArray } from './designs/streamed-array.ts';

/** The compactor in front of the array: masks go in, C columns a cycle, and map buffers become valid. */
export class StreamedArray extends ArrayBench {
  /** Cycle in which each map so far has become valid. */
  readonly built: number[] = [];
  /** Maps whose buffer is used no more. */
  released = 0;
  readonly #shape: ReturnType<typeof conMergeOf>;
  #units: number[] = [];
  #beats = new Uint32Array(0);
  #beat = 0;

  static async create(change: Partial<ExionCoreParamsInput> = {}): Promise<StreamedArray> {
    const p = ExionCoreParams.parse({ ...exionCorePresets.main, ...change });
    return new StreamedArray(await ArrayBench.open(streamedArray(p)), p);
  }

  private constructor(engine: Engine, p: ExionCoreParams) {
    super(engine, p);
    this.#shape = conMergeOf(this.p);
  }

  /** The buffer that the next map goes to. */
  get turn(): number {
    this.engine.settle();
    return this.ports.get('turn');
  }

  /** Units of work that are compacted from now on. */
  send(masks: readonly Mask[]): void {
    this.built.length = 0;
    this.released = 0;
    this.#units = masks.map(({ columns }) => columns);
    this.#beats = Uint32Array.from(masks.flatMap((mask) => [...maskItems(mask, this.#shape)]));
    this.#beat = 0;
  }

  protected override drive(): void {
    super.drive();
    const { ports } = this;
    ports.set('unit_valid', Number(this.#units.length > 0));
    ports.set('unit_payload_columns', this.#units[0] ?? 0);
    for (const name of ['merge', 'relocate', 'sort']) ports.set(`unit_payload_${name}`, 1);
    ports.set('free', Number(this.built.length < this.released + 2));
    const { rows, cols } = this.#shape;
    const words = Math.ceil(rows / 32);
    const from = this.#beat * cols * words;
    ports.set('mask_valid', Number(from < this.#beats.length));
    for (let j = 0; j < cols; j++) {
      ports.setWords(`mask_payload_${j}`, this.#beats.subarray(from + j * words, from + (j + 1) * words));
    }
  }

  protected override sample(): void {
    super.sample();
    const { ports } = this;
    if (this.#units.length > 0 && ports.isHigh('unit_ready')) this.#units.shift();
    if (this.#beat * this.#shape.cols < this.#beats.length && ports.isHigh('mask_ready')) this.#beat++;
    if (ports.isHigh('built')) this.built.push(this.now);
  }
}
