// SPDX-License-Identifier: Apache-2.0
import { mask } from '../../ir/bits.ts';

/** Up to here a reader prefers decimal digits; above, hexadecimal ones. */
const DECIMAL_LIMIT = 10_000n;

/** Longest literal in bits that still fits on a line; wider ones are joined from pieces. */
const PIECE = 256;

/** A pattern as a sized literal: 4'd9, 16'hbeef, {64{1'b1}}. */
export function literal(value: bigint, width: number): string {
  if (width === 1) return value === 0n ? "1'b0" : "1'b1";
  if (value === mask(width) && width > 16) return `{${width}{1'b1}}`;
  if (value === 0n) return width <= 64 ? `${width}'d0` : `{${width}{1'b0}}`;
  if (width > PIECE) return joined(value, width);
  if (value < DECIMAL_LIMIT && (width <= 7 || value !== mask(width))) return `${width}'d${value}`;
  return `${width}'h${value.toString(16)}`;
}

/** A pattern that is read as two's complement: 8'sd5, -8'sd1. */
export function signedLiteral(value: bigint, width: number): string {
  const isNegative = value >> BigInt(width - 1) === 1n;
  if (width > 64) return `$signed(${literal(value, width)})`;
  const magnitude = isNegative ? (1n << BigInt(width)) - value : value;
  // The most negative number has no positive partner, but its literal wraps to itself.
  const digits = magnitude < DECIMAL_LIMIT ? `d${magnitude}` : `h${magnitude.toString(16)}`;
  return `${isNegative ? '-' : ''}${width}'s${digits}`;
}

function joined(value: bigint, width: number): string {
  const pieces: string[] = [];
  for (let low = 0; low < width; low += PIECE) {
    const size = Math.min(PIECE, width - low);
    pieces.unshift(`${size}'h${((value >> BigInt(low)) & mask(size)).toString(16)}`);
  }
  return `{${pieces.join(', ')}}`;
}
