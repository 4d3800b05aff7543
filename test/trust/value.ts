// SPDX-License-Identifier: Apache-2.0

/**
 * Numbers of a known width, for expectations. Written without anything from `src`: an error in the arithmetic there must
 * not be able to hide in the arithmetic that judges it.
 */
export interface Kind {
  /** In bits. */
  readonly width: number;
  /** Two's complement, or unsigned. */
  readonly signed: boolean;
}

export interface Val extends Kind {
  /** 0 .. 2^width - 1. */
  readonly pattern: bigint;
}

export const unsigned = (width: number): Kind => ({ width, signed: false });
export const signed = (width: number): Kind => ({ width, signed: true });
export const bit: Kind = unsigned(1);

const powers: bigint[] = [];

/** 2^width. */
export function span(width: number): bigint {
  return (powers[width] ??= 2n ** BigInt(width));
}

/** Any integer brought into 0 .. 2^width - 1. */
export function patternOf(integer: bigint, width: number): bigint {
  const modulus = span(width);
  return ((integer % modulus) + modulus) % modulus;
}

/** The number that a pattern stands for. */
export function intOf({ pattern, width, signed: isSigned }: Val): bigint {
  return isSigned && width > 0 && pattern >= span(width - 1) ? pattern - span(width) : pattern;
}

export function leastOf({ width, signed: isSigned }: Kind): bigint {
  return isSigned && width > 0 ? -span(width - 1) : 0n;
}

export function mostOf({ width, signed: isSigned }: Kind): bigint {
  return isSigned && width > 0 ? span(width - 1) - 1n : span(width) - 1n;
}

/** Patterns at which operators go wrong: 0, 1, 2, -1, -2, the largest and the smallest signed number and their neighbours. */
export function corners(width: number): bigint[] {
  const all = [0n, 1n, -1n, span(width) / 2n, span(width) / 2n - 1n, 2n, -2n, span(width) / 2n + 1n];
  return [...new Set(all.map((integer) => patternOf(integer, width)))];
}
