// SPDX-License-Identifier: Apache-2.0
import { CycleLoop, type Participant } from '../../../sim/cycle-loop.ts';
import type { UnitName } from '../../../src/modules/exion/core/dsc.ts';
import { type FieldName, mapBufferOf } from '../../../src/modules/exion/isa.ts';
import { unitOf } from '../../../src/modules/exion/program/units.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import type { Engine, PortSlot } from '../../../src/sim/engine.ts';

type Fields = Readonly<Record<FieldName, number>>;

class Ports {
  readonly #slots: ReadonlyMap<string, PortSlot>;
  constructor(engine: Engine) {
    this.#slots = new Map(engine.ports.map((port) => [port.name, port]));
  }
  find(name: string): PortSlot | undefined {
    return this.#slots.get(name);
  }
  at(name: string): PortSlot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw new Error(`no port ${name}`);
    return slot;
  }
}

/** The scratchpad of a core that has none: a word per client and cycle, two cycles to an answer, clients held back at random. */
class ScratchModel implements Participant {
  readonly words: Uint32Array;
  readonly #wordLength: number;
  readonly #readers: {
    request: PortSlot;
    ready: PortSlot;
    address: PortSlot;
    valid: PortSlot;
    data: PortSlot;
    wait: number[];
  }[];
  readonly #writers: { valid: PortSlot; ready: PortSlot; address: PortSlot; data: PortSlot; mask: PortSlot }[];
  readonly #moves: () => boolean;

  constructor(ports: Ports, words: Uint32Array, stall: number, seed: number) {
    this.words = words;
    this.#readers = ['loader_read', 'cau_read', 'cfse_read'].map((name) => ({
      request: ports.at(`${name}_request_valid`),
      ready: ports.at(`${name}_request_ready`),
      address: ports.at(`${name}_request_payload`),
      valid: ports.at(`${name}_answer_valid`),
      data: ports.at(`${name}_answer_data`),
      wait: [-1, -1],
    }));
    this.#writers = ['epre_write', 'cfse_write'].map((name) => ({
      valid: ports.at(`${name}_valid`),
      ready: ports.at(`${name}_ready`),
      address: ports.at(`${name}_payload_address`),
      data: ports.at(`${name}_payload_data`),
      mask: ports.at(`${name}_payload_mask`),
    }));
    this.#wordLength = this.#readers[0]!.data.words;
    const draw = random(seed);
    this.#moves = () => stall === 0 || draw() >= stall;
  }

  drive(io: Uint32Array): void {
    for (const reader of this.#readers) {
      io[reader.ready.offset] = this.#moves() ? 1 : 0;
      const address = reader.wait.shift()!;
      io[reader.valid.offset] = address < 0 ? 0 : 1;
      const from = address * this.#wordLength;
      for (let i = 0; i < this.#wordLength; i++)
        io[reader.data.offset + i] = address < 0 ? 0xdeadbeef : this.words[from + i]!;
    }
    for (const writer of this.#writers) io[writer.ready.offset] = this.#moves() ? 1 : 0;
  }

  sample(io: Uint32Array): void {
    for (const reader of this.#readers) {
      const fires = io[reader.request.offset] === 1 && io[reader.ready.offset] === 1;
      reader.wait.push(fires ? io[reader.address.offset]! : -1);
    }
    const bytes = new Uint8Array(this.words.buffer, this.words.byteOffset, this.words.byteLength);
    for (const writer of this.#writers) {
      if (io[writer.valid.offset] !== 1 || io[writer.ready.offset] !== 1) continue;
      const data = new Uint8Array(io.buffer, io.byteOffset + 4 * writer.data.offset, 4 * this.#wordLength);
      const start = 4 * this.#wordLength * io[writer.address.offset]!;
      for (let b = 0; b < data.length; b++) {
        if (((io[writer.mask.offset + (b >> 5)]! >>> (b & 31)) & 1) === 1) bytes[start + b] = data[b]!;
      }
    }
  }
}

/** A core that gets one command at a time; the next one waits for its `done`. */
export class SerialCore {
  readonly scratch: Uint32Array;
  /** Cycles from a command's transfer to its `done`, by unit, in all. */
  readonly cycles: Partial<Record<UnitName, number>> = {};
  readonly #engine: Engine;
  readonly #ports: Ports;
  readonly #loop: CycleLoop;

  constructor(engine: Engine, scratchWords: number, options: { readonly stall?: number; readonly seed?: number } = {}) {
    this.#engine = engine;
    this.#ports = new Ports(engine);
    this.scratch = new Uint32Array(scratchWords * this.#ports.at('cfse_read_answer_data').words);
    this.#loop = new CycleLoop(
      engine,
      new ScratchModel(this.#ports, this.scratch, options.stall ?? 0, options.seed ?? 1),
    );
    engine.io.fill(0);
    engine.io[this.#ports.at('rst').offset] = 1;
    this.#loop.step(2);
    engine.io[this.#ports.at('rst').offset] = 0;
  }

  /** Carries out a command of a unit; false for the other commands. @throws when the core refuses it or an assertion fails. */
  execute(command: Fields): boolean {
    const unit = unitOf(command.op);
    if (unit === null || unit === 'dma') return false;
    const io = this.#engine.io;
    const of = (name: string): number => this.#ports.at(`${unit}_${name}`).offset;
    // The queues in front of the units put the number of a map buffer together.
    for (const [name, value] of Object.entries({ ...command, map: mapBufferOf(command) })) {
      const port = this.#ports.find(`${unit}_cmd_payload_${name}`);
      if (port !== undefined) io[port.offset] = value;
    }
    io[of('cmd_valid')] = 1;
    this.#engine.settle();
    if (this.#engine.io[of('cmd_ready')] !== 1) throw new Error(`${unit} is not ready for a command`);
    this.#loop.step();
    this.#engine.io[of('cmd_valid')] = 0;
    let cycles = 1;
    this.#engine.settle();
    for (; this.#engine.io[of('done')] !== 1; cycles++) {
      this.#loop.step();
      this.#engine.settle();
      if (cycles > 1_000_000) throw new Error(`${unit} does not end ${JSON.stringify(command)}`);
    }
    if (this.#engine.io[of('refused')] === 1) throw new Error(`${unit} refuses ${JSON.stringify(command)}`);
    this.#loop.step();
    const [event] = this.#engine.takeEvents();
    if (event !== undefined) throw new Error(`cycle ${event.cycle}: ${event.instance} ${event.name}: ${event.text}`);
    this.cycles[unit] = (this.cycles[unit] ?? 0) + cycles;
    return true;
  }
}
