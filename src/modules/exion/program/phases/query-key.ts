// SPDX-License-Identifier: Apache-2.0
import type { QuantisedLinear } from '../../dit/quantised.types.ts';
import { flags, gemmKinds, sfuKinds } from '../../isa.ts';
import { range } from '../pack.ts';
import { ownerOf, placeOf, tilesOf } from '../plan.ts';
import { type Context, headColumns, madeHeads, type StagedParams } from './context.ts';
import { forEachPass, loadInputs, type Pass, projectDense, type Projection } from './project.ts';

function projectionOf(
  ctx: Context,
  what: string,
  name: string,
  linear: QuantisedLinear,
  staged: StagedParams,
  first: number,
  count: number,
): Projection {
  return {
    what,
    weights: linear.weights,
    outputs: headColumns(ctx.plan, first, count),
    inputs: range(0, ctx.plan.width),
    unit: ctx.plan.padded,
    params: { staged, name, first: first * ctx.plan.padded },
  };
}

/** RQ of the heads of a pass: int8, padded heads. */
function requantiseHeads(
  ctx: Context,
  what: string,
  tile: number,
  { first, columns, param }: Pass,
  omem: number,
  to: number,
  shift: number,
): void {
  const { plan, emitter } = ctx;
  const dst = to + first / 4;
  emitter.emit(
    'SFU',
    { kind: sfuKinds.RQ, ...placeOf(plan, tile), n: columns, srcA: omem, dst, param, shift },
    `${what}, tile ${tile}`,
    madeHeads(plan, what, tile, dst, first / plan.padded, columns / plan.padded),
  );
}

/** A projection to padded heads, all rows: V, and K where several cores share it. */
export function projectHeads(
  ctx: Context,
  block: string,
  name: 'value' | 'key',
  linear: QuantisedLinear,
  staged: StagedParams,
): void {
  const what = `${block}.${name}`;
  projectDense(
    ctx,
    projectionOf(ctx, what, name, linear, staged, 0, ctx.plan.heads),
    (tile) => ctx.layout.tiles[tile]!.xn,
    (tile, pass, omem) =>
      requantiseHeads(ctx, what, tile, pass, omem, ctx.layout.tiles[tile]![name], linear.requantise.shift),
  );
}

/** Q or K of a head: only the rows of RQ or RK (OSPARSE with a row mask; dense where that is no slower). */
export function projectRows(
  ctx: Context,
  block: string,
  name: 'query' | 'key',
  linear: QuantisedLinear,
  staged: StagedParams,
  head: number,
): void {
  const { plan, layout, emitter, rings } = ctx;
  const { padded } = plan;
  const { size } = plan.target.params;
  const what = `${block}.${name}`;
  const first = head * padded;
  // The columns of a head stay together, so there is one pass.
  forEachPass(ctx, projectionOf(ctx, `${what}.head${head}`, name, linear, staged, head, 1), (pass) => {
    for (const tile of tilesOf(plan)) {
      const core = ownerOf(plan, tile);
      const srcA = loadInputs(ctx, what, tile, layout.tiles[tile]!.xn, plan.width);
      const omem = rings.omem.take(what, pass.columns);
      const maskA = name === 'query' ? layout.queryRows(head, tile) : layout.keyRows(head) + tile;
      const map = rings.maps.take();
      const comment = `${what}, head ${head}, tile ${tile}`;
      emitter.emit('CMBUILD', { core, flags: flags.ROW_MASK, n: padded, maskA, map }, comment);
      emitter.emit(
        'GEMM',
        {
          kind: gemmKinds.OSPARSE,
          flags: flags.AUTO,
          core,
          n: padded / size,
          k: pass.k,
          srcA,
          srcB: pass.weights,
          dst: omem,
          map,
        },
        comment,
      );
      requantiseHeads(ctx, what, tile, { ...pass, first }, omem, layout.tiles[tile]![name], linear.requantise.shift);
    }
  });
}
