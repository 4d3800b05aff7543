// SPDX-License-Identifier: Apache-2.0
import type { AxpyParams, NormParams, RequantiseParams, TensorScale } from './quantised.types.ts';

/**
 * From real factors to the gains and shifts of the hardware: one shift an operation, as large as its largest gain (and the caller, with
 * `mostShift`) allows.
 */

const shiftRange = { requantise: [8, 46], signed: [8, 31], tensor: [1, 46] } as const;

const signedRange = (mostShift: number): [number, number] => [shiftRange.signed[0], mostShift];

/** Largest shift in the range with which no |factor| exceeds `most`. */
function shiftFor(
  what: string,
  factors: ArrayLike<number>,
  most: number,
  [least, largest]: readonly [number, number],
): number {
  let size = 0;
  for (let c = 0; c < factors.length; c++) size = Math.max(size, Math.abs(factors[c]!));
  if (!Number.isFinite(size)) throw new RangeError(`${what}: a factor is not finite`);
  let shift = largest;
  while (Math.round(size * 2 ** shift) > most) shift--;
  if (shift < least) throw new RangeError(`${what}: a factor of ${size} needs shift ${shift}, the least is ${least}`);
  return shift;
}

function gains(factors: ArrayLike<number>, shift: number): number[] {
  return Array.from({ length: factors.length }, (_, c) => Math.round(factors[c]! * 2 ** shift));
}

/** Rounded values as int32; the least code is left out so that -offset fits too. */
function offsets(what: string, values: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: values.length }, (_, c) => {
    const value = Math.round(values[c]!);
    if (Math.abs(value) < 2 ** 31) return value;
    throw new RangeError(`${what}: offset ${value} of column ${c} does not fit in 32 bits`);
  });
}

/** code = factor_c * (a + offset_c); factors are positive. */
export function fitRequantise(what: string, factors: ArrayLike<number>, offset: ArrayLike<number>): RequantiseParams {
  const shift = shiftFor(what, factors, 65535, shiftRange.requantise);
  return { offset: offsets(what, offset), gain: Uint16Array.from(gains(factors, shift)), shift };
}

/** code = keep * b + factor_c * (a + offset_c), 0 <= keep < 2. */
export function fitAxpy(
  what: string,
  keep: number,
  factors: ArrayLike<number>,
  offset: ArrayLike<number>,
  mostShift: number = shiftRange.signed[1],
): AxpyParams {
  const shift = shiftFor(what, factors, 32767, signedRange(mostShift));
  return {
    offset: offsets(what, offset),
    gain: Int16Array.from(gains(factors, shift)),
    keep: Math.round(keep * 2 ** shift),
    shift,
  };
}

/** code = scale_c * n + shift_c, n the normalised value; `epsilon` in units of codes. */
export function fitNorm(
  what: string,
  scale: ArrayLike<number>,
  shiftBy: ArrayLike<number>,
  epsilon: number,
  mostShift: number = shiftRange.signed[1],
): NormParams {
  const factors = Array.from(scale, (value) => value / 4096); // 12 fraction bits of n
  // The offset has 32 bits, so it allows 2^16 times what a gain may be.
  const both = [...factors, ...Array.from(shiftBy, (value) => value / 65536)];
  const shift = shiftFor(what, both, 32767, signedRange(mostShift));
  return {
    offset: offsets(
      what,
      Array.from(shiftBy, (value) => value * 2 ** shift),
    ),
    gain: Int16Array.from(gains(factors, shift)),
    epsilon: Math.round(epsilon),
    shift,
  };
}

/** code = factor * a, for a whole tensor. */
export function fitTensor(what: string, factor: number, least: number = shiftRange.tensor[0]): TensorScale {
  const shift = shiftFor(what, [factor], 65535, [least, shiftRange.tensor[1]]);
  return { gain: Math.round(factor * 2 ** shift), shift };
}
