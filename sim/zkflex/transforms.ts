// SPDX-License-Identifier: Apache-2.0
import { inverseMod, powMod } from '../../src/modules/zkflex/golden/field.ts';
import { toMontgomery } from '../../src/modules/zkflex/golden/montgomery.ts';
import { bankCount } from '../../src/modules/zkflex/ntt/ntt.params.ts';
import { type NttOp, nttOps } from '../../src/modules/zkflex/ntt/ntt.types.ts';
import { flags } from '../../src/modules/zkflex/top/commands.ts';
import type { FieldSetup } from './field-setup.ts';
import type { ZkFlexHost } from './host.ts';

/** Where a list of powers for POWERS may begin. */
const powersAlignment = 32;

/** Addresses in memory of the buffers that transforms use, in bytes. */
export interface TransformBuffers {
  readonly elements: number;
  readonly twiddles: number;
  readonly powers: number;
}

/**
 * Transforms and scalings on node 0 of the design, as sequences of commands: elements in memory, in natural order, Montgomery. A transform is DIF, and its
 * result is put back into natural order by the store.
 */
export class Transforms {
  readonly #host: ZkFlexHost;
  readonly #field: FieldSetup;
  readonly #at: TransformBuffers;

  constructor(host: ZkFlexHost, field: FieldSetup, at: TransformBuffers) {
    this.#host = host;
    this.#field = field;
    this.#at = at;
  }

  /** Most elements of a transform: data and the factors of a scaling lie side by side, and the twiddles beside a list of powers. */
  static capacity(p: { bankWords: number; twiddleWords: number }): number {
    const fits = (n: number): boolean =>
      2 * n <= bankCount * p.bankWords && powersPlace(n) + Math.log2(n) <= p.twiddleWords;
    let n = 1;
    while (fits(2 * n)) n *= 2;
    return n;
  }

  /** out[i] = sum of in[j] root^(ij), the inverse with root^-1 and divided by n. In place at `elements` of n slots. */
  transform(n: number, root: bigint, inverse: boolean): void {
    const { p } = this.#field.montgomery;
    this.#load(n);
    this.#twiddles(n, inverse ? inverseMod(root, p) : root);
    this.#vector('DIF', n, { second: 0 });
    if (inverse) this.#scale(n, inverseMod(BigInt(n), p), 1n);
    this.#store(n, true);
  }

  /** Element i times first * factor^i. In place. */
  scale(n: number, first: bigint, factor: bigint): void {
    this.#load(n);
    this.#scale(n, first, factor);
    this.#store(n, false);
  }

  /**
   * Inverse transform, coset scaling and transform without any reordering: DIF with root^-1, factors (1/n) shift^i in bit-reversed order, DIT with root.
   * In place.
   */
  coset(n: number, root: bigint, shift: bigint): void {
    const { p } = this.#field.montgomery;
    this.#load(n);
    this.#twiddles(n, inverseMod(root, p));
    this.#vector('DIF', n, { second: 0 });
    this.#scale(n, inverseMod(BigInt(n), p), shift, true);
    this.#twiddles(n, root);
    this.#vector('DIT', n, { second: 0 });
    this.#store(n, false);
  }

  #load(n: number): void {
    this.#host.push('LOAD', { address: this.#host.beat(this.#at.elements), dst: 0, count: n });
  }

  #store(n: number, reverse: boolean): void {
    this.#host.push('STORE', {
      address: this.#host.beat(this.#at.elements),
      src: 0,
      count: n,
      log2n: Math.log2(n),
      flags: reverse ? flags.REVERSE : 0,
    });
  }

  /** The table w^i of n / 2 words at 0. */
  #twiddles(n: number, w: bigint): void {
    if (n < 2) return;
    const { montgomery: m, elementBytes } = this.#field;
    const table = powersOf(w, n / 2, m.p).map((x) => toMontgomery(x, m));
    this.#ready();
    this.#host.put(this.#at.twiddles, table, elementBytes);
    this.#host.push('LOAD', {
      address: this.#host.beat(this.#at.twiddles),
      dst: 0,
      count: n / 2,
      flags: flags.TWIDDLES,
    });
  }

  /** The words at 0 .. n - 1 times first * factor^i; the factors are made behind them. */
  #scale(n: number, first: bigint, factor: bigint, reversed = false): void {
    const { montgomery: m, elementBytes } = this.#field;
    const log2n = Math.log2(n);
    const squares = Array.from({ length: log2n }, (_, j) => powMod(factor, 1n << BigInt(j), m.p));
    const list = [first, ...(reversed ? squares.reverse() : squares)].map((x) => toMontgomery(x, m));
    const table = powersPlace(n);
    this.#ready();
    this.#host.put(this.#at.powers, list, elementBytes);
    this.#host.push('LOAD', { address: this.#host.beat(this.#at.powers), dst: n, count: 1 });
    const next = this.#at.powers + elementBytes;
    this.#host.push('LOAD', { address: this.#host.beat(next), dst: table, count: log2n, flags: flags.TWIDDLES });
    this.#vector('POWERS', n, { src: n, dst: n, second: table });
    this.#vector('MUL', n, { second: n });
  }

  #vector(op: NttOp, n: number, places: { src?: number; dst?: number; second: number }): void {
    this.#host.push('VECTOR', { kind: nttOps[op], log2n: Math.log2(n), ...places });
  }

  /** Buffers in memory are rewritten only when no command reads them any more. */
  #ready(): void {
    this.#host.finish();
  }
}

/** Place of the list of powers behind n / 2 twiddles. */
const powersPlace = (n: number): number => Math.ceil(n / 2 / powersAlignment) * powersAlignment;

function powersOf(w: bigint, count: number, p: bigint): bigint[] {
  const powers = [1n % p];
  while (powers.length < count) powers.push((powers.at(-1)! * w) % p);
  return powers;
}
