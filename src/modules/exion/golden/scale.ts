// SPDX-License-Identifier: Apache-2.0
import { clamp, shiftDown } from './arith.ts';

/** clamp((n * gain + offset + 2^(S-1)) >> S) to 8 bits: gain signed 16 bits, offset signed 32 bits. */
export function requantiseSigned(n: number, gain: number, offset: number, shift: number): number {
  return clamp(shiftDown(n * gain + offset + 2 ** (shift - 1), shift), 8);
}
