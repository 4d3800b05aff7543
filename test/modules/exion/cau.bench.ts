// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { Random } from '../../../sim/index.ts';
import { cau } from '../../../src/modules/exion/cau/cau.ts';
import { type ConMergeResult, conMerge } from '../../../src/modules/exion/conmerge.golden.ts';
import {
  ExionCoreParams,
  type ExionCoreParamsInput,
  exionCorePresets,
} from '../../../src/modules/exion/core.params.ts';
import { inputWords } from '../../../src/modules/exion/core.types.ts';
import { kBuild, type KBuilt } from '../../../src/modules/exion/golden/cau.ts';
import type { Chunk } from '../../../src/modules/exion/golden/kmerge.ts';
import { flags, ops } from '../../../src/modules/exion/isa.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { expectedWords } from '../../../src/modules/exion/stream-items.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { PortBench } from './top.bench.ts';

export interface CauCommand {
  readonly op: number;
  readonly flags: number;
  readonly map: number;
  readonly n: number;
  readonly dst: number;
  readonly srcA: number;
  readonly maskA: number;
}

export interface Surroundings {
  /** Share of cycles in which the scratchpad's request or IMEM is not ready. */
  readonly stall: number;
  /** Cycles from request to answer; a list is drawn from. */
  readonly latency: readonly number[];
  readonly resetAfter?: number;
}

export const calm: Surroundings = { stall: 0, latency: [2] };

const SCRATCH = 600;

export const shape = (size: number, lanes: number, extra: object = {}): ExionCoreParams =>
  ExionCoreParams.parse({
    ...exionCorePresets.tiny,
    ...{ size, lanes, columns: 16 * size, depth: 16 * lanes, maskWords: 300, bounds: size > 2 ? [0, 1, 2] : [0, 1] },
    ...extra,
  } satisfies ExionCoreParamsInput);

/** The unit with a mask memory, a scratchpad and an IMEM; `mask` and `scratch` are random until they are written. */
export class CauBench {
  readonly mask: Uint8Array;
  readonly scratch: Int8Array;
  readonly imem: Int8Array;
  readonly random = new Random(7);
  #answers: { at: number; word: number }[] = [];
  #now = 0;
  #maskWords: bigint[] = [];

  private constructor(
    readonly bench: PortBench,
    readonly p: ExionCoreParams,
  ) {
    this.mask = new Uint8Array(p.maskWords * p.size);
    this.scratch = Int8Array.from({ length: 4 * p.size * SCRATCH }, () => this.random.below(256));
    this.imem = new Int8Array(inputWords(p) * p.size * p.lanes);
  }

  static async open(p: ExionCoreParams, kind: EngineKind = 'embedded'): Promise<CauBench> {
    return new CauBench(await PortBench.open(cau(p), kind), p);
  }

  /** Puts a mask into the mask memory from word `at` on. */
  place(mask: masks.Mask, at: number): void {
    for (let n = 0; n < mask.columns; n++) {
      for (let i = 0; i < this.p.size; i++) this.mask[(at + n) * this.p.size + i] = Number(masks.isMarked(mask, i, n));
    }
  }

  /** The mask that a command sees. */
  seen({ op, n, maskA, flags: bits }: CauCommand): masks.Mask {
    const { size } = this.p;
    const isRow = op === ops.CMBUILD && (bits & flags.ROW_MASK) !== 0;
    return masks.maskOf(size, n, (i, c) => this.mask[(maskA + (isRow ? 0 : c)) * size + i] === 1);
  }

  /** Runs a command; gives the cycles from its transfer to done, and whether it was refused; null after a reset. */
  run(command: CauCommand, around: Surroundings = calm): { cycles: number; refused: boolean; stalled: number } | null {
    const { bench } = this;
    for (const [name, value] of Object.entries(command)) bench.set(`cmd_payload_${name}`, value as number);
    bench.set('cmd_valid', 1);
    let started = -1;
    let stalled = 0;
    for (let cycle = 0; cycle < 20_000; cycle++) {
      this.#drive(around);
      bench.settle();
      const before = started;
      if (started < 0 && bench.get('cmd_ready') === 1) started = cycle;
      else if (started >= 0) bench.set('cmd_valid', 0);
      if (before >= 0 && bench.get('done') === 1) {
        expect(this.#answers).toEqual([]);
        expect(bench.get('cmd_ready')).toBe(1);
        return { cycles: cycle - started, refused: bench.get('refused') === 1, stalled };
      }
      expect(bench.get('busy')).toBe(Number(before >= 0));
      if (before >= 0) stalled += bench.get('stalled');
      this.#sample(around);
      bench.edge();
      if (started >= 0 && cycle - started >= (around.resetAfter ?? Infinity)) {
        this.#answers = [];
        bench.set('cmd_valid', 0);
        bench.set('read_answer_valid', 0);
        bench.reset();
        return null;
      }
    }
    throw new Error(`done does not come after ${JSON.stringify(command)}`);
  }

  #drive({ stall }: Surroundings): void {
    const { bench, random, p } = this;
    bench.set('read_request_ready', Number(random.bool(1 - stall)));
    bench.set('x_write_ready', Number(random.bool(1 - stall)));
    this.#maskWords.forEach((word, j) => bench.set(`mask_read_data_${j}`, word));
    const [next] = this.#answers;
    const isDue = next !== undefined && next.at <= this.#now;
    bench.set('read_answer_valid', Number(isDue));
    if (isDue) this.#answers.shift();
    const bytes = isDue ? this.scratch.subarray(4 * p.size * next.word, 4 * p.size * (next.word + 1)) : [];
    let data = isDue ? 0n : random.bits(32 * p.size);
    for (let b = bytes.length - 1; b >= 0; b--) data = (BigInt(data) << 8n) | BigInt(bytes[b]! & 255);
    bench.set('read_answer_data', data);
  }

  #sample({ latency }: Surroundings): void {
    const { bench, random, p } = this;
    if (bench.get('read_request_valid') === 1 && bench.get('read_request_ready') === 1) {
      const at = Math.max((this.#answers.at(-1)?.at ?? 0) + 1, this.#now + random.pick(latency));
      this.#answers.push({ at, word: bench.get('read_request_payload') % SCRATCH });
    }
    this.#now++;
    if (bench.get('mask_read_enable') === 1) {
      const at = bench.get('mask_read_address');
      expect(at).toBeLessThan(p.maskWords);
      this.#maskWords = Array.from({ length: p.size }, (_, j) => this.#maskWordAt(at + j));
    }
    if (bench.get('x_write_valid') === 0 || bench.get('x_write_ready') === 0) return;
    const [rows, bytes] = [bench.big('x_write_payload_rows'), bench.big('x_write_payload_bytes')];
    for (let i = 0; i < p.size; i++) {
      if (((rows >> BigInt(i)) & 1n) === 0n) continue;
      const data = bench.big(`x_write_payload_data_${i}`);
      for (let l = 0; l < p.lanes; l++) {
        if ((bytes >> BigInt(l)) & 1n) {
          this.imem[this.#imemAt(bench.get('x_write_payload_address'), i) + l] = Number((data >> BigInt(8 * l)) & 255n);
        }
      }
    }
  }

  /** A word of the mask memory; beyond its end anything. */
  #maskWordAt(at: number): bigint {
    const { p, random } = this;
    if (at >= p.maskWords) return BigInt(random.bits(p.size));
    const rows = this.mask.subarray(at * p.size, (at + 1) * p.size);
    return rows.reduceRight<bigint>((word, bit) => 2n * word + BigInt(bit), 0n);
  }

  #imemAt(word: number, row: number): number {
    return (row * inputWords(this.p) + word) * this.p.lanes;
  }

  /** Reads a word of a buffer; the ports then hold it. */
  #ask(group: 'maps' | 'chunks', buffer: number, index: number): void {
    const { bench } = this;
    bench.set(`${group}_enable`, 1);
    bench.set(`${group}_buffer`, buffer);
    bench.set(`${group}_index`, index);
    bench.edge();
    bench.set(`${group}_enable`, 0);
    bench.set(`${group}_buffer`, buffer === 0 ? 1 : 0);
    bench.settle();
  }

  isValid(group: 'maps' | 'chunks', buffer: number): boolean {
    this.bench.settle();
    return ((this.bench.get(`${group}_valid`) >> buffer) & 1) === 1;
  }

  /** Which buffers are valid. */
  validity(): Record<'maps' | 'chunks', boolean[]> {
    const all = (count: number): number[] => Array.from({ length: count }, (_, buffer) => buffer);
    return {
      maps: all(this.p.mapBuffers).map((buffer) => this.isValid('maps', buffer)),
      chunks: all(2).map((buffer) => this.isValid('chunks', buffer)),
    };
  }

  /** Expects the golden control words in a buffer. */
  expectMaps(buffer: number, { words }: ConMergeResult): void {
    const { bench, p } = this;
    expect(this.isValid('maps', buffer)).toBe(true);
    expect(bench.get(`maps_count_${buffer}`)).toBe(words.length);
    for (let s = 0; s < p.slots; s++) {
      expect(bench.get(`maps_slots_${buffer}_${s}`)).toBe(words.filter((word) => word.slots === s + 1).length);
    }
    const idWidth = BigInt(p.columns.toString(2).length);
    const bit = (word: bigint, at: number): number => Number((word >> BigInt(at)) & 1n);
    const planes = Math.ceil(Math.log2(p.slots));
    expectedWords(words).forEach((word, index) => {
      this.#ask('maps', buffer, index);
      expect(bench.get('maps_word_slots')).toBe(word.slots);
      const valid = bench.big('maps_word_cv_valid');
      const lanes = Array.from({ length: p.size }, (_, j) => j);
      const rows = lanes.map((t) => ({
        occ: lanes.map((j) => bit(bench.big(`maps_word_occ_${t}`), j)),
        xs: lanes.map((j) => bit(bench.big(`maps_word_xs_${t}`), j)),
        ws: lanes.map((j) => {
          let slot = 0;
          for (let b = 0; b < planes; b++) slot += bit(bench.big(`maps_word_ws_${t}_${b}`), j) << b;
          return slot;
        }),
        cv: bit(valid, t) === 1 ? bench.get(`maps_word_cv_idx_${t}`) : null,
      }));
      expect(rows).toEqual(lanes.map((t) => ({ occ: word.occ[t], xs: word.xs[t], ws: word.ws[t], cv: word.cv[t] })));
      for (let s = 0; s < p.slots; s++) {
        const has = bench.big(`maps_word_ids_${s}_valid`);
        const n = bench.big(`maps_word_ids_${s}_n`);
        const ids = lanes.map((j) =>
          bit(has, j) === 1 ? Number(BigInt.asUintN(Number(idWidth), n >> (BigInt(j) * idWidth))) : null,
        );
        expect(ids).toEqual(word.ids[s] ?? lanes.map(() => null));
      }
    });
  }

  /** Expects the golden chunks in a buffer and their inputs in IMEM. */
  expectChunks(buffer: number, dst: number, built: KBuilt): void {
    const { bench, p } = this;
    expect(this.isValid('chunks', buffer)).toBe(true);
    expect(bench.get(`chunks_count_${buffer}`)).toBe(built.chunks.length);
    built.chunks.forEach((chunk, c) => {
      this.#ask('chunks', buffer, c);
      expect(this.#chunk()).toEqual(chunkFields(chunk, p));
      for (let i = 0; i < p.size; i++) {
        const at = this.#imemAt(dst + c, i);
        expect(this.imem.subarray(at, at + p.lanes), `chunk ${c}, row ${i}`).toEqual(built.words[c]![i]);
      }
    });
  }

  #chunk(): object {
    const { bench, p } = this;
    const hasWords = p.depth > p.lanes;
    const lanes = Array.from({ length: p.lanes }, (_, l) => l);
    const words = Array.from({ length: p.slots }, (_, s) =>
      lanes.map((l) => (hasWords ? bench.get(`chunks_word_words_${s}_${l}`) : 0)),
    );
    const planes = Math.ceil(Math.log2(p.slots));
    const ws = Array.from({ length: p.size }, (_, i) =>
      lanes.map((l) => {
        let slot = 0;
        for (let b = 0; b < planes; b++) slot += Number((bench.big(`chunks_word_ws_${i}_${b}`) >> BigInt(l)) & 1n) << b;
        return slot;
      }),
    );
    return { words, ws };
  }

  golden(command: CauCommand): { maps?: ConMergeResult; built?: KBuilt } {
    const { p } = this;
    const { size, slots, tries, bounds, columns, placement } = p;
    const mask = this.seen(command);
    if (command.op === ops.CMBUILD) {
      return { maps: conMerge(mask, { rows: size, cols: size, slots, tries, bounds, columns, placement }) };
    }
    const from = 4 * size * command.srcA;
    return { built: kBuild(mask, p, this.scratch.subarray(from, from + command.n * size)) };
  }
}

/** Fields of chunkType, as numbers. */
function chunkFields({ columns, ws }: Chunk, p: ExionCoreParams): object {
  return { words: columns.map((lanes) => lanes.map((f) => Math.floor((f ?? 0) / p.lanes))), ws };
}
