// SPDX-License-Identifier: Apache-2.0

/** Sizes that MOVE depends on: R = C = `size`, L = `lanes`, memories in words and entries. */
export interface LoaderShape {
  readonly size: number;
  readonly lanes: number;
  /** Longest contraction in bytes; an input memory holds two. */
  readonly depth: number;
  readonly weightWords: number;
  readonly params: number;
}

/** The memories that MOVE writes, as bytes. Bank (or lane) b, word w, byte x of an operand memory lies at (b * words + w) * L + x. */
export interface LoadedMemories {
  readonly imem: Uint8Array;
  readonly wmem: Uint8Array;
  readonly eimem: Uint8Array;
  readonly ewmem: Uint8Array;
  /** 8 bytes an entry: offset int32, gain 16, 0. */
  readonly params: Uint8Array;
  readonly table: Uint8Array;
}

/** Fields of MOVE; kinds are numbered as in moveKinds. */
export interface MoveCommand {
  readonly kind: number;
  readonly n: number;
  readonly k: number;
  readonly dst: number;
  readonly sub: number;
  readonly srcA: number;
  readonly count: number;
}

const [X, W, W_ROWS, W_COLUMNS, PARAM, TABLE, EX, EW, EW_ROWS] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

export function emptyMemories({ size, lanes, depth, weightWords, params }: LoaderShape): LoadedMemories {
  return {
    imem: new Uint8Array(2 * depth * size),
    wmem: new Uint8Array(weightWords * lanes * size),
    eimem: new Uint8Array(2 * depth * size),
    ewmem: new Uint8Array(weightWords * lanes * size),
    params: new Uint8Array(8 * params),
    table: new Uint8Array(256),
  };
}

/** Whether MOVE is refused: counts of 0, a part of a word that is not there, or beyond the end of a memory. */
export function isMoveRefused({ kind, n, k, dst, sub, count }: MoveCommand, shape: LoaderShape): boolean {
  const { size, lanes, depth, weightWords, params } = shape;
  switch (kind) {
    case X:
    case EX:
      return n === 0 || dst + Math.ceil(n / lanes) > (2 * depth) / lanes;
    case W_ROWS:
    case EW_ROWS:
      return n === 0 || dst + Math.ceil(n / lanes) > weightWords;
    case W:
    case EW:
      return count === 0 || dst + Math.ceil(count / (lanes / 4)) > weightWords;
    case W_COLUMNS:
      return n === 0 || k === 0 || sub >= lanes / size || dst + Math.floor((n - 1) / size) * k + 1 > weightWords;
    case PARAM:
      return count === 0 || dst % (size / 2) !== 0 || dst + count * (size / 2) > params;
    case TABLE:
      return false;
    default:
      return true;
  }
}

/** Scratchpad words that MOVE reads. */
export function moveWords({ kind, n, count }: MoveCommand, { size }: LoaderShape): number {
  if (kind === TABLE) return 64 / size;
  return kind === W || kind === EW || kind === PARAM ? count : Math.ceil(n / 4);
}

/** MOVE: writes the memories from the scratchpad's bytes; true when it is refused and nothing is written. */
export function move(command: MoveCommand, shape: LoaderShape, scratch: Uint8Array, to: LoadedMemories): boolean {
  if (isMoveRefused(command, shape)) return true;
  const { size, lanes, weightWords, depth } = shape;
  const { kind, n, k, dst, sub, srcA, count } = command;
  const from = 4 * size * srcA;
  const byte = (at: number): number => scratch[from + at] ?? 0;
  const column = (c: number, row: number): number => (c < n ? byte(c * size + row) : 0);
  switch (kind) {
    case X:
    case EX:
    case W_ROWS:
    case EW_ROWS: {
      const memory = { [X]: to.imem, [EX]: to.eimem, [W_ROWS]: to.wmem, [EW_ROWS]: to.ewmem }[kind]!;
      const words = kind === X || kind === EX ? (2 * depth) / lanes : weightWords;
      for (let row = 0; row < size; row++) {
        const start = (row * words + dst) * lanes;
        for (let c = 0; c < lanes * Math.ceil(n / lanes); c++) memory[start + c] = column(c, row);
      }
      break;
    }
    case W:
    case EW: {
      const memory = kind === W ? to.wmem : to.ewmem;
      for (let i = 0; i < 4 * size * count; i++) {
        const [lane, word] = [Math.floor(i / lanes) % size, Math.floor(i / (lanes * size))];
        memory[(lane * weightWords + dst + word) * lanes + (i % lanes)] = byte(i);
      }
      break;
    }
    case W_COLUMNS:
      for (let c = 0; c < n; c++) {
        const word = (c % size) * weightWords + dst + Math.floor(c / size) * k;
        for (let row = 0; row < size; row++) to.wmem[word * lanes + sub * size + row] = column(c, row);
      }
      break;
    case PARAM:
      for (let i = 0; i < 4 * size * count; i++) to.params[8 * dst + i] = byte(i);
      break;
    default:
      for (let i = 0; i < 256; i++) to.table[i] = byte(i);
  }
  return false;
}
