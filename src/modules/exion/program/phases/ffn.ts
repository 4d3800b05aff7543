// SPDX-License-Identifier: Apache-2.0
import type { AxpyParams, QuantisedBlock } from '../../dit/quantised.types.ts';
import { flags, gemmKinds, mapBuffer, sfuKinds } from '../../isa.ts';
import { always, dense, renew, sparse } from '../emitter.ts';
import { range } from '../pack.ts';
import { ownerOf, placeOf, tilesOf } from '../plan.ts';
import { type Context, made, type StagedParams } from './context.ts';
import { forEachPass, loadInputs, type Pass } from './project.ts';

/** How the FFN of a block is done. */
export interface FfnRule {
  readonly name: string;
  /** Number of the block, for its masks. */
  readonly block: number;
  /** theta of the masks; null: dense in every iteration, nothing is kept for the next. */
  readonly theta: number | null;
}

/**
 * First layer, GELU: H. A dense iteration marks |H| > theta; a sparse one computes what is marked, all else is 0. The control map of the
 * marks is built by the first sparse iteration where there is a buffer to keep it, else by each.
 */
export function ffn1(ctx: Context, rule: FfnRule, block: QuantisedBlock, staged: StagedParams): void {
  const { plan, layout, emitter, rings } = ctx;
  const { size } = plan.target.params;
  const what = `${rule.name}.ffn1`;
  const { weights, requantise } = block.ffn1;
  const job = {
    what,
    weights,
    outputs: range(0, plan.ffn, plan.granule),
    inputs: range(0, plan.width),
    unit: plan.granule,
    params: { staged, name: 'ffn1' },
  };
  staged.loadTable();
  forEachPass(ctx, job, ({ first, columns, k, weights: srcB, param }) => {
    const real = Math.min(columns, plan.ffn - first);
    for (const tile of tilesOf(plan)) {
      const core = ownerOf(plan, tile);
      const comment = `${what}, tile ${tile}`;
      const { xn, hidden } = layout.tiles[tile]!;
      const srcA = loadInputs(ctx, what, tile, xn, plan.width);
      const omem = rings.omem.take(what, columns);
      const gemm = { core, n: columns / size, k, srcA, srcB, dst: omem };
      const dst = hidden + first / 4;
      const activate = {
        kind: sfuKinds.RQ,
        ...placeOf(plan, tile),
        n: real,
        srcA: omem,
        dst,
        param,
        shift: requantise.shift,
      };
      const result = made(`${rule.name}.hidden`, tile, 'scratch', 8, dst, real, first);
      if (rule.theta === null) {
        emitter.emit('GEMM', { kind: gemmKinds.DENSE, ...gemm }, comment);
        emitter.emit('SFU', { ...activate, flags: flags.GELU }, comment, [result]);
        continue;
      }
      const maskA = layout.ffnMask(rule.block, tile) + first;
      const kept = rings.keptMaps.take(core);
      const map = mapBuffer(kept ?? rings.maps.take());
      emitter.emit('GEMM', { kind: gemmKinds.DENSE, when: dense, ...gemm }, comment);
      emitter.emit('CMBUILD', { when: kept === null ? sparse : renew, core, n: real, maskA, ...map }, comment);
      emitter.emit('GEMM', { kind: gemmKinds.OSPARSE, flags: flags.AUTO, when: sparse, ...gemm, ...map }, comment);
      emitter.emit(
        'SFU',
        {
          ...activate,
          when: dense,
          flags: flags.GELU | flags.MASK_OUT,
          maskA,
          limit: rule.theta & 0x1ffff, // -1, which marks all, in 17 bits
        },
        comment,
        [result, made(`${rule.name}.mask`, tile, 'mask', 1, maskA, real, first)],
      );
      emitter.emit('SFU', { ...activate, when: sparse, flags: flags.GELU | flags.MASK_IN, maskA }, comment, [result]);
    }
  });
}

/**
 * Second layer and residual: x. Dense iteration: Y = H W2 and x; then Qs = (H o MASK) W2 by K-merge, and P = Y - Qs is kept. Sparse
 * iteration: the K-merge alone, and P stands for all that is not marked.
 */
export function ffn2(
  ctx: Context,
  rule: FfnRule,
  block: QuantisedBlock,
  staged: StagedParams,
  gate: Pick<AxpyParams, 'keep' | 'shift'>,
): void {
  const { plan } = ctx;
  const job = {
    what: `${rule.name}.ffn2`,
    weights: block.ffn2,
    outputs: range(0, plan.width, plan.granule),
    inputs: range(0, plan.ffn),
    unit: plan.granule,
    params: { staged, name: 'gate2' },
  };
  forEachPass(ctx, job, (pass) => {
    for (const tile of tilesOf(plan)) {
      ffn2Dense(ctx, rule, tile, pass, gate);
      if (rule.theta !== null) ffn2Merged(ctx, rule, tile, pass, gate);
    }
  });
}

function residual(
  ctx: Context,
  { name }: FfnRule,
  tile: number,
  { first, columns, param }: Pass,
  srcA: number,
  gate: Pick<AxpyParams, 'keep' | 'shift'>,
  more: { readonly when: number; readonly flags?: number; readonly srcP?: number },
): void {
  const { plan, layout, emitter } = ctx;
  const real = Math.min(columns, plan.width - first);
  const x = layout.tiles[tile]!.x + first / 2;
  emitter.emit(
    'SFU',
    { kind: sfuKinds.AXPY, ...placeOf(plan, tile), n: real, srcA, srcB: x, dst: x, param, ...gate, ...more },
    `${name}.ffn2, tile ${tile}`,
    [made(`${name}.afterFfn`, tile, 'scratch', 16, x, real, first)],
  );
}

function ffn2Dense(
  ctx: Context,
  rule: FfnRule,
  tile: number,
  pass: Pass,
  gate: Pick<AxpyParams, 'keep' | 'shift'>,
): void {
  const { plan, layout, emitter, rings } = ctx;
  const { first, columns, k, weights: srcB } = pass;
  const what = `${rule.name}.ffn2`;
  const comment = `${what}, tile ${tile}`;
  const core = ownerOf(plan, tile);
  const when = rule.theta === null ? always : dense;
  const real = Math.min(columns, plan.width - first);
  const { hidden, reused } = layout.tiles[tile]!;
  const srcA = loadInputs(ctx, what, tile, hidden, plan.ffn, when);
  const omem = rings.omem.take(what, columns);
  emitter.emit(
    'GEMM',
    { kind: gemmKinds.DENSE, core, when, n: columns / plan.target.params.size, k, srcA, srcB, dst: omem },
    comment,
    [made(`${rule.name}.product`, tile, 'omem', 32, omem, real, first)],
  );
  if (rule.theta !== null) {
    const dst = reused[rule.block]! + first;
    emitter.emit('SFU', { kind: sfuKinds.COPY, core, when, n: real, srcA: omem, dst }, `${comment}: Y`);
  }
  residual(ctx, rule, tile, pass, omem, gate, { when });
}

function ffn2Merged(
  ctx: Context,
  rule: FfnRule,
  tile: number,
  pass: Pass,
  gate: Pick<AxpyParams, 'keep' | 'shift'>,
): void {
  const { plan, layout, emitter, rings } = ctx;
  const { first, columns, k, weights: srcB } = pass;
  const comment = `${rule.name}.ffn2, tile ${tile}`;
  const core = ownerOf(plan, tile);
  const real = Math.min(columns, plan.width - first);
  const { hidden, reused } = layout.tiles[tile]!;
  const merged = rings.imem.take(comment, plan.words.ffn);
  const map = rings.kmerge.take();
  const maskA = layout.ffnMask(rule.block, tile);
  emitter.emit('KBUILD', { core, n: plan.ffn, maskA, srcA: hidden, dst: merged, map }, comment);
  const omem = rings.omem.take(comment, columns);
  emitter.emitMerged(
    plan.words.ffn,
    {
      core,
      n: columns / plan.target.params.size,
      k,
      srcA: merged,
      srcB,
      dst: omem,
      map,
    },
    comment,
    [made(`${rule.name}.recomputed`, tile, 'omem', 32, omem, real, first)],
  );
  const part = reused[rule.block]! + first;
  emitter.emit(
    'SFU',
    { kind: sfuKinds.PSUB, ...placeOf(plan, tile), when: dense, n: real, srcA: omem, srcB: part, dst: part },
    `${comment}: P = Y - Qs`,
    [made(`${rule.name}.reused`, tile, 'scratch', 32, part, real, first)],
  );
  residual(ctx, rule, tile, pass, omem, gate, { when: sparse, flags: flags.ADD, srcP: part });
}
