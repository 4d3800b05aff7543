// SPDX-License-Identifier: Apache-2.0
import { Bool, type ModuleBuilder, type Signal } from '../../../dsl/index.ts';
import { anyOf } from '../../lib/stream-lists.ts';
import { prefixSums } from './prefix.ts';
import { validAfter } from './delay.ts';

type Bit = Signal<typeof Bool>;

/** Bits that are compared in one carry chain. */
const mostBlockBits = 63;

/** Cycles from values to the flag of `unreduced`. */
export const unreducedLatency = 2;

/**
 * One of the values is not below the modulus: a flag, low while `valid` was low, `unreducedLatency` cycles later. Blocks of 63 bits are compared first, then
 * the highest block that differs decides. Only the flag has a reset.
 */
export function unreduced(
  m: ModuleBuilder,
  { values, modulus, valid }: { readonly values: readonly Signal[]; readonly modulus: Signal; readonly valid: Bit },
): Bit {
  const found = values.map((value, i) => notBelow(m, `operand_${i}`, value, modulus));
  const checked = validAfter(m, 'checked', valid, 1);
  const { misfit } = m.regs({ misfit: Bool.init(0) });
  misfit.next(checked.and(anyOf(found)));
  return misfit;
}

/** x >= y, one cycle later. */
function notBelow(m: ModuleBuilder, name: string, x: Signal, y: Signal): Bit {
  const blocks = Math.ceil(x.width / mostBlockBits);
  const bits = Math.ceil(x.width / blocks);
  const orders = Array.from({ length: blocks }, (_, i) => {
    const [top, low] = [Math.min(x.width, (i + 1) * bits) - 1, i * bits];
    const [upper, lower] = [x.slice(top, low), y.slice(top, low)];
    const [more, less] = [`${name}_more_${i}`, `${name}_less_${i}`];
    const flags = m.regs({ [more]: Bool, [less]: Bool });
    flags[more]!.next(upper.gt(lower));
    flags[less]!.next(upper.lt(lower));
    return { more: flags[more] as Bit, less: flags[less] as Bit };
  });
  const highest = prefixSums(orders, (high, low) => ({
    more: high.more.or(high.less.not().and(low.more)),
    less: high.less.or(high.more.not().and(low.less)),
  })).at(-1)!;
  return highest.less.not();
}
