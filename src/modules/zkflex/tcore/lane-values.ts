// SPDX-License-Identifier: Apache-2.0
import { input, output, UInt } from '../../../dsl/index.ts';
import { laneBits, type TCoreParams } from '../tcore.params.ts';

/** One value for each lane. */
function byLane<T>(make: (lane: number) => T) {
  return { lane0: make(0), lane1: make(1), lane2: make(2), lane3: make(3), lane4: make(4) };
}

type WithLimb = Pick<TCoreParams, 'limb'>;

/** Operands, as wide as each lane's widest. */
export const laneOperands = (p: WithLimb, comment: string) => byLane((i) => input(UInt(laneBits(p, i)), comment));

/** Products, twice as wide. */
export const laneProducts = (p: WithLimb, comment: string) => byLane((i) => output(UInt(2 * laneBits(p, i)), comment));

/** The values of such a record in the order of the lanes. */
export const inOrder = <T>(lanes: Readonly<Record<`lane${0 | 1 | 2 | 3 | 4}`, T>>): readonly T[] => [
  lanes.lane0,
  lanes.lane1,
  lanes.lane2,
  lanes.lane3,
  lanes.lane4,
];
