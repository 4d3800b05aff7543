// SPDX-License-Identifier: Apache-2.0

/** Division by 3, 5, 9 and 15 of paper 3.4, digit by digit, with the remainders that enter the digits all known beforehand. */

const digitsOf: Readonly<Record<number, number>> = { 3: 4, 5: 4, 9: 6, 15: 4 };

export function divideByDigits(
  x: bigint,
  bits: number,
  d: number,
): { readonly quotient: bigint; readonly remainder: bigint } {
  const k = digitsOf[d];
  if (k === undefined) throw new RangeError(`there is no division by ${d}`);
  const base = 2 ** k;
  const n = Math.ceil(bits / k);
  const digit = Array.from({ length: n }, (_, i) => Number((x >> BigInt(k * i)) % BigInt(base)));
  const c = digit.map((each) => each % d);
  // R_i: the residues of all digits above i.
  const R = c.map((_, i) => c.slice(i + 1).reduce((sum, each) => sum + each, 0) % d);
  const q = digit.map((each, i) => Math.floor((base * R[i]! + each) / d));
  const quotient = q.reduceRight((sum, each) => sum * BigInt(base) + BigInt(each), 0n);
  return { quotient, remainder: BigInt((R[0]! + c[0]!) % d) };
}

/** A third of a multiple of 3. */
export function divideByThree(x: bigint, bits: number): bigint {
  const { quotient, remainder } = divideByDigits(x, bits, 3);
  if (remainder !== 0n) throw new RangeError(`${x} is no multiple of 3`);
  return quotient;
}
