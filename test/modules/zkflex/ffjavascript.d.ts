// SPDX-License-Identifier: Apache-2.0

/** The part of ffjavascript that the tests use; the package has no types. */
declare module 'ffjavascript' {
  /** A prime field of bigints. */
  class F1Field {
    constructor(prime: bigint);
    /** The largest s such that 2^s divides p - 1. */
    readonly s: number;
    /** w[k] is a root of unity of order 2^k. */
    readonly w: readonly bigint[];
    mul(a: bigint, b: bigint): bigint;
    inv(a: bigint): bigint;
    sqrt(a: bigint): bigint | null;
    fft(values: readonly bigint[]): Promise<bigint[]>;
    ifft(values: readonly bigint[]): Promise<bigint[]>;
  }
}
