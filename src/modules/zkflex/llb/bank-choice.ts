// SPDX-License-Identifier: Apache-2.0
import type { Bool, Signal } from '../../../dsl/index.ts';

type Bit = Signal<typeof Bool>;

/** The first bank of `order` with a free node; the last one is not asked. */
function firstFree(free: readonly Bit[], order: readonly number[], width: number): Signal {
  const constants = order.map((bank) => free[0]!.constant(BigInt(bank), width));
  const last = constants.at(-1)!;
  return order.slice(0, -1).reduceRight((rest, bank, i) => free[bank]!.mux(constants[i]!, rest), last);
}

/**
 * The bank of a new node: one with a free node, from bank `turn` on. Banks that are `avoided` come last, the first of them at the very end.
 * They are known late: there is a choice for each of them beforehand, and they only select among these.
 */
export function chooseBank(free: readonly Bit[], turn: Signal, avoided: readonly Signal[]): Signal {
  const banks = free.map((_, bank) => bank);
  const choose = (undecided: readonly Signal[], last: readonly number[]): Signal => {
    const [next, ...others] = undecided;
    if (next !== undefined) {
      return next.pick(banks.map((bank) => choose(others, last.includes(bank) ? last : [bank, ...last])));
    }
    const orders = banks.map((start) => {
      const rotated = banks.map((i) => (start + i) % banks.length);
      return [...rotated.filter((bank) => !last.includes(bank)), ...last];
    });
    return turn.pick(orders.map((order) => firstFree(free, order, turn.width)));
  };
  return choose(avoided, []);
}
