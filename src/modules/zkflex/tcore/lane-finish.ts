// SPDX-License-Identifier: Apache-2.0
import type { ModuleBuilder, Signal } from '../../../dsl/index.ts';
import { carrySave } from '../arith/carry-save.ts';
import { blockSums, resolve } from '../arith/carry-select.ts';
import { Stages } from '../arith/stages.ts';

/** t = T + U + carry, and t - p where that is not negative, three cycles later: the sums side by side, then the choice. */
export function finish(m: ModuleBuilder, given: Readonly<Record<'T' | 'U' | 'carry' | 'modulus', Signal>>) {
  const stages = new Stages(m, 'all');
  const { T, U, carry } = stages.enter({ T: given.T, U: given.U, carry: given.carry });
  const bits = T.width + 1;
  const [wideT, wideU] = [T.resize(bits), U.resize(bits)];
  const rows = carrySave(wideT, wideU, given.modulus.resize(bits).not(), T.constant(1n, 1));
  const sums = blockSums(stages, 't', wideT, wideU);
  const less = blockSums(stages, 'less', rows.sum, rows.carries);
  const held = stages.level({ carry, at: sums.zero[0]! }).carry;
  const both = stages.cut({
    sum: resolve(stages, 't', sums, held).sum,
    difference: resolve(stages, 'less', less, held).sum,
  });
  const { sum, difference } = stages.pipe.outputs(both);
  return {
    result: difference.msb().mux(sum.trunc(T.width), difference.trunc(T.width)),
    excess: difference.msb().mux(difference.constant(0n, T.width), difference.trunc(T.width)),
  };
}
