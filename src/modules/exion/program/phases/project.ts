// SPDX-License-Identifier: Apache-2.0
import type { WeightMatrix } from '../../dit/quantised.types.ts';
import { gemmKinds, moveKinds } from '../../isa.ts';
import { type Indices, packWeights } from '../pack.ts';
import { ownerOf, strideOf, tilesOf } from '../plan.ts';
import { ceilDiv } from '../target.ts';
import { columnsAtOnce, type Context, loadWeights, type StagedParams } from './context.ts';

/** A matrix product of the row tiles with constant weights. */
export interface Projection {
  readonly what: string;
  readonly weights: WeightMatrix;
  /** Output columns, padded to whole units; inputs in the order of the tensor. */
  readonly outputs: Indices;
  readonly inputs: Indices;
  /** Columns that must stay together. */
  readonly unit: number;
  readonly params: {
    readonly staged: StagedParams;
    readonly name: string;
    /** Entry of the vector that belongs to the first output; 0 unless said. */
    readonly first?: number;
  };
}

/** Columns first .. first + columns - 1 of a projection: where weights and parameters are. */
export interface Pass {
  readonly first: number;
  readonly columns: number;
  /** Weight words of a column, and from one column block to the next. */
  readonly k: number;
  readonly stride: number;
  readonly weights: number;
  readonly param: number;
}

/** Weights and parameters of the passes of a projection, one after the other; `each` emits what uses them. */
export function forEachPass(ctx: Context, job: Projection, each: (pass: Pass) => void): void {
  const { what, weights, outputs, inputs, unit, params } = job;
  const { params: p } = ctx.plan.target;
  const k = ceilDiv(inputs.length, p.lanes);
  const stride = strideOf(ctx.plan.target, k);
  const most = columnsAtOnce(ctx, what, k, unit);
  for (let first = 0; first < outputs.length; first += most) {
    const columns = Math.min(most, outputs.length - first);
    const image = packWeights(weights, outputs.slice(first, first + columns), inputs, { ...p, stride });
    const word = loadWeights(ctx, first === 0 && columns === outputs.length ? what : `${what}.${first}`, image, 'wmem');
    const param = params.staged.load(params.name, (params.first ?? 0) + first, columns);
    each({ first, columns, k, stride, weights: word, param });
  }
}

/** An int8 tensor of a row tile to the input memory of its core; the first word there. */
export function loadInputs(ctx: Context, what: string, tile: number, srcA: number, columns: number, when = 0): number {
  const { emitter, rings, plan } = ctx;
  const dst = rings.imem.take(what, ceilDiv(columns, plan.target.params.lanes));
  const core = ownerOf(plan, tile);
  emitter.emit('MOVE', { kind: moveKinds.X, core, when, srcA, dst, n: columns }, `${what}, tile ${tile}`);
  return dst;
}

/** Dense projection of all row tiles; `finish` emits the special function that takes the columns from OMEM. */
export function projectDense(
  ctx: Context,
  job: Projection,
  source: (tile: number) => number,
  finish: (tile: number, pass: Pass, omem: number) => void,
): void {
  const { emitter, rings, plan } = ctx;
  const { size } = plan.target.params;
  forEachPass(ctx, job, (pass) => {
    for (const tile of tilesOf(plan)) {
      const srcA = loadInputs(ctx, job.what, tile, source(tile), job.inputs.length);
      const omem = rings.omem.take(job.what, pass.columns);
      emitter.emit(
        'GEMM',
        {
          kind: gemmKinds.DENSE,
          core: ownerOf(plan, tile),
          n: pass.columns / size,
          k: pass.k,
          srcA,
          srcB: pass.weights,
          dst: omem,
        },
        `${job.what}, tile ${tile}`,
      );
      finish(tile, pass, omem);
    }
  });
}
