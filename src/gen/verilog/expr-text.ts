// SPDX-License-Identifier: Apache-2.0
import { breakBefore } from './wrap.ts';

/** Text with the precedence of its outermost operator. */
export interface Text {
  readonly text: string;
  readonly precedence: number;
  readonly symbol?: string;
}

export const PRIMARY = 14;
export const PREFIX = 12;
export const RELATION = 7;
export const EQUALITY = 6;
export const LOGICAL_AND = 2;
export const LOGICAL_OR = 1;
export const CHOICE = 0;

/** Operators that give the same whichever side is done first. */
export const associative = new Set(['+', '&', '|', '^', '&&', '||']);

/** What a comparison is when its result is inverted, and when its operands change sides. */
export const inverse: Readonly<Record<string, string>> = { '==': '!=', '!=': '==', '<': '>=', '<=': '>' };
export const mirrored: Readonly<Record<string, string>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

export const comparisons = { eq: true, ne: true, ltU: true, leU: true, ltS: true, leS: true };

export function primary(text: string): Text {
  return { text, precedence: PRIMARY };
}

export function grouped(inner: Text, least: number): string {
  return inner.precedence < least ? `(${inner.text})` : inner.text;
}

export function joined(left: Text, symbol: string, precedence: number, right: Text): Text {
  const isChain = right.symbol === symbol && associative.has(symbol);
  const first = grouped(left, precedence);
  const second = grouped(right, isChain ? precedence : precedence + 1);
  return { text: `${first}${breakBefore(precedence)}${symbol} ${second}`, precedence, symbol };
}

export function range(lo: number, width: number): string {
  return width === 1 ? `[${lo}]` : `[${lo + width - 1}:${lo}]`;
}
