// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../core.params.ts';

/** What a program is compiled for. */
export interface Target {
  readonly params: ExionCoreParams;
  /** Words of 4R bytes of the scratchpad. */
  readonly scratchWords: number;
  readonly cores: number;
}

/** Something that the target cannot do; the message names the limit and the numbers. */
export class CompileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CompileError';
  }
}

/** Refuses what does not fit: `limit` is the parameter that says how much there is. */
export function mustFit(what: string, needed: number, unit: string, limit: string, available: number): void {
  if (needed > available) {
    throw new CompileError(`${what}: ${needed} ${unit} needed, ${limit} is ${available}`);
  }
}

export const ceilDiv = (a: number, b: number): number => Math.ceil(a / b);
export const roundUp = (a: number, unit: number): number => ceilDiv(a, unit) * unit;
export const roundDown = (a: number, unit: number): number => Math.floor(a / unit) * unit;

/** Bytes of a unit of `dram` and `stride`. */
export const dramUnit = 64;
