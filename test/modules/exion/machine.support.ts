// SPDX-License-Identifier: Apache-2.0
import { ExionCoreParams, type ExionCoreParamsInput } from '../../../src/modules/exion/core.params.ts';
import { GoldenMachine } from '../../../src/modules/exion/golden/machine/machine.ts';
import type { OperandMemory } from '../../../src/modules/exion/golden/machine/state.ts';
import { type Command, commandWords, decodeCommand, encodeCommand, ops } from '../../../src/modules/exion/isa.ts';

/** R = C = 2, L = 4: small enough to compute by hand. */
export const smallParams: ExionCoreParamsInput = {
  size: 2,
  lanes: 4,
  slots: 2,
  tries: 2,
  bounds: [0],
  window: 4,
  placement: 'free',
  drain: 1,
  columns: 16,
  depth: 16,
  weightWords: 32,
  tokens: 16,
  maskWords: 32,
  params: 16,
  topkWidth: 1,
};

export interface Bench {
  readonly machine: GoldenMachine;
  readonly p: ExionCoreParams;
  /** Carries out one command. */
  readonly run: (op: keyof typeof ops, fields?: Omit<Command, 'op'>) => void;
  /** Rows of an int8 tensor to the scratchpad from a word on. */
  readonly put8: (word: number, rows: readonly (readonly number[])[]) => void;
  readonly put16: (word: number, rows: readonly (readonly number[])[]) => void;
  readonly put32: (word: number, rows: readonly (readonly number[])[]) => void;
  readonly get8: (word: number, columns: number) => number[][];
  readonly get16: (word: number, columns: number) => number[][];
  readonly get32: (word: number, columns: number) => number[][];
  /** OMEM columns, as rows. */
  readonly omem: (first: number, columns: number) => number[][];
  readonly setOmem: (first: number, rows: readonly (readonly number[])[]) => void;
  /** Mask words, as rows of 0 and 1. */
  readonly mask: (first: number, words: number) => number[][];
  readonly setMask: (first: number, rows: readonly (readonly number[])[]) => void;
  readonly setParams: (first: number, entries: readonly (readonly [offset: number, gain: number])[]) => void;
}

export function bench(
  change: Partial<ExionCoreParamsInput> = {},
  { scratchWords = 256, cores = 1, dram = new Uint8Array(4096) } = {},
): Bench {
  const p = ExionCoreParams.parse({ ...smallParams, ...change });
  const machine = new GoldenMachine({ params: p, scratchWords, cores, dram });
  const R = p.size;
  const [core] = machine.cores as [(typeof machine.cores)[0]];
  const { int8, int16, int32 } = machine.scratch;
  type Values = Int8Array | Int16Array | Int32Array | Uint8Array;
  const put = (into: Values, base: number, rows: readonly (readonly number[])[]): void =>
    rows.forEach((row, i) => row.forEach((value, c) => (into[base + c * R + i] = value)));
  const get = (from: Values, base: number, columns: number): number[][] =>
    Array.from({ length: R }, (_, i) => Array.from({ length: columns }, (_c, c) => from[base + c * R + i]!));
  return {
    machine,
    p,
    run: (op, fields = {}) => machine.execute(decodeCommand(encodeCommand({ op: ops[op], ...fields }))),
    put8: (word, rows) => put(int8, 4 * R * word, rows),
    put16: (word, rows) => put(int16, 2 * R * word, rows),
    put32: (word, rows) => put(int32, R * word, rows),
    get8: (word, columns) => get(int8, 4 * R * word, columns),
    get16: (word, columns) => get(int16, 2 * R * word, columns),
    get32: (word, columns) => get(int32, R * word, columns),
    omem: (first, columns) => get(core.omem, R * first, columns),
    setOmem: (first, rows) => put(core.omem, R * first, rows),
    mask: (first, words) => get(core.mask.bits, R * first, words),
    setMask: (first, rows) => put(core.mask.bits, R * first, rows),
    setParams: (first, entries) =>
      entries.forEach(([offset, gain], e) => {
        core.offsets[first + e] = offset;
        core.gains[first + e] = gain;
      }),
  };
}

/** Words of a bank of an operand memory, as numbers. */
export function words(memory: OperandMemory, bank: number, first: number, count: number): number[][] {
  return Array.from({ length: count }, (_, w) => {
    const at = memory.at(bank, first + w);
    return [...memory.bytes.subarray(at, at + memory.lanes)];
  });
}

/** Memory with a program at byte 0, and room behind it. */
export function programMemory(commands: readonly Command[], bytes = 4096): Uint8Array {
  const dram = new Uint8Array(bytes);
  const words = new Uint32Array(dram.buffer);
  commands.forEach((command, i) => words.set(encodeCommand(command), i * commandWords));
  return dram;
}
