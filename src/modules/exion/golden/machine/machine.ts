// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../../core.params.ts';
import { commandWords, decodeCommand, ops, predicates } from '../../isa.ts';
import { type Fields, MachineFault } from './fault.ts';
import { gemm } from './gemm.ts';
import { buildMerged } from './kmerge.ts';
import { buildMap } from './maps.ts';
import { move } from './move.ts';
import { predict, topK } from './predict.ts';
import { sfu } from './sfu.ts';
import { type Access, type Context, CoreState, Scratchpad, type Space } from './state.ts';

/** A unit of address fields `dram` and `stride`, in bytes. */
export const dramUnit = 64;

export interface MachineOptions {
  readonly params: ExionCoreParams;
  /** Words of 4R bytes of the scratchpad. */
  readonly scratchWords: number;
  readonly cores?: number;
  /** The memory outside; written by ST. */
  readonly dram: Uint8Array;
  /** Called before each command that is carried out, with its number in the program. */
  readonly onCommand?: (index: number, command: Fields, iteration: number) => void;
  /** Called for each range that a command reads or writes, all of them before it writes anything. */
  readonly onAccess?: (access: Access) => void;
}

export interface RunResult {
  /** Commands carried out, HALT included; a multicast counts once. */
  readonly commands: number;
  /** Iterations of the loops. */
  readonly iterations: number;
}

/** Operations of the units of a core. */
const operations: Readonly<Record<number, (ctx: Context, c: Fields) => void>> = {
  [ops.MOVE]: move,
  [ops.GEMM]: gemm,
  [ops.CMBUILD]: buildMap,
  [ops.KBUILD]: buildMerged,
  [ops.EPRED]: predict,
  [ops.TOPK]: topK,
  [ops.SFU]: sfu,
};

interface Loop {
  readonly start: number;
  readonly count: number;
  readonly sparse: number;
  iteration: number;
}

/**
 * The EXION core as seen by a program: carries out the commands one after the other, as docs/rationale/exion-core.md says. No cycles, no
 * units that work at the same time; a program whose `reads` and `writes` are right gives the same on the hardware.
 */
export class GoldenMachine {
  readonly scratch: Scratchpad;
  readonly cores: readonly CoreState[];
  readonly dram: Uint8Array;
  readonly #options: MachineOptions;
  readonly #contexts: readonly Context[];
  #loop: Loop | null = null;
  #denseSeen = false;

  constructor(options: MachineOptions) {
    const { params: p, scratchWords, cores = 1, dram } = options;
    this.#options = options;
    this.dram = dram;
    this.scratch = new Scratchpad(p.size, scratchWords);
    this.cores = Array.from({ length: cores }, () => new CoreState(p));
    this.#contexts = this.cores.map((core, index) => {
      const touch = (space: Space, from: number, count: number, write: boolean): void =>
        this.#touch(index, core, space, from, count, write);
      return { p, core, scratch: this.scratch, touch };
    });
  }

  /** Carries out the program at byte `entry` of the memory outside, to its HALT. */
  run(entry = 0, firstIteration = 0): RunResult {
    const words = new Uint32Array(this.dram.buffer, this.dram.byteOffset, Math.floor(this.dram.byteLength / 4));
    const decoded = new Map<number, Fields>();
    this.#loop = null;
    let commands = 0;
    let iterations = 0;
    for (let index = 0; ;) {
      const at = entry / 4 + index * commandWords;
      if (at + commandWords > words.length) {
        throw new MachineFault('busError', 'the program leaves the memory without a HALT', index);
      }
      let command = decoded.get(index);
      if (command === undefined) {
        command = decodeCommand(words.subarray(at, at + commandWords));
        decoded.set(index, command);
      }
      try {
        if (!this.#enabled(command)) {
          index++;
          continue;
        }
        this.#options.onCommand?.(index, command, this.#iteration());
        commands++;
        if (command.op === ops.HALT) return { commands, iterations };
        if (command.op === ops.ITER) {
          this.#startLoop(command, index + 1, firstIteration);
          iterations++;
        }
        const back = command.op === ops.NEXT ? this.#nextIteration() : null;
        if (back !== null) iterations++;
        if (command.op !== ops.ITER && command.op !== ops.NEXT) this.execute(command);
        index = back ?? index + 1;
      } catch (error) {
        if (error instanceof MachineFault && error.index === undefined) {
          throw new MachineFault(error.code, error.message, index);
        }
        throw error;
      }
    }
  }

  /** Carries out one command that is not of the control of the program. */
  execute(c: Fields): void {
    if (c.op === ops.FENCE) return;
    if (c.op === ops.LD || c.op === ops.ST) {
      this.#transfer(c);
      return;
    }
    if (c.all === 0 && c.core >= this.cores.length) {
      throw new MachineFault('badOperation', `core ${c.core} of ${this.cores.length}`);
    }
    const carryOut = operations[c.op];
    if (carryOut === undefined) throw new MachineFault('badOperation', `there is no operation ${c.op}`);
    for (const ctx of c.all === 1 ? this.#contexts : [this.#contexts[c.core]!]) carryOut(ctx, c);
  }

  /** LD, ST: `count` words between the scratchpad and byte (dram + iteration * stride) * 64. */
  #transfer(c: Fields): void {
    const bytes = 4 * this.scratch.rows * c.count;
    const load = c.op === ops.LD;
    const address = dramUnit * ((c.dram + this.#iteration() * c.stride) % 2 ** 32);
    const word = load ? c.dst : c.srcA;
    if (c.count === 0) throw new MachineFault('refused', 'LD or ST of 0 words');
    if (address + bytes > this.dram.byteLength) {
      throw new MachineFault('busError', `bytes ${address} .. ${address + bytes - 1} of ${this.dram.byteLength}`);
    }
    const { touch } = this.#contexts[0]!;
    touch('dram', address, bytes, !load);
    touch('scratch', word, c.count, load);
    const start = 4 * this.scratch.rows * word;
    if (load) this.scratch.bytes.set(this.dram.subarray(address, address + bytes), start);
    else this.dram.set(this.scratch.bytes.subarray(start, start + bytes), address);
  }

  /** Whether the iteration is one of those that the predicate of the command says. Outside of a loop all commands are carried out. */
  #enabled(c: Fields): boolean {
    if (this.#loop === null || c.when === predicates.always) return true;
    if (c.when === predicates.renew) return phaseOf(this.#loop) === 1;
    return (c.when === predicates.dense) === isDense(this.#loop);
  }

  #iteration(): number {
    return this.#loop?.iteration ?? 0;
  }

  #startLoop(c: Fields, start: number, iteration: number): void {
    if (this.#loop !== null) throw new MachineFault('badOperation', 'ITER inside of a loop');
    if (c.count === 0) throw new MachineFault('badOperation', 'ITER of 0 iterations');
    this.#loop = { start, count: c.count, sparse: c.n, iteration };
    this.#denseSeen = false;
    this.#checkIteration(this.#loop);
  }

  /** Number of the command that is next, or null at the end of the loop. */
  #nextIteration(): number | null {
    const loop = this.#loop;
    if (loop === null) throw new MachineFault('badOperation', 'NEXT outside of a loop');
    loop.iteration++;
    if (loop.iteration < loop.count) {
      this.#checkIteration(loop);
      return loop.start;
    }
    this.#loop = null;
    return null;
  }

  #checkIteration(loop: Loop): void {
    if (isDense(loop)) this.#denseSeen = true;
    if (!this.#denseSeen) {
      throw new MachineFault('sparseBeforeDense', `iteration ${loop.iteration} is sparse, none before was dense`);
    }
  }

  #touch(index: number, core: CoreState, space: Space, from: number, count: number, write: boolean): void {
    const capacity = this.#capacity(core, space);
    if (from < 0 || count < 0 || from + count > capacity) {
      throw new MachineFault('refused', `${space} ${from} .. ${from + count - 1} of ${capacity}`);
    }
    this.#options.onAccess?.({ core: index, space, from, to: from + count, write });
  }

  #capacity(core: CoreState, space: Space): number {
    switch (space) {
      case 'dram':
        return this.dram.byteLength;
      case 'scratch':
        return this.scratch.words;
      case 'imem':
      case 'wmem':
      case 'eimem':
      case 'ewmem':
        return core[space].words;
      case 'omem':
        return core.omem.length / this.scratch.rows;
      case 'mask':
        return core.mask.words;
      case 'param':
        return core.gains.length;
      case 'table':
        return core.table.length;
      case 'map':
        return core.maps.length;
      case 'kmerge':
        return 2;
    }
  }
}

/** Iterations since the last dense one. */
function phaseOf({ iteration, sparse }: Loop): number {
  return iteration % (sparse + 1);
}

function isDense(loop: Loop): boolean {
  return phaseOf(loop) === 0;
}
