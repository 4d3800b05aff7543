// SPDX-License-Identifier: Apache-2.0
import { codecOf } from '../../../sim/test/values.ts';
import { Random } from '../../../sim/test/random.ts';
import { flags, gemmKinds } from '../../../src/modules/exion/isa.ts';
import { inputWords } from '../../../src/modules/exion/core.types.ts';
import type { ControlWord } from '../../../src/modules/exion/golden/merge.ts';
import {
  type GemmChunk,
  type GemmCommand,
  type GemmMemories,
  type GemmShape,
  weightStride,
} from '../../../src/modules/exion/golden/sdue.ts';
import type { SdueParams } from '../../../src/modules/exion/sdue/sdue.params.ts';
import type { Engine } from '../../../src/sim/engine.ts';
import { bitsFor } from '../../../src/modules/lib/widths.ts';

/** A GEMM as a test gives it: with the buffer that it names. */
export type BenchCommand = GemmCommand & { readonly map?: number; readonly rawKind?: number };

export interface Outcome {
  readonly refused: boolean;
  /** From the command's transfer to done. */
  readonly cycles: number;
}

/** A write of an operand memory, and when it may be made. */
interface OperandWrite {
  readonly memory: 'x' | 'w';
  readonly address: number;
  readonly rows: number;
  readonly bytes: number;
  /** For each row or lane L bytes. */
  readonly data: readonly Int8Array[];
}

export function shapeOf(p: SdueParams): GemmShape {
  const { size, lanes, drain, placement, columns, weightWords } = p;
  return { size, lanes, drain, placement, columns, weightWords, inputWords: inputWords(p) };
}

/** The array unit with what surrounds it: buffers of maps and chunks, and a copy of its memories that follows all writes. */
export class SdueBench {
  readonly engine: Engine;
  readonly p: SdueParams;
  readonly memories: GemmMemories;
  readonly maps: (readonly ControlWord[] | null)[];
  readonly chunks: (readonly GemmChunk[] | null)[] = [null, null];
  readonly random: Random;
  readonly writes: OperandWrite[] = [];
  /** Share of cycles in which a stream that could move does not. */
  stall = 0;
  readonly #set: (name: string, value: number | bigint) => void;
  readonly #get: (name: string) => number;

  constructor(engine: Engine, p: SdueParams, seed = 1) {
    this.engine = engine;
    this.p = p;
    this.random = new Random(seed);
    this.maps = Array.from({ length: p.mapBuffers }, () => null);
    const rows = Array.from({ length: p.size }, (_, i) => i);
    this.memories = {
      imem: rows.map(() => new Int8Array(inputWords(p) * p.lanes)),
      wmem: rows.map(() => new Int8Array(p.weightWords * p.lanes)),
      omem: rows.map(() => new Int32Array(p.columns)),
    };
    const slots = new Map(engine.ports.map((port) => [port.name, { port, codec: codecOf(port) }]));
    this.#set = (name, value) => {
      const slot = slots.get(name);
      if (slot !== undefined) slot.codec.write(engine.io, slot.port.offset, value); // 0 bits have no place
    };
    this.#get = (name) => {
      const slot = slots.get(name);
      return slot === undefined ? 0 : Number(slot.codec.read(engine.io, slot.port.offset));
    };
    this.reset();
  }

  reset(): void {
    for (const name of ['cmd_valid', 'x_write_valid', 'w_write_valid', 'omem_enable', 'maps_valid', 'chunks_valid']) {
      this.#set(name, 0);
    }
    this.#set('rst', 1);
    this.engine.step(2);
    this.#set('rst', 0);
    this.#showBuffers();
  }

  /** One cycle: makes a write, answers the readers. `sample` looks at the outputs before the edge. */
  cycle(sample: () => void = () => undefined): void {
    this.#offerWrite();
    this.engine.settle();
    sample();
    const mapRead = this.#get('maps_enable') === 1 ? this.maps[this.#get('maps_buffer')]! : null;
    const mapIndex = this.#get('maps_index');
    const chunkRead = this.#get('chunks_enable') === 1 ? this.chunks[this.#get('chunks_buffer')]! : null;
    const chunkIndex = this.#get('chunks_index');
    this.engine.step();
    this.#set('x_write_valid', 0);
    this.#set('w_write_valid', 0);
    if (mapRead !== null) this.#showWord(mapRead[mapIndex]!);
    if (chunkRead !== null) this.#showChunk(chunkRead[chunkIndex]!);
  }

  /** Gives a command and waits for its end. */
  run(command: BenchCommand, mostCycles = 2_000): Outcome {
    while (this.random.bool(this.stall)) this.cycle();
    this.offer(command);
    let cycles = -1;
    const ends: Outcome[] = [];
    while (ends.length === 0) {
      this.cycle(() => {
        if (cycles >= 0) {
          this.#set('cmd_valid', 0);
          cycles++;
          this.engine.settle();
        } else if (this.#get('cmd_ready') === 1) cycles = 0;
        if (cycles > 0 && this.#get('done') === 1) ends.push({ refused: this.#get('refused') === 1, cycles });
        else if (cycles > 0 && this.#get('busy') === 0) throw new Error('idle and not done');
        if (this.#get('stalled') === 1) throw new Error('stalled');
      });
      if (cycles > mostCycles) throw new Error(`no end after ${mostCycles} cycles`);
    }
    return ends[0]!;
  }

  offer({ kind, auto, n, k, dst, srcA, srcB, map, rawKind }: BenchCommand): void {
    this.#showBuffers();
    const code = { dense: gemmKinds.DENSE, osparse: gemmKinds.OSPARSE, kmerge: gemmKinds.KMERGE }[kind];
    const fields = { kind: rawKind ?? code, flags: auto ? flags.AUTO : 0, map: map ?? 0, n, k, dst, srcA, srcB };
    for (const [name, value] of Object.entries(fields)) this.#set(`cmd_payload_${name}`, value);
    this.#set('cmd_valid', 1);
  }

  withdraw(): void {
    this.#set('cmd_valid', 0);
  }

  /** Contents of OMEM, read with pauses. */
  readOutputs(): Int32Array[] {
    const found = this.memories.omem.map((row) => new Int32Array(row.length));
    for (let column = 0; column < this.p.columns; column++) {
      this.#set('omem_enable', 1);
      this.#set('omem_column', column);
      this.cycle();
      this.#set('omem_enable', 0);
      // The column stays whatever the address does.
      this.#set('omem_column', this.random.below(this.p.columns));
      while (this.random.bool(this.stall)) this.cycle();
      this.engine.settle();
      found.forEach((row, r) => (row[column] = this.#get(`omem_data_${r}`)));
    }
    return found;
  }

  /** Random words into `count` words of an operand memory from `first` on, made in the cycles to come; with byte and row enables. */
  fill(memory: 'x' | 'w', first: number, count: number, whole = false): void {
    const { lanes, size } = this.p;
    const byte = (): number => this.random.between(-127, 127);
    for (let address = first; address < first + count; address++) {
      const data = Array.from({ length: size }, () => Int8Array.from({ length: lanes }, byte));
      const bits = (width: number): number => (whole ? 2 ** width - 1 : this.random.below(2 ** width));
      this.writes.push({ memory, address, rows: bits(size), bytes: bits(lanes), data });
    }
  }

  /** A whole word, L bytes for each row or lane, to be written in a cycle to come. */
  put(memory: 'x' | 'w', address: number, data: readonly Int8Array[]): void {
    this.writes.push({ memory, address, rows: 2 ** this.p.size - 1, bytes: 2 ** this.p.lanes - 1, data });
  }

  /** Row f of weight column `column`. */
  weight(column: number, f: number, { k, srcB }: { readonly k: number; readonly srcB: number }): number {
    const { size, lanes, placement } = this.p;
    const word = srcB + Math.floor(column / size) * weightStride(k, placement);
    return this.memories.wmem[column % size]![word * lanes + f]!;
  }

  output(name: string): number {
    return this.#get(name);
  }

  /** Makes all writes that wait. */
  settleWrites(): void {
    while (this.writes.length > 0) this.cycle();
  }

  #offerWrite(): void {
    const write = this.writes[0];
    if (write === undefined || this.random.bool(this.stall)) return;
    this.writes.shift();
    const { memory, address, rows, bytes, data } = write;
    const [stream, select, target] =
      memory === 'x'
        ? (['x_write', 'rows', this.memories.imem] as const)
        : (['w_write', 'lanes', this.memories.wmem] as const);
    this.#set(`${stream}_valid`, 1);
    this.#set(`${stream}_payload_address`, address);
    this.#set(`${stream}_payload_${select}`, rows);
    this.#set(`${stream}_payload_bytes`, bytes);
    data.forEach((word, i) => {
      this.#set(
        `${stream}_payload_data_${i}`,
        packed(
          [...word].map((byte) => byte & 255),
          8,
        ),
      );
      word.forEach((byte, l) => {
        if ((rows >> i) % 2 === 1 && (bytes >> l) % 2 === 1) target[i]![address * word.length + l] = byte;
      });
    });
    this.engine.settle();
    if (this.#get(`${stream}_ready`) !== 1) throw new Error(`${stream} is not ready`);
  }

  #showBuffers(): void {
    const valid = (buffers: readonly unknown[]): number =>
      buffers.reduce((bits: number, each, b) => bits + (each === null ? 0 : 1 << b), 0);
    this.#set('maps_valid', valid(this.maps));
    this.#set('chunks_valid', valid(this.chunks));
    this.maps.forEach((map, b) => {
      const words = map ?? [];
      this.#set(`maps_count_${b}`, words.length);
      for (let s = 0; s < this.p.slots; s++) {
        this.#set(`maps_slots_${b}_${s}`, words.filter(({ slots }) => slots === s + 1).length);
      }
    });
    this.chunks.forEach((chunks, b) => this.#set(`chunks_count_${b}`, (chunks ?? []).length));
  }

  #showWord(word: ControlWord): void {
    const idBits = bitsFor(this.p.columns);
    for (let t = 0; t < this.p.size; t++) {
      this.#set(`maps_word_occ_${t}`, packed(word.occ[t]!));
      this.#set(`maps_word_xs_${t}`, packed(word.xs[t]!));
      this.#set(`maps_word_cv_idx_${t}`, word.cv[t] ?? 0);
      this.#showPlanes(`maps_word_ws_${t}`, word.ws[t]!);
    }
    this.#set('maps_word_cv_valid', packed(word.cv.map((row) => (row === null ? 0 : 1))));
    for (let s = 0; s < this.p.slots; s++) {
      const ids = word.ids[s] ?? new Array<null>(this.p.size).fill(null);
      this.#set(`maps_word_ids_${s}_valid`, packed(ids.map((id) => (id === null ? 0 : 1))));
      this.#set(
        `maps_word_ids_${s}_n`,
        packed(
          ids.map((id) => id ?? 0),
          idBits,
        ),
      );
    }
    this.#set('maps_word_slots', word.slots);
  }

  #showChunk({ words, ws }: GemmChunk): void {
    words.forEach((lanes, s) => lanes.forEach((word, l) => this.#set(`chunks_word_words_${s}_${l}`, word)));
    ws.forEach((lanes, i) => this.#showPlanes(`chunks_word_ws_${i}`, lanes));
  }

  #showPlanes(name: string, numbers: readonly number[]): void {
    for (let b = 0; 2 ** b < this.p.slots; b++)
      this.#set(`${name}_${b}`, packed(numbers.map((number) => (number >> b) & 1)));
  }
}

/** Fields of `width` bits side by side, the first lowest. */
function packed(fields: readonly number[], width = 1): bigint {
  return fields.reduceRight((bits, field) => (bits << BigInt(width)) | BigInt(field), 0n);
}
