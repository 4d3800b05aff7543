// SPDX-License-Identifier: Apache-2.0
import type { NormParams } from '../../dit/quantised.types.ts';
import { flags, sfuKinds } from '../../isa.ts';
import { ownerOf, tilesOf } from '../plan.ts';
import { type Context, made, type StagedParams } from './context.ts';

/** LN of the residual stream of all row tiles: x -> xn. `scale` is what all steps share. */
export function normalise(
  ctx: Context,
  tensor: string,
  params: { readonly staged: StagedParams; readonly name: string },
  { epsilon, shift }: Pick<NormParams, 'epsilon' | 'shift'>,
): void {
  const { plan, layout, emitter } = ctx;
  const { width } = plan;
  const param = params.staged.load(params.name, 0, width);
  for (const tile of tilesOf(plan)) {
    const { x, xn } = layout.tiles[tile]!;
    emitter.emit(
      'SFU',
      {
        kind: sfuKinds.LN,
        flags: flags.FROM_GSC,
        core: ownerOf(plan, tile),
        n: width,
        srcA: x,
        dst: xn,
        param,
        shift,
        keep: epsilon,
      },
      `${tensor}, tile ${tile}`,
      [made(tensor, tile, 'scratch', 8, xn, width)],
    );
  }
}
