// SPDX-License-Identifier: Apache-2.0
import { Bundle, type Comb, UInt, widthOf } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { highestOne } from '../../lib/leading-one.ts';
import { isolate } from '../../lib/priority-encoder.ts';

/*
 * ts(v) of an int8: sign and the two highest ones of the magnitude, +-(2^first + 2^second) (paper 3.2, 4 "EPRE"). A product is the four
 * sums of an exponent of x and one of w, each as a one-hot, with the sign of both. To shift the two ones of x by an exponent of w
 * is to add it to the exponents of both, so x is kept as ones (two-hot) and w as exponents, and two shifters are the four exponent
 * adders with their one-hots. -128 is taken as it is, so exponents go up to 7.
 */

/** ts of a weight: its exponents. 9 bits. */
export interface WeightCode<V> {
  readonly sign: V;
  /** The magnitude has a one, at `first`; that of 0 has none. */
  readonly any: V;
  readonly first: V;
  /** There is a second one below, at `second`. */
  readonly two: V;
  readonly second: V;
}

/** ts of an input: its ones, and their negative, so that products need no negation of their own. 18 bits. */
export interface InputCode<V> {
  readonly sign: V;
  /** Magnitude, at most two ones. */
  readonly kept: V;
  readonly negated: V;
}

export const weightCodeType = Bundle({ sign: UInt(1), any: UInt(1), first: UInt(3), two: UInt(1), second: UInt(3) });
export const inputCodeType = Bundle({ sign: UInt(1), kept: UInt(8), negated: UInt(9) });
export const weightCodeBits = widthOf(weightCodeType);
export const inputCodeBits = widthOf(inputCodeType);

/** Bits of a product of two ts-values, signed: -128 * 96 .. 128 * 128. */
export const productBits = 16;
export const productRange = { least: -128n * 96n, most: 128n * 128n } as const;

/** Exponents: leading one, clear it, leading one of the rest. Depth: magnitude (8-bit carry), clear (3), search (3). */
export function weightCode<V extends Comb<V>>(value: Comb<V>): WeightCode<V> {
  const { sign, magnitude, rest } = split(value);
  const { index: first, valid: any } = highestOne<V>(magnitude);
  const { index: second, valid: two } = highestOne<V>(rest.low(7));
  return { sign, any, first, two, second };
}

/** Ones: leading one, clear it, leading one of the rest. Depth: magnitude (8-bit carry), clear (3), search (3), negative (3). */
export function inputCode<V extends Comb<V>>(value: Comb<V>): InputCode<V> {
  const { sign, top, rest } = split(value);
  const kept = top.or(isolate<V>(rest, 'highest'));
  return { sign, kept, negated: negative<V>(kept) };
}

/** ts(x) * ts(w), exact, two's complement. Depth: sign (1), shift by 3 bits (2), carry chain of 16. */
export function logProduct<V extends Comb<V>>(x: InputCode<V>, w: WeightCode<V>): V {
  const signed = x.sign.xor(w.sign).mux(x.negated, x.kept.resize(x.negated.width));
  const term = (exists: V, exponent: V): V =>
    signed.and(exists.replicate(signed.width)).asSInt().resize(productBits).shl(exponent);
  return term(w.any, w.first).addWrap(term(w.two, w.second));
}

function split<V extends Comb<V>>(value: Comb<V>): { sign: V; magnitude: V; top: V; rest: V } {
  const sign = value.bit(7);
  const magnitude = sign.mux(value.asUInt().neg(), value.asUInt());
  const top = isolate<V>(magnitude, 'highest');
  return { sign, magnitude, top, rest: magnitude.and(top.not()) };
}

/** -x with one bit more, without a carry: the lowest one stays, all bits above it are complemented. */
function negative<V extends Comb<V>>(x: Comb<V>): V {
  const bits = x.resize(x.width + 1).toBits();
  const below = [...bits];
  for (let step = 1; step < below.length; step *= 2) {
    for (let i = below.length - 1; i >= step; i--) below[i] = below[i]!.or(below[i - step]!);
  }
  return join<V>(
    x,
    bits.map((bit, i) => (i === 0 ? bit : bit.xor(below[i - 1]!))),
  );
}
