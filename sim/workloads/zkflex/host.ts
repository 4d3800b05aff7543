// SPDX-License-Identifier: Apache-2.0
import { type CommandField, encodeCommand, type Op } from '../../../src/modules/zkflex/top/commands.ts';
import { type ErrorName, errorNames, zkflexRegisters } from '../../../src/modules/zkflex/top/registers.ts';
import type { ZkFlexParams } from '../../../src/modules/zkflex/top/zkflex.params.ts';
import type { Engine } from '../../../src/sim/engine.ts';
import { Axi4Memory, type Axi4MemoryOptions } from '../../axi4-memory.ts';
import { AxiLiteMaster } from '../../axi-lite-master.ts';
import { CycleLoop } from '../../cycle-loop.ts';
import { packNumbers, unpackNumbers } from './bytes.ts';
import { RegisterAccess } from '../register-access.ts';

/** Work counters since reset. */
export interface ZkFlexWork {
  /** Cycles in which a command was carried out. */
  readonly cycles: number;
  /** Modular products that came out of the lanes. */
  readonly products: number;
  /** Products that the lanes could have begun while they belonged to a command. */
  readonly slots: number;
}

/** An error of the design: what it was, and how many commands were carried out before. */
export class ZkFlexError extends Error {
  constructor(
    readonly errors: readonly ErrorName[],
    readonly completed: number,
  ) {
    super(`command ${completed} failed: ${errors.join(', ')}`);
  }
}

/** Software of the design in a simulation: its memory, its registers, commands. */
export class ZkFlexHost {
  readonly memory: Axi4Memory;
  readonly loop: CycleLoop;
  readonly registers: RegisterAccess;
  readonly #irq: number;
  readonly #reset: number;
  /** Most cycles that commands may take. */
  patience = 1_000_000_000;
  /** Room that the FIFO has at least. */
  #room = 0;
  #tag = 0;

  constructor(
    readonly engine: Engine,
    readonly params: ZkFlexParams,
    memory: Axi4MemoryOptions,
  ) {
    const at = (name: string): number => engine.ports.find((port) => port.name === name)!.offset;
    [this.#irq, this.#reset] = [at('irq'), at('rst')];
    engine.io.fill(0);
    this.memory = new Axi4Memory(engine, memory);
    this.loop = new CycleLoop(engine, this.memory);
    this.registers = new RegisterAccess(new AxiLiteMaster(this.loop, engine), zkflexRegisters(params));
    this.reset();
  }

  /** Resets the design; what its memory was doing is forgotten. */
  reset(): void {
    this.engine.io[this.#reset] = 1;
    this.memory.reset();
    this.engine.step(3);
    this.engine.io[this.#reset] = 0;
    this.engine.takeEvents();
    this.#room = 0;
    this.write('interrupt', { synced: 1, stopped: 1 });
  }

  read(register: string): Readonly<Record<string, number>> {
    return this.registers.read(register);
  }

  write(register: string, values: Readonly<Record<string, number>>): void {
    this.registers.write(register, values);
  }

  value(register: string): number {
    return this.registers.value(register);
  }

  /** Address of a byte of memory in beats, as commands have it. */
  beat(at: number): number {
    return at / (this.params.busBits / 8);
  }

  /** Writes numbers into memory, `size` bytes each. */
  put(at: number, values: readonly bigint[], size: number): void {
    this.memory.bytes.set(packNumbers(values, size), at);
  }

  /** Numbers in memory. */
  get(at: number, count: number, size: number): bigint[] {
    return unpackNumbers(this.memory.bytes.subarray(at, at + count * size), size);
  }

  /** Puts a command into the FIFO, and waits for room first. A design that an error has stopped takes none: `finish` says so. */
  push(op: Op, fields: Partial<Record<CommandField, number>>): void {
    while (this.#room === 0) {
      if (this.read('status')['stopped'] === 1) return;
      this.#room = this.params.fifoDepth - this.value('waiting');
    }
    encodeCommand(op, fields).forEach((word, i) => this.write(`word_${i}`, { value: word }));
    this.write('control', { push: 1 });
    this.#room--;
  }

  get interrupt(): boolean {
    this.engine.settle();
    return this.engine.io[this.#irq] === 1;
  }

  /**
   * Waits until all commands so far are carried out. Throws a `ZkFlexError` when one of them failed; then the design has forgotten the commands behind it
   * and is ready for others.
   */
  finish(maxCycles = this.patience): void {
    const tag = ++this.#tag;
    if (!this.interrupt) this.push('SYNC', { result: tag });
    this.loop.until(() => this.engine.io[this.#irq] === 1, maxCycles, 'interrupt');
    const { stopped } = this.read('status');
    if (stopped === 1) {
      const bits = this.read('errors');
      const error = new ZkFlexError(
        errorNames.filter((name) => bits[name] === 1),
        this.value('completed'),
      );
      this.write('control', { clear: 1 });
      this.#room = 0;
      this.write('status', { synced: 1 });
      this.#checkProperties();
      throw error;
    }
    if (this.value('tag') !== tag) throw new Error(`SYNC gave tag ${this.value('tag')}, not ${tag}`);
    this.write('status', { synced: 1 });
    this.#checkProperties();
  }

  work(): ZkFlexWork {
    const wide = (name: string): number => this.value(name) + this.value(`${name}_high`) * 2 ** 32;
    return { cycles: wide('cycles'), products: wide('products'), slots: wide('slots') };
  }

  #checkProperties(): void {
    const broken = this.engine.takeEvents().find(({ kind }) => kind !== 'message');
    if (broken === undefined) return;
    throw new Error(`cycle ${broken.cycle}: ${broken.instance} ${broken.name}: ${broken.text}`);
  }
}
