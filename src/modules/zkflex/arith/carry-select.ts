// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { prefixSums } from './prefix.ts';
import type { Stages } from './stages.ts';

/** Bits of a block: a sum with its carry is one word of 64 bits for a simulator, and a short carry chain in hardware. */
const mostBlockBits = 63;

/** The sums of all blocks of a wide addition, with a carry out on top of each, for both carries in. */
export interface BlockSums {
  readonly zero: readonly Signal[];
  readonly one: readonly Signal[];
}

/** First half of a carry-select addition; there is a cut behind it. `key` names the blocks. */
export function blockSums(stages: Stages, key: string, a: Signal, b: Signal): BlockSums {
  const blocks = Math.max(1, Math.ceil(a.width / mostBlockBits));
  const bits = Math.ceil(a.width / blocks);
  const made: Record<string, Signal> = {};
  const level = stages.level({ [`${key}_a`]: a, [`${key}_b`]: b });
  for (let i = 0; i < blocks; i++) {
    const top = Math.min(a.width, (i + 1) * bits) - 1;
    const x = level[`${key}_a`]!.slice(top, i * bits);
    const y = level[`${key}_b`]!.slice(top, i * bits);
    made[`${key}_zero_${i}`] = x.addFull(y);
    made[`${key}_one_${i}`] = plusOne(x, y);
  }
  const held = stages.cut(made);
  const all = (carry: string): Signal[] => Array.from({ length: blocks }, (_, i) => held[`${key}_${carry}_${i}`]!);
  return { zero: all('zero'), one: all('one') };
}

/** x + y + 1 in one carry chain. */
function plusOne(x: Signal, y: Signal): Signal {
  return x
    .concat(x.constant(1n, 1))
    .addFull(y.concat(y.constant(1n, 1)))
    .slice(x.width + 1, 1);
}

/** Second half: carries between the blocks in a prefix, then the choice. `carryIn`: 0, 1 or a signal of the stage of the blocks. */
export function resolve(
  stages: Stages,
  key: string,
  { zero, one }: BlockSums,
  carryIn: Signal | 0 | 1,
): { readonly sum: Signal; readonly carry: Signal } {
  const bit = zero[0]!;
  const first = typeof carryIn === 'number' ? bit.constant(BigInt(carryIn), 1) : carryIn;
  // What a block makes of a carry in of 0 and of 1; that of 1 is never less.
  const outs = zero.map((sum, i) => ({ of0: sum.msb(), of1: one[i]!.msb() }));
  const sums = prefixSums(outs, (high, low) => ({
    of0: high.of0.or(high.of1.and(low.of0)),
    of1: high.of0.or(high.of1.and(low.of1)),
  }));
  const carries = sums.map(({ of0, of1 }, i) => {
    const name = `${key}_carry_${i + 1}`;
    return stages.name({ [name]: of0.or(of1.and(first)) })[name]!;
  });
  const chosen = zero.map((sum, i) => {
    const carry = i === 0 ? first : carries[i - 1]!;
    return carry.mux(one[i]!.trunc(sum.width - 1), sum.trunc(sum.width - 1));
  });
  return { sum: join(bit, chosen), carry: carries.at(-1)! };
}
