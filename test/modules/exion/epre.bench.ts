// SPDX-License-Identifier: Apache-2.0
import type { Dut, Stall } from '../../../sim/index.ts';
import type { ExionCoreParams } from '../../../src/modules/exion/core.params.ts';
import { inputWords } from '../../../src/modules/exion/core.types.ts';
import { epreFields } from '../../../src/modules/exion/epre/command-check.ts';
import type { epre } from '../../../src/modules/exion/epre/epre.ts';
import type { OperandMemories } from '../../../src/modules/exion/golden/epre.ts';
import type { Command } from '../../../src/modules/exion/isa.ts';

export type EpreDut =
  ReturnType<typeof epre> extends { readonly interface?: infer I } ? Dut<Exclude<I, undefined>> : never;

/** A write of the unit as the surroundings see it. */
export interface ScratchWrite {
  readonly address: number;
  readonly data: bigint;
  readonly mask: bigint;
}

/** What a command did. */
export interface Ran {
  readonly refused: boolean;
  /** From the transfer of the command to `done`. */
  readonly cycles: number;
  readonly stalled: number;
  readonly writes: readonly ScratchWrite[];
  readonly masks: readonly { readonly address: number; readonly data: bigint }[];
}

export interface Stalls {
  readonly write?: Stall;
  readonly mask?: Stall;
  readonly operands?: Stall;
}

const byteWord = (bytes: Int8Array): bigint => bytes.reduceRight((word, byte) => (word << 8n) | BigInt(byte & 255), 0n);

/** A payload: a number up to 32 bits, a bigint above. */
interface Written {
  readonly address: number;
  readonly data: number | bigint;
}

/** A command as its stream takes it. */
export function itemOf(command: Command): Record<string, number> {
  return Object.fromEntries(epreFields.map((name) => [name, command[name] ?? 0]));
}

/** The unit with a model of its surroundings. */
export class EpreBench {
  readonly #writes: ScratchWrite[] = [];
  readonly #masks: { address: number; data: bigint }[] = [];

  constructor(
    readonly dut: EpreDut,
    readonly p: ExionCoreParams,
    stalls: Stalls = {},
  ) {
    dut.monitor('write', { stall: stalls.write ?? 0 }).onItem((item: Written & { readonly mask: number | bigint }) => {
      this.#writes.push({ address: item.address, data: BigInt(item.data), mask: BigInt(item.mask) });
    });
    dut.monitor('mask', { stall: stalls.mask ?? 0 }).onItem((item: Written) => {
      this.#masks.push({ address: item.address, data: BigInt(item.data) });
    });
    dut.driver('cmd');
    dut.driver('x_write', { stall: stalls.operands ?? 0 });
    dut.driver('w_write', { stall: stalls.operands ?? 0 });
  }

  /** Fills both operand memories whole, word by word. */
  async load({ inputs, weights }: OperandMemories): Promise<void> {
    const { size, lanes, weightWords } = this.p;
    const bytes = BigInt.asUintN(lanes, -1n);
    const word = (bank: Int8Array, at: number): bigint => byteWord(bank.subarray(at * lanes, (at + 1) * lanes));
    const ones = 2 ** size - 1;
    const x = Array.from({ length: inputWords(this.p) }, (_, at) => ({
      address: at,
      rows: ones,
      bytes,
      data: inputs.map((bank) => word(bank, at)),
    }));
    const w = Array.from({ length: weightWords }, (_, at) => ({
      address: at,
      lanes: ones,
      bytes,
      data: weights.map((bank) => word(bank, at)),
    }));
    await Promise.all([this.dut.driver('x_write').send(x as never), this.dut.driver('w_write').send(w as never)]);
  }

  /** Carries out one command. */
  async run(command: Command): Promise<Ran> {
    const { dut } = this;
    const [writes, masks] = [this.#writes.length, this.#masks.length];
    await dut.driver('cmd').send(itemOf(command) as never);
    const from = dut.now - 1;
    let stalled = 0;
    await dut.until(() => {
      if (dut.out.stalled.value === 1) stalled++;
      return dut.out.done.value === 1;
    });
    const refused = dut.out.refused.value === 1;
    const cycles = dut.now - from;
    await dut.cycle();
    return { refused, cycles, stalled, writes: this.#writes.slice(writes), masks: this.#masks.slice(masks) };
  }
}

/** Memories with bytes from a source of numbers. */
export function operands(
  p: ExionCoreParams,
  byte: (bank: number, at: number, isWeight: boolean) => number,
): OperandMemories {
  const bank = (words: number, i: number, isWeight: boolean): Int8Array =>
    Int8Array.from({ length: words * p.lanes }, (_, at) => byte(i, at, isWeight));
  return {
    inputs: Array.from({ length: p.size }, (_, i) => bank(inputWords(p), i, false)),
    weights: Array.from({ length: p.size }, (_, i) => bank(p.weightWords, i, true)),
  };
}
