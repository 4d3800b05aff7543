// SPDX-License-Identifier: Apache-2.0

/**
 * Commands of the EXION core (paper 4 "Top controller"): 16 words of 32 bits, word 0 lowest, every field at one fixed place for all
 * operations. Plain data: the hardware, the assembler, the golden machine and the documentation read this table.
 */

/** Operations; the number is the code. */
export const ops = {
  /** End of the program: waits until all is idle, then raises done. */
  HALT: 0,
  /** Start of the loop: `count` iterations; iteration `it` is dense when it mod (n + 1) = 0, else sparse. */
  ITER: 1,
  /** End of the loop's body. */
  NEXT: 2,
  /** Waits until all earlier commands have completed. */
  FENCE: 3,
  /** `count` words from memory at `dram` + it * `stride` to the scratchpad at `dst`. */
  LD: 4,
  /** `count` words from the scratchpad at `srcA` to memory at `dram` + it * `stride`. */
  ST: 5,
  /** From the scratchpad at `srcA` into an operand memory; `kind` of moveKinds. */
  MOVE: 8,
  /** Matrix product on the array; `kind` of gemmKinds. */
  GEMM: 9,
  /** Control maps of a mask, to map buffer 2 `sub` + `map`: condense, sort, merge. */
  CMBUILD: 10,
  /** K-merge: packs columns with disjoint bitmaps, and their inputs. */
  KBUILD: 11,
  /** Predicted projection in the log domain. */
  EPRED: 12,
  /** Predicted scores of a row tile, and which of them are kept. */
  TOPK: 13,
  /** Special functions, column by column; `kind` of sfuKinds. */
  SFU: 14,
} as const;
export type OpName = keyof typeof ops;

/** What MOVE writes, from what. */
export const moveKinds = {
  /** `n` int8 columns at srcA -> IMEM from word dst on: column c is byte c mod L of word dst + floor(c / L), row i in bank i; zeros up to a whole word. */
  X: 0,
  /** `count` scratchpad words of a weight image -> WMEM from word dst on: lane 0 first, L bytes each, then the next word. */
  W: 1,
  /** As X, but row i goes to lane i of WMEM: the rows become columns (K for Q K^T). */
  W_ROWS: 2,
  /** `n` int8 columns at srcA -> WMEM: column c goes to lane c mod C, word dst + floor(c / C) * k, rows from byte `sub` on (V for P V). */
  W_COLUMNS: 3,
  /** `count` scratchpad words -> parameter memory from entry dst on: 8 bytes an entry, {offset int32, gain 16, 0}. */
  PARAM: 4,
  /** 256 bytes -> GELU table, entry y & 255. */
  TABLE: 5,
  /** X, W and W_ROWS for the operand memories of the prediction engine. */
  EX: 6,
  EW: 7,
  EW_ROWS: 8,
} as const;
export type MoveKind = keyof typeof moveKinds;

export const gemmKinds = {
  /** `n` column blocks of C, k words deep. */
  DENSE: 0,
  /** The control words of map buffer 2 `sub` + `map`. With flag AUTO: dense (n blocks) when that takes fewer cycles. */
  OSPARSE: 1,
  /** `n` column blocks; inputs and slots from K-merge buffer `map`; k = weight words of a column. */
  KMERGE: 2,
} as const;
export type GemmKind = keyof typeof gemmKinds;

export const sfuKinds = {
  /** int8: rq(A + offset_c; gain_c, shift), then GELU table, mask out, mask in as the flags say. A is 32 bits. */
  RQ: 0,
  /** int16: clamp((B * keep + (A + offset_c) * gain_c + half) >> shift): B is int16 at srcB. */
  AXPY: 1,
  /** int8 LayerNorm of the int16 row at srcA: gain_c, offset_c, shift; `keep` is epsilon. */
  LN: 2,
  /** int8 softmax of the scores in OMEM over the mask at maskA; gain = Ms, shift = Ss. */
  SOFTMAX: 3,
  /** int32: A as it is. */
  COPY: 4,
  /** int32: B - A, B int32 at srcB (P = Y - Qs). */
  PSUB: 5,
} as const;
export type SfuKind = keyof typeof sfuKinds;

/** Bits of field `flags`. */
export const flags = {
  /** SFU: A is the int16 tensor at srcA in the scratchpad, not OMEM. */
  FROM_GSC: 1,
  /** RQ: the result goes through the GELU table. */
  GELU: 2,
  /** RQ: the mask column word at maskA + c gets |y| > theta, live rows only (MASKGEN). */
  MASK_OUT: 4,
  /** RQ: the result is 0 where the mask column word at maskA + c has 0. */
  MASK_IN: 8,
  /** RQ and AXPY: adds the int32 tensor at srcP to A first (reused part P). */
  ADD: 16,
  /** CMBUILD: one word at maskA is the mask of every column (row mask). GEMM: choose the quicker mode. TOPK: first tile of a head. */
  ROW_MASK: 32,
  AUTO: 32,
  FIRST: 32,
  /** TOPK: last tile of a head: the mask of the keys (RK) is written to maskC. */
  LAST: 1,
} as const;

/** When a command of the loop's body is carried out; `renew`: in the first sparse iteration after a dense one, whose masks are new. */
export const predicates = { always: 0, dense: 1, sparse: 2, renew: 3 } as const;

export interface Field {
  readonly name: string;
  readonly word: number;
  readonly lsb: number;
  readonly width: number;
  readonly doc: string;
}

const field = <const N extends string>(
  name: N,
  word: number,
  lsb: number,
  width: number,
  doc: string,
): Field & { readonly name: N } => ({ name, word, lsb, width, doc });

export const commandWords = 16;

export const commandFields = [
  field('op', 0, 0, 8, 'operation'),
  field('kind', 0, 8, 4, 'sub-operation'),
  field('flags', 0, 12, 6, 'switches of the operation'),
  field(
    'when',
    0,
    18,
    2,
    'predicate: 0 always, 1 dense iterations, 2 sparse ones, 3 the first sparse one after a dense one',
  ),
  field('map', 0, 20, 1, 'K-merge buffer, or lowest bit of the number of a control map buffer'),
  field('core', 0, 21, 5, 'core that carries it out'),
  field('all', 0, 26, 1, 'all cores carry it out (multicast)'),
  field('reads', 1, 0, 32, 'buffers read: bits 0..23 of the core, 24..31 shared by all'),
  field('writes', 2, 0, 32, 'buffers written, likewise'),
  field('n', 3, 0, 16, 'columns, or column blocks for GEMM'),
  field('k', 3, 16, 16, 'words of L bytes a weight column; of ITER nothing'),
  field('dst', 4, 0, 26, 'destination: scratchpad word, or word or column of a local memory'),
  field('sub', 4, 26, 6, 'W_COLUMNS: first byte of the word / R; CMBUILD, OSPARSE: number of the map buffer / 2'),
  field('srcA', 5, 0, 26, 'operand A: scratchpad word, or word or column of a local memory'),
  field('srcB', 6, 0, 26, 'operand B: scratchpad word; GEMM, EPRED, TOPK: first weight word'),
  field('srcP', 7, 0, 26, 'reused part P: scratchpad word'),
  field('count', 8, 0, 24, 'scratchpad words; of ITER iterations'),
  field('maskA', 9, 0, 16, 'first column word in the mask memory'),
  field('maskB', 9, 16, 16, 'TOPK: word that gets RQ of the tile'),
  field('maskC', 10, 0, 16, 'TOPK: first word that gets RK, ceil(T / R) words'),
  field('param', 10, 16, 16, 'first entry of the parameter memory'),
  field('gain', 11, 0, 16, 'EPRED: M of rq; SOFTMAX: Ms'),
  field('shift', 11, 16, 6, 'S of the operation; TOPK: SHS; SOFTMAX: Ss'),
  field(
    'live',
    11,
    22,
    7,
    'MASK_OUT, TOPK: live rows of the tile, 1 .. R; RQ, AXPY, PSUB: rows in which an overflow counts, 0 for all',
  ),
  field('keep', 12, 0, 32, 'AXPY: scale of B; LN: epsilon'),
  field('limit', 13, 0, 17, 'MASK_OUT: theta; TOPK: thetaD, the lead that dominates'),
  field('best', 13, 17, 13, 'TOPK: k, keys kept a row'),
  field('dram', 14, 0, 32, 'LD, ST: byte address / 64 of the first iteration'),
  field('stride', 15, 0, 32, 'LD, ST: what an iteration adds to `dram`'),
] as const satisfies readonly Field[];

export type FieldName = (typeof commandFields)[number]['name'];

/** A command as numbers; fields that are left out are 0. */
export type Command = { readonly op: number } & { readonly [K in FieldName]?: number };

/** The fields that name a control map buffer. */
export function mapBuffer(buffer: number): { readonly map: number; readonly sub: number } {
  return { map: buffer % 2, sub: Math.floor(buffer / 2) };
}

/** The control map buffer that a command names, in a core with more than two; a core with two has buffer `map` and does not look at `sub`. */
export function mapBufferOf({ map = 0, sub = 0 }: Pick<Command, 'map' | 'sub'>): number {
  return 2 * sub + map;
}

/** The 16 words of a command. */
export function encodeCommand(command: Command): Uint32Array {
  const words = new Uint32Array(commandWords);
  for (const { name, word, lsb, width } of commandFields) {
    const value = command[name] ?? 0;
    if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** width) {
      throw new RangeError(`field ${name} of a command is ${value}: expected 0 .. 2^${width} - 1`);
    }
    words[word] = (words[word]! | (value * 2 ** lsb)) >>> 0;
  }
  return words;
}

/** The fields of a command. */
export function decodeCommand(words: ArrayLike<number>): Record<FieldName, number> {
  const entries = commandFields.map(({ name, word, lsb, width }) => [
    name,
    Math.floor((words[word]! >>> 0) / 2 ** lsb) % 2 ** width,
  ]);
  return Object.fromEntries(entries) as Record<FieldName, number>;
}
