// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../../core.params.ts';
import { MachineFault } from './fault.ts';
import type { ControlMap } from './maps.ts';
import type { MergedInputs } from './kmerge.ts';

/** Memories that a command can touch, and the unit in which ranges are counted. */
export const spaces = {
  /** Bytes of the memory outside. */
  dram: 'byte',
  /** Words of 4R bytes. */
  scratch: 'word',
  /** Words of L bytes, of all banks or lanes. */
  imem: 'word',
  wmem: 'word',
  eimem: 'word',
  ewmem: 'word',
  /** Columns of R int32. */
  omem: 'column',
  /** Column words of R bits. */
  mask: 'word',
  param: 'entry',
  table: 'entry',
  /** Control map buffers, K-merge buffers. */
  map: 'buffer',
  kmerge: 'buffer',
} as const;
export type Space = keyof typeof spaces;

/** A range that a command has read or written: `from` .. `to` - 1. */
export interface Access {
  readonly core: number;
  readonly space: Space;
  readonly from: number;
  readonly to: number;
  readonly write: boolean;
}

/** IMEM or WMEM: `banks` banks of `words` words of L bytes; a bank is a row of the array, or a lane. */
export class OperandMemory {
  readonly bytes: Int8Array;

  constructor(
    banks: number,
    readonly words: number,
    readonly lanes: number,
  ) {
    this.bytes = new Int8Array(banks * words * lanes);
  }

  /** Index of byte 0 of a word; the words of a bank lie behind each other. */
  at(bank: number, word: number): number {
    return (bank * this.words + word) * this.lanes;
  }
}

/** Columns of R bits, one byte a bit so that reading is cheap: bit i of word w is bits[w * R + i]. */
export class MaskMemory {
  readonly bits: Uint8Array;

  constructor(
    readonly rows: number,
    readonly words: number,
  ) {
    this.bits = new Uint8Array(rows * words);
  }
}

/** All that a core remembers. Memories start with 0. */
export class CoreState {
  readonly imem: OperandMemory;
  readonly wmem: OperandMemory;
  readonly eimem: OperandMemory;
  readonly ewmem: OperandMemory;
  /** OMEM: element (row, column) is omem[column * R + row]. */
  readonly omem: Int32Array;
  readonly mask: MaskMemory;
  readonly offsets: Int32Array;
  /** 16 bits as stored; signed or not is said by who reads. */
  readonly gains: Uint16Array;
  readonly table = new Int8Array(256);
  readonly maps: (ControlMap | null)[];
  readonly merged: (MergedInputs | null)[] = [null, null];
  /** Keys of the head that some row needs, so far (TOPK). */
  readonly keys: Uint8Array;

  constructor(p: ExionCoreParams) {
    const inputWords = (2 * p.depth) / p.lanes;
    this.imem = new OperandMemory(p.size, inputWords, p.lanes);
    this.wmem = new OperandMemory(p.size, p.weightWords, p.lanes);
    this.eimem = new OperandMemory(p.size, inputWords, p.lanes);
    this.ewmem = new OperandMemory(p.size, p.weightWords, p.lanes);
    this.omem = new Int32Array(p.columns * p.size);
    this.mask = new MaskMemory(p.size, p.maskWords);
    this.offsets = new Int32Array(p.params);
    this.gains = new Uint16Array(p.params);
    this.keys = new Uint8Array(p.tokens);
    this.maps = Array.from({ length: p.mapBuffers }, () => null);
  }
}

/** The scratchpad, three views of the same bytes; a tensor lies column by column, so column c of base b starts at element (4 b / e + c) R. */
export class Scratchpad {
  readonly int8: Int8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly bytes: Uint8Array;

  constructor(
    readonly rows: number,
    readonly words: number,
  ) {
    const buffer = new ArrayBuffer(4 * rows * words);
    this.int8 = new Int8Array(buffer);
    this.int16 = new Int16Array(buffer);
    this.int32 = new Int32Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }
}

/** What an operation works on: the core that carries it out, and what all cores share. */
export interface Context {
  readonly p: ExionCoreParams;
  readonly core: CoreState;
  readonly scratch: Scratchpad;
  /** Refuses the command when the range leaves the memory; tells the observer of the access. */
  readonly touch: (space: Space, from: number, count: number, write: boolean) => void;
}

/** Words that n columns of e bytes take. */
export function tensorWords(columns: number, bytes: number): number {
  return Math.ceil((columns * bytes) / 4);
}

export function refuse(wrong: boolean, message: string): void {
  if (wrong) throw new MachineFault('refused', message);
}
