// SPDX-License-Identifier: Apache-2.0
import { type Command, flags, sfuKinds } from '../isa.ts';
import { axpy, requantise } from './arith.ts';
import { accepts, type SfuLimits } from './cfse-accepts.ts';
import { layerNorm } from './layer-norm.ts';
import { softmaxRow } from './softmax.ts';

/** All that a special function command reads and writes. R rows; matrices are held column by column, row i of column c at c * R + i. */
export interface SfuMemories extends SfuLimits {
  /** OMEM, `columns` columns. */
  readonly omem: Int32Array;
  /** The scratchpad as bytes; a word has 4 R of them. */
  readonly scratch: Uint8Array;
  /** Mask memory, `maskWords` column words, a bit an element. */
  readonly mask: Uint8Array;
  /** Parameter memory: offset and the 16 bits of the gain, `params` entries. */
  readonly offset: Int32Array;
  readonly gain: Uint16Array;
  /** GELU table, entry y & 255. */
  readonly table: Int8Array;
}

export interface SfuOutcome {
  /** The command was not carried out, nothing is written. */
  readonly refused: boolean;
  /** Columns in which a sum A + P + offset, or a difference B - A, left 32 bits in a row that counts. */
  readonly overflows: number;
}

type Fields = Required<Omit<Command, 'op'>>;
type ElementBytes = 1 | 2 | 4;

/** Carries out one SFU command (paper 3.5, 4 "CFSE"). */
export function runSfu(memories: SfuMemories, command: Omit<Command, 'op'>): SfuOutcome {
  const fields = withDefaults(command);
  if (!accepts(fields, memories)) return { refused: true, overflows: 0 };
  const overflowed = new Set<number>();
  switch (fields.kind) {
    case sfuKinds.LN:
      normalise(memories, fields);
      break;
    case sfuKinds.SOFTMAX:
      softmax(memories, fields);
      break;
    default:
      for (let c = 0; c < fields.n; c++) {
        const beyond = column(memories, fields, c);
        if (beyond) overflowed.add(c);
      }
  }
  return { refused: false, overflows: overflowed.size };
}

/** One column of RQ, AXPY, COPY or PSUB; true when a sum left 32 bits. */
function column(memories: SfuMemories, f: Fields, c: number): boolean {
  const { size } = memories;
  const has = (flag: number): boolean => (f.flags & flag) !== 0;
  const scaled = f.kind === sfuKinds.RQ || f.kind === sfuKinds.AXPY;
  const wide = f.kind === sfuKinds.COPY || f.kind === sfuKinds.PSUB;
  // All operands are read before anything is written: the destination may be one of them.
  const a = has(flags.FROM_GSC) ? load(memories, f.srcA, c, 2) : rows(memories.omem, c + f.srcA, size);
  const readsB = f.kind === sfuKinds.AXPY || f.kind === sfuKinds.PSUB;
  const b = readsB ? load(memories, f.srcB, c, f.kind === sfuKinds.AXPY ? 2 : 4) : [];
  const p = has(flags.ADD) ? load(memories, f.srcP, c, 4) : a.map(() => 0);
  const mask = (i: number): number => (f.maskA + c) * size + i;
  let beyond = false;
  const results = a.map((each, i) => {
    const sum = f.kind === sfuKinds.PSUB ? b[i]! - each : each + p[i]! + (scaled ? memories.offset[f.param + c]! : 0);
    const counts = (f.live === 0 || i < f.live) && (!has(flags.MASK_IN) || memories.mask[mask(i)] === 1);
    if (counts && sum !== (sum | 0)) beyond = true;
    if (wide) return sum | 0;
    const gain = memories.gain[f.param + c]!;
    if (f.kind === sfuKinds.AXPY) return axpy(b[i]!, f.keep, sum, (gain << 16) >> 16, f.shift);
    const y = requantise(sum, gain, f.shift);
    return has(flags.GELU) ? memories.table[y & 255]! : y;
  });
  if (has(flags.MASK_OUT)) results.forEach((y, i) => (memories.mask[mask(i)] = marked(y, i, f)));
  const kept = has(flags.MASK_IN) ? results.map((y, i) => (memories.mask[mask(i)] === 1 ? y : 0)) : results;
  store(memories, f.dst, c, wide ? 4 : f.kind === sfuKinds.AXPY ? 2 : 1, kept);
  return beyond;
}

/** MASKGEN: |y| > theta in a live row. The most negative code counts as 127; a theta of 17 ones is -1 and marks all. */
function marked(y: number, row: number, { limit, live }: Fields): 0 | 1 {
  const theta = limit >= 2 ** 16 ? limit - 2 ** 17 : limit;
  return row < live && Math.min(Math.abs(y), 127) > theta ? 1 : 0;
}

function normalise(memories: SfuMemories, f: Fields): void {
  const { offset, gain } = memories;
  const columns = Array.from({ length: f.n }, (_, c) => load(memories, f.srcA, c, 2));
  const gains = Array.from({ length: f.n }, (_, c) => (gain[f.param + c]! << 16) >> 16);
  const offsets = offset.subarray(f.param, f.param + f.n);
  byRow(memories, f, (i) =>
    layerNorm(
      columns.map((x) => x[i]!),
      f.keep,
      gains,
      offsets,
      f.shift,
    ),
  );
}

function softmax(memories: SfuMemories, f: Fields): void {
  const { size, omem, mask } = memories;
  const row = (from: ArrayLike<number>, first: number, i: number): number[] =>
    Array.from({ length: f.n }, (_, c) => from[(first + c) * size + i]!);
  byRow(memories, f, (i) => softmaxRow(row(omem, f.srcA, i), row(mask, f.maskA, i), f.gain, f.shift));
}

/** Stores an int8 tensor that is computed row by row. */
function byRow(memories: SfuMemories, f: Fields, rowOf: (row: number) => Int8Array): void {
  const results = Array.from({ length: memories.size }, (_, i) => rowOf(i));
  for (let c = 0; c < f.n; c++) {
    store(
      memories,
      f.dst,
      c,
      1,
      results.map((row) => row[c]!),
    );
  }
}

function rows(matrix: Int32Array, column: number, size: number): number[] {
  return [...matrix.subarray(column * size, (column + 1) * size)];
}

/** Byte of the scratchpad where column c of a tensor starts. */
function start(size: number, word: number, c: number, bytes: ElementBytes): number {
  return word * 4 * size + c * size * bytes;
}

function view({ scratch }: SfuMemories): DataView {
  return new DataView(scratch.buffer, scratch.byteOffset, scratch.byteLength);
}

function load(memories: SfuMemories, word: number, c: number, bytes: 2 | 4): number[] {
  const { size } = memories;
  const data = view(memories);
  const at = start(size, word, c, bytes);
  const element = (i: number): number =>
    bytes === 2 ? data.getInt16(at + 2 * i, true) : data.getInt32(at + 4 * i, true);
  return Array.from({ length: size }, (_, i) => element(i));
}

function store(memories: SfuMemories, word: number, c: number, bytes: ElementBytes, values: readonly number[]): void {
  const data = view(memories);
  const at = start(memories.size, word, c, bytes);
  values.forEach((value, i) => {
    if (bytes === 1) data.setInt8(at + i, value);
    else if (bytes === 2) data.setInt16(at + 2 * i, value, true);
    else data.setInt32(at + 4 * i, value, true);
  });
}

function withDefaults(command: Omit<Command, 'op'>): Fields {
  const zero = { kind: 0, flags: 0, n: 0, dst: 0, srcA: 0, srcB: 0, srcP: 0, maskA: 0, param: 0 };
  const rest = { gain: 0, shift: 0, live: 0, keep: 0, limit: 0 };
  return { ...zero, ...rest, ...command } as Fields;
}
