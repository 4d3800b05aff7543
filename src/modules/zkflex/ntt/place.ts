// SPDX-License-Identifier: Apache-2.0
import type { Comb } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';

/** Where the elements of a group lie. */

/** Operands of the two butterflies of a group in order: u0, v0, u1, v1. As numbers: bit 0 the pair bit, bit 1 the other. */
export const slotCount = 4;

/** The bank of an element: XOR of the two-bit groups of its address (paper 3.6). */
export function bankOf<V extends Comb<V>>(address: Comb<V>): V {
  const groups = Array.from({ length: Math.ceil(address.width / 2) }, (_, i) => {
    const low = 2 * i;
    return address.slice(Math.min(low + 1, address.width - 1), low).resize(2);
  });
  return groups.reduce((all, group) => all.xor(group));
}

/**
 * The slot that lies in bank `bank` when slot u0 lies in bank `first`; and, being an exclusive or with two bits in one of two orders, the bank of slot
 * `bank` too. `isOdd`: the pair bit has an odd number, so it decides over bit 1 of the bank.
 */
export function slotInBank<V extends Comb<V>>(bank: number, first: Comb<V>, isOdd: Comb<V>): V {
  const code = first.xor(bank);
  return isOdd.mux(code.bit(0).concat(code.bit(1)), code);
}

/** The bank of slot `slot`. */
export function bankOfSlot<V extends Comb<V>>(slot: number, first: Comb<V>, isOdd: Comb<V>): V {
  const swapped = (slot >> 1) | ((slot & 1) << 1);
  return first.xor(isOdd.mux(first.constant(BigInt(swapped), 2), first.constant(BigInt(slot), 2)));
}

/** Row of each bank: operands whose pair bit is set are `stride` rows further; 0 when the pair bit lies inside a row. */
export function rowsOf<V extends Comb<V>>(row: Comb<V>, stride: Comb<V>, first: Comb<V>, isOdd: Comb<V>): V[] {
  return Array.from({ length: slotCount }, (_, bank) => {
    const isUpper = slotInBank(bank, first, isOdd).bit(0);
    return row.or(isUpper.replicate(row.width).and(stride));
  });
}

/** Which banks are written when the slots of `slots` are. */
export function banksOf<V extends Comb<V>>(slots: Comb<V>, first: Comb<V>, isOdd: Comb<V>): V {
  const masks = Array.from({ length: slotCount }, (_, bank) =>
    slotInBank(bank, first, isOdd).pick(Array.from({ length: slotCount }, (_s, slot) => slots.bit(slot))),
  );
  return join(slots, masks);
}
