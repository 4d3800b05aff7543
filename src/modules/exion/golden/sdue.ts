// SPDX-License-Identifier: Apache-2.0
import type { ControlWord } from './merge.ts';
import type { Placement } from './placement.ts';

/** GEMM on the array unit, byte for byte, over its own memories. R = C = size, L = lanes, PD = drain. */
export interface GemmShape {
  readonly size: number;
  readonly lanes: number;
  readonly drain: number;
  readonly placement: Placement;
  /** Columns of OMEM, words of a bank of IMEM, words of a lane of WMEM. */
  readonly columns: number;
  readonly inputWords: number;
  readonly weightWords: number;
}

export interface GemmMemories {
  /** imem[i]: bytes of row i; word w is bytes w L .. w L + L - 1. */
  readonly imem: readonly Int8Array[];
  /** wmem[j]: bytes of lane j, likewise. */
  readonly wmem: readonly Int8Array[];
  /** omem[i][c]: row i of column c. A GEMM changes it in place. */
  readonly omem: readonly Int32Array[];
}

/** A chunk of K-merge as the unit reads it. */
export interface GemmChunk {
  /** words[s][l]: word of the weight column whose byte l slot s takes; 0 without one. */
  readonly words: readonly (readonly number[])[];
  /** ws[i][l]: slot of (row i, lane l). */
  readonly ws: readonly (readonly number[])[];
}

export interface GemmCommand {
  readonly kind: 'dense' | 'osparse' | 'kmerge';
  readonly auto?: boolean;
  readonly n: number;
  readonly k: number;
  readonly dst: number;
  readonly srcA: number;
  readonly srcB: number;
}

/** What the array needs of a control word. */
export type GemmWord = Pick<ControlWord, 'occ' | 'ws' | 'xs' | 'cv' | 'ids' | 'slots'>;

/** Contents of the buffer that the command names; null: not valid. */
export interface GemmSources {
  readonly words: readonly GemmWord[] | null;
  readonly chunks: readonly GemmChunk[] | null;
}

export interface GemmResult {
  readonly refused: boolean;
  /** What was done: AUTO may turn osparse into dense. */
  readonly kind: GemmCommand['kind'];
  /** From the command's transfer to done. */
  readonly cycles: number;
}

/** Words from a weight column to the next of its lane: odd with colour placement, so that neighbours begin in distinct sub-banks. */
export function weightStride(k: number, placement: Placement): number {
  return placement === 'colour' && k % 2 === 0 ? k + 1 : k;
}

/** Cycles in which the drain takes a pass of `slots` slots. */
export function drainCycles({ size, drain }: Pick<GemmShape, 'size' | 'drain'>, slots: number): number {
  return slots * (size / drain);
}

/** Cycles from the command's transfer to done: passes of `beats` beats with these slots. */
export function gemmCycles(p: Pick<GemmShape, 'size' | 'drain'>, beats: number, slots: readonly number[]): number {
  const drains = slots.map((count) => drainCycles(p, count));
  const last = drains.pop();
  if (last === undefined) return 3;
  return 14 + beats + drains.reduce((sum, drain) => sum + Math.max(beats, drain), 0) + last;
}

/** Whether AUTO takes the dense mode: when it needs no more cycles. */
export function prefersDense(p: GemmShape, n: number, k: number, slots: readonly number[]): boolean {
  const merged = slots.reduce((sum, count) => sum + Math.max(k, drainCycles(p, count)), 0);
  return n * Math.max(k, drainCycles(p, 1)) <= merged;
}

/** Carries out a command: its results go to OMEM. */
export function gemm(p: GemmShape, memories: GemmMemories, command: GemmCommand, sources: GemmSources): GemmResult {
  const { n, k } = command;
  if (isRefused(p, command, sources)) return { refused: true, kind: command.kind, cycles: 3 };
  const words = sources.words ?? [];
  const slots = words.map((word) => word.slots);
  const isDense = command.kind === 'osparse' && command.auto === true && prefersDense(p, n, k, slots);
  const kind = isDense ? 'dense' : command.kind;
  const dense = new Array<number>(n).fill(1);
  switch (kind) {
    case 'dense':
      denseGemm(p, memories, command);
      return { refused: false, kind, cycles: gemmCycles(p, k, dense) };
    case 'osparse':
      for (const word of words) mergedPass(p, memories, command, word);
      return { refused: false, kind, cycles: gemmCycles(p, k, slots) };
    case 'kmerge': {
      const chunks = sources.chunks!;
      chunkedGemm(p, memories, command, chunks);
      return { refused: false, kind, cycles: gemmCycles(p, Math.max(1, chunks.length), dense) };
    }
  }
}

function isRefused(p: GemmShape, command: GemmCommand, { words, chunks }: GemmSources): boolean {
  const { kind, n, k, dst, srcA, srcB } = command;
  if (n === 0 || k === 0) return true;
  if (kind === 'osparse' && words === null) return true;
  if (kind === 'kmerge' && chunks === null) return true;
  const inputs = kind === 'kmerge' ? chunks!.length : k;
  if (srcA + inputs > p.inputWords) return true;
  if (srcB + n * weightStride(k, p.placement) > p.weightWords) return true;
  return dst % p.drain !== 0 || dst + n * p.size > p.columns;
}

/** First byte of weight column `column` in its lane. */
function columnStart(p: GemmShape, { srcB, k }: GemmCommand, column: number): number {
  return (srcB + Math.floor(column / p.size) * weightStride(k, p.placement)) * p.lanes;
}

/** Input row times weight column, k words. */
function product(
  p: GemmShape,
  { imem, wmem }: GemmMemories,
  command: GemmCommand,
  row: number,
  column: number,
): number {
  const x = imem[row]!;
  const w = wmem[column % p.size]!;
  const from = columnStart(p, command, column);
  let sum = 0;
  for (let b = 0; b < command.k * p.lanes; b++) sum += x[command.srcA * p.lanes + b]! * w[from + b]!;
  return sum;
}

function denseGemm(p: GemmShape, memories: GemmMemories, command: GemmCommand): void {
  memories.omem.forEach((row, i) => {
    for (let n = 0; n < command.n * p.size; n++) row[command.dst + n] = product(p, memories, command, i, n);
  });
}

/** The marked elements of one control word. */
function mergedPass(p: GemmShape, memories: GemmMemories, command: GemmCommand, word: GemmWord): void {
  word.occ.forEach((lanes, t) =>
    lanes.forEach((isBusy, j) => {
      if (isBusy === 0) return;
      const row = word.xs[t]![j] === 1 ? word.cv[t]! : t;
      const column = word.ids[word.ws[t]![j]!]![j]!;
      memories.omem[row]![command.dst + column] = product(p, memories, command, row, column);
    }),
  );
}

function chunkedGemm(
  p: GemmShape,
  { imem, wmem, omem }: GemmMemories,
  command: GemmCommand,
  chunks: readonly GemmChunk[],
) {
  const { lanes } = p;
  omem.forEach((row, i) => {
    for (let n = 0; n < command.n * p.size; n++) {
      const from = columnStart(p, command, n);
      let sum = 0;
      chunks.forEach(({ words, ws }, c) => {
        for (let l = 0; l < lanes; l++) {
          const weight = wmem[n % p.size]![from + words[ws[i]![l]!]![l]! * lanes + l]!;
          sum += imem[i]![(command.srcA + c) * lanes + l]! * weight;
        }
      });
      row[command.dst + n] = sum;
    }
  });
}
