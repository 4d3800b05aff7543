// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, type Signal, UInt, type View } from '../../../dsl/index.ts';
import { log2Bits } from './ntt.types.ts';
import { addressBits, type NttParams, twiddleBits } from './ntt.params.ts';

/** Bits of a row: one word in each bank. */
export const rowBits = (p: NttParams): number => addressBits(p) - 2;

/** A command that is carried out. */
export function jobType(p: NttParams) {
  const address = UInt(addressBits(p));
  return Bundle({
    /** One of the first three: stages of butterflies; none: one pass over two vectors. */
    dif: Bool,
    dit: Bool,
    powers: Bool,
    mul: Bool,
    add: Bool,
    sub: Bool,
    log2n: UInt(log2Bits),
    /** n / 2, so 0 for n = 1. */
    half: address,
    /** Words of the whole batch less 1. */
    mask: address,
    src: address,
    dst: address,
    /** Second vector. */
    second: address,
    table: UInt(twiddleBits(p)),
    perStage: Bool,
    across: Bool,
  });
}

/** A group of 2B elements inside a job: two butterflies, or four elements in a row. */
export function positionType(p: NttParams) {
  const address = UInt(addressBits(p));
  return Bundle({
    stage: UInt(log2Bits),
    group: UInt(rowBits(p)),
    /** Number of its first element. */
    index: address,
    /** Bit in which the operands of a butterfly differ: its number, and alone at its place. */
    pair: UInt(log2Bits),
    pairBit: address,
    /** The butterflies exchange with another node. */
    cross: Bool,
    /** The later half of a row of four. */
    half: Bool,
  });
}

type Job = View<ReturnType<typeof jobType>>;
type Bit = Signal<typeof Bool>;

/** One bit: a job of butterflies in stages, not one over vectors. */
export const isStaged = (job: Job): Bit => job.dif.or(job.dit).or(job.powers);

/** One bit: of a group of this pair bit only the first butterfly or element exists. */
export const isAlone = (job: Job, pair: Signal): Bit =>
  isStaged(job).mux(job.mask.eq(1).or(job.powers.and(pair.eq(0))), job.mask.eq(0));
