// SPDX-License-Identifier: Apache-2.0
import { openEngine, type OpenOptions } from '../../../sim/open.ts';
import type { BlockCall } from '../../../src/dsl/index.ts';
import { cfse } from '../../../src/modules/exion/cfse/cfse.ts';
import type { CfseParams } from '../../../src/modules/exion/cfse/cfse.types.ts';
import { sfuFields } from '../../../src/modules/exion/cfse/plan.ts';
import type { SfuMemories } from '../../../src/modules/exion/golden/cfse.ts';
import type { Command } from '../../../src/modules/exion/isa.ts';
import type { Engine } from '../../../src/sim/engine.ts';

export type SfuCommand = Omit<Command, 'op'>;
type Random = () => number;

/** How the surroundings behave: the shares of cycles in which something holds back, and cycles from a read request to its answer. */
export interface Surroundings {
  readonly requestStall?: number;
  readonly answerGap?: number;
  readonly writeStall?: number;
  readonly maskStall?: number;
  readonly latency?: number;
}

export interface Ran {
  readonly refused: boolean;
  /** From the transfer of the command to `done`. */
  readonly cycles: number;
  readonly overflows: number;
  readonly stalledCycles: number;
  readonly requests: number;
  readonly writes: number;
}

/** The unit with models of all memories around it; commands are carried out on `memories`. */
export class CfseBench {
  readonly #engine: Engine;
  readonly #p: CfseParams;
  readonly #slots: ReadonlyMap<string, { offset: number; words: number }>;
  readonly #random: Random;
  /** Reads under way: the word, and the cycle from which it may be answered. */
  #answers: { readonly word: Uint32Array; readonly from: number }[] = [];
  #now = 0;
  #omemColumn = -1;
  #maskWord = 0n;
  #asked: number | null = null;

  private constructor(engine: Engine, p: CfseParams, random: Random) {
    this.#engine = engine;
    this.#p = p;
    this.#slots = new Map(engine.ports.map((port) => [port.name, port]));
    this.#random = random;
  }

  /** `around`: a block that has the ports of the unit, but OMEM inside; it is the caller's to fill. */
  static async open(
    p: CfseParams,
    random: Random,
    options: OpenOptions = {},
    around: BlockCall | null = null,
  ): Promise<CfseBench> {
    const bench = new CfseBench(await openEngine(around ?? cfse(p), options), p, random);
    bench.reset();
    return bench;
  }

  /** A cycle with these inputs of the block around the unit, and its `enable` up. */
  pulse(enable: string, inputs: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries({ ...inputs, [enable]: 1 })) this.#set(name, value);
    this.#step();
    this.#set(enable, 0);
  }

  close(): void {
    this.#engine.close();
  }

  /** Two cycles; what was on its way is gone. */
  reset(): void {
    this.#engine.io.fill(0);
    this.#set('rst', 1);
    this.#engine.step(2);
    this.#set('rst', 0);
    this.#answers = [];
    this.#omemColumn = -1;
    this.#asked = null;
  }

  /** Loads the parameter memory and the GELU table, as MOVE does. */
  load(memories: SfuMemories): void {
    const { size, params } = this.#p;
    const count = size / 2;
    for (let entry = 0; entry < params; entry += count) {
      const word = new DataView(new ArrayBuffer(4 * size));
      for (let i = 0; i < count && entry + i < params; i++) {
        word.setInt32(8 * i, memories.offset[entry + i]!, true);
        word.setUint16(8 * i + 4, memories.gain[entry + i]!, true);
      }
      this.#plainWrite('param_write', entry, word.buffer);
    }
    for (let at = 0; at < 256; at += 4 * size) {
      const word = Uint8Array.from(memories.table.subarray(at, at + 4 * size));
      this.#plainWrite('table_write', at / (4 * size), word.buffer);
    }
  }

  /** Carries out a command; with `stopAfter` a reset comes after so many cycles. Failed assertions are thrown. */
  run(memories: SfuMemories, command: SfuCommand, around: Surroundings = {}, stopAfter = Infinity): Ran {
    for (const name of sfuFields) this.#set(`cmd_payload_${name}`, command[name] ?? 0);
    this.#set('cmd_valid', 1);
    let [taken, overflows, stalledCycles, requests, writes] = [-1, 0, 0, 0, 0];
    for (let guard = 0; ; guard++) {
      if (guard > 20_000) throw new Error('the command does not end');
      this.#offer(memories, around);
      this.#engine.settle();
      const fires = this.#bit('cmd_valid') && this.#bit('cmd_ready');
      const done = this.#bit('done');
      const refused = this.#bit('refused');
      overflows += this.#value('overflow');
      stalledCycles += this.#value('stalled');
      const moved = this.#transfer(memories, around);
      requests += Number(moved.request);
      writes += Number(moved.write);
      this.#step();
      if (fires) {
        taken = this.#now;
        this.#set('cmd_valid', 0);
      }
      const events = this.#engine.takeEvents();
      if (events.length > 0) throw new Error(JSON.stringify(events));
      const cycles = this.#now - taken;
      if (done) return { refused, cycles, overflows, stalledCycles, requests, writes };
      if (taken >= 0 && cycles >= stopAfter) {
        this.reset();
        return { refused, cycles, overflows, stalledCycles, requests, writes };
      }
    }
  }

  /** Inputs of this cycle that depend on earlier ones. */
  #offer(memories: SfuMemories, around: Surroundings): void {
    const { size } = this.#p;
    const io = this.#engine.io;
    // OMEM shows its column for one cycle only; after that anything may be there.
    for (let i = 0; i < size && this.#slots.has('omem_data_0'); i++) {
      const known = this.#omemColumn >= 0;
      const value = known ? memories.omem[this.#omemColumn * size + i]! : Math.floor(this.#random() * 2 ** 32);
      this.#set(`omem_data_${i}`, value);
    }
    this.#setBig('mask_read_data', this.#maskWord);
    const answer = this.#answers[0];
    const ready = answer !== undefined && answer.from <= this.#now && this.#random() >= (around.answerGap ?? 0);
    this.#set('read_answer_valid', Number(ready));
    const { offset, words } = this.#slots.get('read_answer_data')!;
    for (let w = 0; w < words; w++) io[offset + w] = ready ? answer.word[w]! : Math.floor(this.#random() * 2 ** 32);
    if (ready) this.#answers.shift();
    this.#set('read_request_ready', Number(this.#random() >= (around.requestStall ?? 0)));
    this.#set('write_ready', Number(this.#random() >= (around.writeStall ?? 0)));
    this.#set('mask_write_ready', Number(this.#random() >= (around.maskStall ?? 0)));
  }

  /** Takes what the unit hands over in this cycle: reads first, as they see the writes of earlier cycles only. */
  #transfer(memories: SfuMemories, around: Surroundings): { request: boolean; write: boolean } {
    const { size } = this.#p;
    const reads = this.#slots.has('omem_enable') && this.#bit('omem_enable');
    this.#omemColumn = reads ? this.#value('omem_column') : -1;
    if (this.#bit('mask_read_enable')) {
      const first = this.#value('mask_read_address') * size;
      this.#maskWord = bitsOf(memories.mask.subarray(first, first + size));
    }
    const request = this.#bit('read_request_valid') && this.#bit('read_request_ready');
    this.#checkRequest();
    if (request) {
      const at = this.#value('read_request_payload') * 4 * size;
      const word = new Uint32Array(memories.scratch.slice(at, at + 4 * size).buffer);
      this.#answers.push({ word, from: this.#now + (around.latency ?? 1) });
    }
    const write = this.#bit('write_valid') && this.#bit('write_ready');
    if (write) this.#store(memories);
    if (this.#bit('mask_write_valid') && this.#bit('mask_write_ready')) {
      const first = this.#value('mask_write_payload_address') * size;
      const word = this.#big('mask_write_payload_data');
      for (let i = 0; i < size; i++) memories.mask[first + i] = Number((word >> BigInt(i)) & 1n);
    }
    return { request, write };
  }

  /** A request that was not taken stays as it is. */
  #checkRequest(): void {
    const offered = this.#bit('read_request_valid') ? this.#value('read_request_payload') : null;
    if (this.#asked !== null && offered !== this.#asked) throw new Error('a request was withdrawn or changed');
    this.#asked = this.#bit('read_request_ready') ? null : offered;
  }

  #store(memories: SfuMemories): void {
    const { size } = this.#p;
    const at = this.#value('write_payload_address') * 4 * size;
    const mask = this.#big('write_payload_mask');
    const data = this.#slots.get('write_payload_data')!;
    for (let b = 0; b < 4 * size; b++) {
      if (((mask >> BigInt(b)) & 1n) === 0n) continue;
      memories.scratch[at + b] = (this.#engine.io[data.offset + (b >> 2)]! >>> (8 * (b & 3))) & 255;
    }
  }

  #plainWrite(port: string, address: number, data: ArrayBuffer): void {
    this.#set(`${port}_enable`, 1);
    this.#set(`${port}_address`, address);
    const { offset, words } = this.#slots.get(`${port}_data`)!;
    this.#engine.io.set(new Uint32Array(data).subarray(0, words), offset);
    this.#step();
    this.#set(`${port}_enable`, 0);
  }

  #step(): void {
    this.#engine.step();
    this.#now++;
  }

  #set(name: string, value: number): void {
    const { offset, words } = this.#slots.get(name)!;
    if (words > 0) this.#engine.io[offset] = value;
  }

  #setBig(name: string, value: bigint): void {
    const { offset, words } = this.#slots.get(name)!;
    for (let w = 0; w < words; w++) this.#engine.io[offset + w] = Number((value >> BigInt(32 * w)) & 0xffff_ffffn);
  }

  #value(name: string): number {
    const { offset, words } = this.#slots.get(name)!;
    return words === 0 ? 0 : this.#engine.io[offset]!;
  }

  #big(name: string): bigint {
    const { offset, words } = this.#slots.get(name)!;
    let value = 0n;
    for (let w = words - 1; w >= 0; w--) value = (value << 32n) | BigInt(this.#engine.io[offset + w]!);
    return value;
  }

  #bit(name: string): boolean {
    return this.#value(name) === 1;
  }
}

function bitsOf(word: Uint8Array): bigint {
  return word.reduce((all, bit, i) => all | (BigInt(bit) << BigInt(i)), 0n);
}
