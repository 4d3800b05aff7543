// SPDX-License-Identifier: Apache-2.0
import type { QuantisedNetwork, StepConditioning } from '../../dit/quantised.types.ts';
import { flags, gemmKinds, moveKinds, sfuKinds } from '../../isa.ts';
import { packTile16, range } from '../pack.ts';
import { constantOver, ParamSection } from '../param-section.ts';
import { placeOf, tilesOf } from '../plan.ts';
import { ceilDiv } from '../target.ts';
import { type Context, made, type StagedParams, stageParams } from './context.ts';
import { normalise } from './normalise.ts';
import { projectDense } from './project.ts';

/**
 * What is done once, before the loop: zeros to the scratchpad, and from there to all of OMEM, so that rows which are never computed hold
 * numbers, not what the memory woke up with.
 */
export function clear(ctx: Context): void {
  const { plan, layout, emitter, dram } = ctx;
  const { size, lanes, columns, weightWords } = plan.target.params;
  const { count } = layout.scratch.list.find(({ name }) => name === 'zeros')!;
  const { zeros: srcA } = layout;
  emitter.emit('LD', { dst: srcA, dram: dram.put('zeros', new Uint8Array(4 * size * count)), count }, 'zeros');
  emitter.emit('MOVE', { kind: moveKinds.X, all: 1, srcA, n: Math.min(lanes, 4 * count) }, 'zeros');
  const most = Math.min(weightWords, columns / size);
  emitter.emit('MOVE', { kind: moveKinds.W, all: 1, srcA, count: (most * lanes) / 4 }, 'zeros');
  for (let block = 0; block < columns / size; block += most) {
    const n = Math.min(most, columns / size - block);
    emitter.emit('GEMM', { kind: gemmKinds.DENSE, all: 1, n, k: 1, dst: block * size }, 'OMEM to 0');
  }
}

/** int16 tensors of all row tiles from memory to the scratchpad, one LD a tile; the address of each tile in units of 64 bytes. */
export function loadTiles(
  ctx: Context,
  name: string,
  values: readonly Int16Array[],
  columns: number,
  to: (tile: number) => number,
): { dram: number; stride: number }[] {
  const { plan, emitter, dram } = ctx;
  const { size } = plan.target.params;
  return tilesOf(plan).map((tile) => {
    const series = dram.putSeries(
      `${name}${tile}`,
      values.map((each) => packTile16(each, columns, tile, size)),
    );
    emitter.emit('LD', { dst: to(tile), ...series, count: ceilDiv(columns, 2) }, `${name}, tile ${tile}`);
    return series;
  });
}

/** int16 tensors of all row tiles from the scratchpad to memory; the address of each tile in units of 64 bytes, one a step. */
export function storeTiles(
  ctx: Context,
  name: string,
  steps: number,
  columns: number,
  from: (tile: number) => number,
): { dram: number; stride: number }[] {
  const { plan, emitter, dram } = ctx;
  const { size } = plan.target.params;
  const count = ceilDiv(columns, 2);
  return tilesOf(plan).map((tile) => {
    const series = dram.putSeries(
      `${name}${tile}`,
      Array.from({ length: steps }, () => new Uint8Array(4 * size * count)),
    );
    emitter.emit('ST', { srcA: from(tile), ...series, count }, `${name}, tile ${tile}`);
    return series;
  });
}

/** Image state to the residual stream: RQ to int8, embedding, position. */
export function embed(ctx: Context, { shape, input, embedding }: QuantisedNetwork): void {
  const { plan, layout, emitter } = ctx;
  const { pixels } = shape;
  const { size } = plan.target.params;
  const section = new ParamSection(size)
    .add('input', input, range(0, pixels, plan.granule))
    .add('embedding', embedding.add, range(0, plan.width, plan.granule));
  const dram = ctx.dram.put('embedding.params', section.bytes());
  const [staged] = stageParams(ctx, 'embedding', [{ section, dram }]) as [StagedParams];
  const inputs = staged.load('input', 0, pixels);
  for (const tile of tilesOf(plan)) {
    const { image: srcA, input: dst } = layout.tiles[tile]!;
    emitter.emit(
      'SFU',
      {
        kind: sfuKinds.RQ,
        flags: flags.FROM_GSC,
        ...placeOf(plan, tile),
        n: pixels,
        srcA,
        dst,
        param: inputs,
        shift: input.shift,
      },
      `input, tile ${tile}`,
      [made('input', tile, 'scratch', 8, dst, pixels)],
    );
  }
  const { keep, shift } = embedding.add;
  projectDense(
    ctx,
    {
      what: 'embedding',
      weights: embedding.weights,
      outputs: range(0, plan.width, plan.granule),
      inputs: range(0, pixels),
      unit: plan.granule,
      params: { staged, name: 'embedding' },
    },
    (tile) => layout.tiles[tile]!.input,
    (tile, { first, columns, param }, srcA) => {
      const n = Math.min(columns, plan.width - first);
      const { position, x } = layout.tiles[tile]!;
      const [srcB, dst] = [position + first / 2, x + first / 2];
      emitter.emit(
        'SFU',
        { kind: sfuKinds.AXPY, ...placeOf(plan, tile), n, srcA, srcB, dst, param, keep, shift },
        `embedding, tile ${tile}`,
        [made('x', tile, 'scratch', 16, dst, n, first)],
      );
    },
  );
}

/** Residual stream to the next image state: LN, output layer, update. */
export function update(ctx: Context, { shape, output }: QuantisedNetwork, steps: readonly StepConditioning[]): void {
  const { plan, layout, emitter } = ctx;
  const { pixels } = shape;
  const { size } = plan.target.params;
  const constant = new ParamSection(size).add('output', output.update, range(0, pixels, plan.granule));
  const norms = steps.map(({ norm }) => new ParamSection(size).add('norm', norm, range(0, plan.width, plan.granule)));
  const [fixed, varying] = stageParams(ctx, 'output', [
    { section: constant, dram: ctx.dram.put('output.params', constant.bytes()) },
    {
      section: norms[0]!,
      ...ctx.dram.putSeries(
        'output.steps',
        norms.map((section) => section.bytes()),
      ),
    },
  ]) as [StagedParams, StagedParams];
  const scale = constantOver(
    'last norm',
    steps.map(({ norm }) => norm),
    'epsilon',
    'shift',
  );
  normalise(ctx, 'xn', { staged: varying, name: 'norm' }, scale);
  const { keep, shift } = output.update;
  projectDense(
    ctx,
    {
      what: 'output',
      weights: output.weights,
      outputs: range(0, pixels, plan.granule),
      inputs: range(0, plan.width),
      unit: plan.granule,
      params: { staged: fixed, name: 'output' },
    },
    (tile) => layout.tiles[tile]!.xn,
    (tile, { first, columns, param }, srcA) => {
      const n = Math.min(columns, pixels - first);
      const image = layout.tiles[tile]!.image + first / 2;
      emitter.emit(
        'SFU',
        { kind: sfuKinds.AXPY, ...placeOf(plan, tile), n, srcA, srcB: image, dst: image, param, keep, shift },
        `image, tile ${tile}`,
        [made('image', tile, 'scratch', 16, image, n, first)],
      );
    },
  );
}
