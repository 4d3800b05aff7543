// SPDX-License-Identifier: Apache-2.0
import type { Bool, ModuleBuilder, Signal, UIntType } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { popcount } from '../lib/popcount.ts';

type Bit = Signal<typeof Bool>;

/** For each number, the others that go before it: those that are larger, and of equal ones those with a lower place. */
function before(sizes: readonly Signal[]): Bit[][] {
  return sizes.map((size, s) =>
    sizes.flatMap((other, u): Bit[] => (u === s ? [] : [u < s ? other.ge(size) : other.gt(size)])),
  );
}

/** One-hot: the largest number, the first of equal ones. */
export function longest(m: ModuleBuilder, name: string, sizes: readonly Signal[]): Signal<UIntType> {
  const wins = before(sizes).map((others) => join<Signal>(others[0]!, others).orR().not());
  return m.nets({ [name]: join<Signal>(sizes[0]!, wins) })[name]! as Signal<UIntType>;
}

/** ranks[r] is one-hot: the number that r others go before. */
export function ranksOf(m: ModuleBuilder, name: string, sizes: readonly Signal[]): Signal<UIntType>[] {
  const counts = before(sizes).map((others) => popcount<Signal>(join<Signal>(others[0]!, others)));
  return sizes.map((_, r) => {
    const key = `${name}_${r}`;
    const places = counts.map((count) => count.eq(r));
    return m.nets({ [key]: join<Signal>(sizes[0]!, places) })[key]! as Signal<UIntType>;
  });
}
