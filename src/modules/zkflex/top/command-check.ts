// SPDX-License-Identifier: Apache-2.0
import type { Bool, Signal, View } from '../../../dsl/index.ts';
import { allOf, anyOf } from '../../lib/stream-lists.ts';
import { bankCount } from '../ntt/ntt.params.ts';
import { modes } from '../tcore.params.ts';
import { flags, ops } from './commands.ts';
import type { commandType } from './controller.types.ts';
import { countBits } from './element.params.ts';
import { nttParamsOf, type ZkFlexParams } from './zkflex.params.ts';
import { portAddress } from '../ntt/ntt.types.ts';

type Bit = Signal<typeof Bool>;
type Command = View<typeof commandType>;

/** The flag is set. */
export function flagOf(now: Command, name: keyof typeof flags): Bit {
  return now.flags.bit(Math.log2(flags[name]));
}

/** The operation exists, and is allowed before the first CFG or after it. */
export function operationIsGood(now: Command, configured: Bit): Bit {
  const is = (op: keyof typeof ops): Bit => now.op.eq(ops[op]);
  const others = anyOf([is('LOAD'), is('STORE'), is('VECTOR'), is('MSM')]);
  return anyOf([is('CFG'), is('SYNC'), others.and(configured)]);
}

/** CFG: the words of memories and ports are wide enough for the mode. */
export function modeFits(now: Command, p: ZkFlexParams): Bit {
  return anyOf(modes.flatMap(({ limbs }, mode) => (limbs <= p.limbs ? [now.mode.eq(mode)] : [])));
}

/** LOAD and STORE: node and places are there, and reversed places are those of `log2n` bits. */
export function placesFit(now: Command, p: ZkFlexParams): Bit {
  const store = now.op.eq(ops.STORE);
  const place = store.mux(now.src, now.dst);
  const words = flagOf(now, 'TWIDDLES').mux(
    place.constant(BigInt(p.twiddleWords), 33),
    place.constant(BigInt(bankCount * p.bankWords), 33),
  );
  const reverse = flagOf(now, 'REVERSE');
  // The places of 2^log2n elements are used, in any order.
  const reach = now.log2n.constant(1n, countBits + 1).shl(now.log2n.le(countBits).mux(now.log2n, 0));
  const span = reverse.mux(reach, now.count.resize(countBits + 1));
  const end = place.resize(34).addWrap(span.resize(34));
  return allOf([
    now.node.lt(p.nodes),
    end.le(words.resize(34)),
    reverse.not().or(now.log2n.le(countBits).and(now.count.resize(countBits + 1).le(reach))),
  ]);
}

/** VECTOR: places have no more bits than addresses of a node; all else the node checks. */
export function operandsFit(now: Command, p: ZkFlexParams): Bit {
  const { width } = portAddress(nttParamsOf(p));
  const fits = (place: Signal): Bit => place.high(place.width - width).eq(0);
  return allOf([now.node.lt(p.nodes), fits(now.src), fits(now.dst), fits(now.second)]);
}

/** MSM: its numbers fit the fields of the unit, and the elements can be counted. */
export function windowsFit(now: Command, p: ZkFlexParams): Bit {
  return allOf([now.c.le(p.windowBits), now.windows.le(p.windows), now.count.msb().not()]);
}
