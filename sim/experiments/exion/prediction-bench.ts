// SPDX-License-Identifier: Apache-2.0
import {
  ExionCoreParams,
  type ExionCoreParamsInput,
  exionCorePresets,
} from '../../../src/modules/exion/core.params.ts';
import { epre } from '../../../src/modules/exion/epre/epre.ts';
import { flags, ops } from '../../../src/modules/exion/isa.ts';
import type { Engine } from '../../../src/sim/engine.ts';
import { openEngine } from '../../open.ts';
import { PortSet, wordsOf } from '../port-set.ts';
import { CommandPort } from './command-port.ts';

/** rq of a projection: clamp((v * gain + half) >> shift). */
export interface Scale {
  readonly gain: number;
  readonly shift: number;
}

/** The prediction engine of a core, with the scratchpad and the mask memory that it writes. */
export class PredictionEngine {
  readonly p: ExionCoreParams;
  /** Cycles of all commands. */
  cycles = 0;
  readonly #engine: Engine;
  readonly #ports: PortSet;
  readonly #unit: CommandPort;
  #now = 0;
  #bytes = new Uint8Array(0);
  #masks = new Map<number, number>();

  static async create(change: Partial<ExionCoreParamsInput> = {}): Promise<PredictionEngine> {
    const p = ExionCoreParams.parse({ ...exionCorePresets.main, ...change });
    return new PredictionEngine(await openEngine(epre(p)), p);
  }

  private constructor(engine: Engine, p: ExionCoreParams) {
    this.p = p;
    this.#engine = engine;
    this.#ports = new PortSet(engine);
    this.#unit = new CommandPort('epre', this.#ports, '');
    engine.io.fill(0);
    this.#ports.set('rst', 1);
    engine.step(3);
    this.#ports.set('rst', 0);
    engine.takeEvents();
  }

  close(): void {
    this.#engine.close();
  }

  /** Words of L bytes of vectors of this length. */
  words(length: number): number {
    return Math.ceil(length / this.p.lanes);
  }

  /** Up to R rows, to the input memory from word 0 on. */
  loadInputs(rows: readonly (readonly number[])[]): void {
    const bytes = rows.map((row) => Int8Array.from(row));
    for (let word = 0; word < this.words(rows[0]!.length); word++) {
      this.#write('x', word, (i) => bytes[i]?.subarray(word * this.p.lanes, (word + 1) * this.p.lanes));
    }
  }

  /** Columns, to the weight memory from word 0 on: column j in lane j mod C. */
  loadWeights(columns: readonly (readonly number[])[]): void {
    const { size, lanes } = this.p;
    const bytes = columns.map((column) => Int8Array.from(column));
    const k = this.words(columns[0]!.length);
    for (let block = 0; block * size < columns.length; block++) {
      for (let word = 0; word < k; word++) {
        this.#write('w', block * k + word, (j) => bytes[block * size + j]?.subarray(word * lanes, (word + 1) * lanes));
      }
    }
  }

  /** EPRED of the loaded operands: rows of `n` int8 values. */
  predict(n: number, length: number, { gain, shift }: Scale): number[][] {
    const { size } = this.p;
    this.#bytes = new Uint8Array(4 * size * Math.ceil(n / 4));
    this.#run({ op: ops.EPRED, n, k: this.words(length), gain, shift });
    return Array.from({ length: size }, (_, i) =>
      Array.from({ length: n }, (__, c) => (this.#bytes[c * size + i]! << 24) >> 24),
    );
  }

  /** TOPK of the loaded operands, no row dominated: for each row the kept ones of `n` keys. */
  keep(n: number, length: number, rule: { readonly shift: number; readonly best: number }): Uint8Array[] {
    const { size } = this.p;
    this.#masks = new Map();
    const fields = { n, k: this.words(length), live: size, limit: 65536, maskA: 0, maskB: n, maskC: n + 1 };
    this.#run({ op: ops.TOPK, flags: flags.FIRST, ...rule, ...fields });
    return Array.from({ length: size }, (_, i) =>
      Uint8Array.from({ length: n }, (__, key) => ((this.#masks.get(key) ?? 0) >> i) & 1),
    );
  }

  #write(memory: 'x' | 'w', address: number, bytesOf: (bank: number) => Int8Array | undefined): void {
    const ports = this.#ports;
    const stream = `${memory}_write`;
    ports.set(`${stream}_valid`, 1);
    ports.set(`${stream}_payload_address`, address);
    ports.set(`${stream}_payload_${memory === 'x' ? 'rows' : 'lanes'}`, 2 ** this.p.size - 1);
    ports.set(`${stream}_payload_bytes`, 2 ** this.p.lanes - 1);
    for (let bank = 0; bank < this.p.size; bank++) {
      ports.setWords(`${stream}_payload_data_${bank}`, wordsOf(bytesOf(bank) ?? new Int8Array(0)));
    }
    this.#cycle();
    ports.set(`${stream}_valid`, 0);
  }

  #run(fields: Readonly<Record<string, number>>): void {
    this.#unit.give({ ...none, ...fields });
    for (let i = 0; !this.#unit.idle; i++) {
      if (i === 100_000) throw new Error('the prediction engine does not end');
      this.#cycle();
    }
    this.cycles += this.#unit.cycles;
  }

  #cycle(): void {
    const ports = this.#ports;
    this.#unit.drive();
    ports.set('write_ready', 1);
    ports.set('mask_ready', 1);
    this.#engine.settle();
    this.#unit.sample(this.#now++);
    if (ports.isHigh('mask_valid')) {
      this.#masks.set(ports.get('mask_payload_address'), ports.get('mask_payload_data'));
    }
    if (ports.isHigh('write_valid')) this.#store();
    this.#engine.step();
    const [event] = this.#engine.takeEvents();
    if (event !== undefined) throw new Error(`cycle ${event.cycle}: ${event.instance} ${event.name}: ${event.text}`);
  }

  #store(): void {
    const ports = this.#ports;
    const data = new Uint8Array(ports.getWords('write_payload_data').buffer);
    const enables = ports.getWords('write_payload_mask');
    const from = ports.get('write_payload_address') * 4 * this.p.size;
    data.forEach((byte, b) => {
      if (((enables[b >> 5]! >>> (b & 31)) & 1) === 1) this.#bytes[from + b] = byte;
    });
  }
}

/** Fields of the unit's commands that a command leaves at 0. */
const none = {
  flags: 0,
  dst: 0,
  srcA: 0,
  srcB: 0,
  gain: 0,
  shift: 0,
  live: 0,
  limit: 0,
  best: 0,
  maskA: 0,
  maskB: 0,
  maskC: 0,
};
