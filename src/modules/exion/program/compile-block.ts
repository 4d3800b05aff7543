// SPDX-License-Identifier: Apache-2.0
import type { BlockConditioning, QuantisedBlock } from '../dit/quantised.types.ts';
import { assemble, type Program } from './assemble.ts';
import { type BlockSettings, checkBlock, checkLength, checkSettings, checkSteps } from './check.ts';
import { packTile16, unpackTile16 } from './pack.ts';
import { emitBlock } from './phases/block.ts';
import { clear, loadTiles, storeTiles } from './phases/frame.ts';
import { type BlockShape, checkShape } from './plan.ts';
import { startContext } from './start.ts';
import { CompileError, dramUnit, type Target } from './target.ts';

export interface TransformerBlockJob {
  readonly shape: BlockShape;
  readonly block: QuantisedBlock;
  /** LN and gates of each iteration; one for all iterations when there is only one. */
  readonly conditioning: readonly BlockConditioning[];
  /** Residual stream of each iteration, int16, T x D. */
  readonly inputs: readonly Int16Array[];
  readonly settings: BlockSettings;
  /** As of a network's job; true unless said. */
  readonly mapCache?: boolean;
}

/** A program that carries out one transformer block, once for each input. */
export interface BlockProgram extends Program {
  /** Writes another residual stream for iteration `it` into a copy of `dram`. */
  readonly setInput: (dram: Uint8Array, it: number, x: Int16Array) => void;
  /** The residual streams that the program has left in memory. */
  readonly outputsOf: (dram: Uint8Array) => Int16Array[];
}

/**
 * One transformer block as a program: iteration `it` reads its residual stream from memory, and stores what the block makes of it; it is
 * dense when it mod (N + 1) = 0. @throws CompileError for what the target cannot do.
 */
export function compileBlock(job: TransformerBlockJob, target: Target): BlockProgram {
  const { shape, block, inputs, settings, mapCache = true } = job;
  const { tokens, width } = shape;
  const steps = inputs.length;
  checkShape(shape);
  checkSteps(steps);
  checkBlock('the block', block, shape);
  checkSettings('the block', shape.heads, settings);
  inputs.forEach((x, it) => checkLength(`input ${it}`, x, tokens, width));
  const [only] = job.conditioning;
  const conditioning = job.conditioning.length === 1 ? inputs.map(() => only!) : job.conditioning;
  if (conditioning.length !== steps) {
    throw new CompileError(`there are ${steps} inputs and conditioning of ${conditioning.length} iterations`);
  }

  const reuse = settings.sparseIterations > 0;
  const ctx = startContext(shape, target, { blocks: 1, pixels: 0, reuse, mapCache });
  const { emitter, layout } = ctx;
  const x = (tile: number): number => layout.tiles[tile]!.x;
  clear(ctx);
  emitter.barrier('FENCE', {}, 'zeros are there');
  emitter.barrier('ITER', { count: steps, n: settings.sparseIterations }, `${steps} inputs`);
  emitter.barrier('FENCE', {}, 'the last result is stored');
  const starts = loadTiles(ctx, 'x', inputs, width, x);
  emitter.barrier('FENCE', {}, 'input is there');
  emitBlock(ctx, {
    name: 'block0',
    block,
    conditioning,
    rules: settings,
    index: 0,
    theta: reuse ? settings.theta : null,
  });
  emitter.barrier('FENCE', {}, 'result is there');
  const ends = storeTiles(ctx, 'result', steps, width, x);
  emitter.barrier('NEXT', {}, 'next input');
  emitter.barrier('HALT', {}, 'done');

  const { size } = target.params;
  return {
    ...assemble(ctx, { steps, sparseIterations: settings.sparseIterations }),
    setInput(dram, it, values) {
      checkLength(`input ${it}`, values, tokens, width);
      starts.forEach(({ dram: at, stride }, tile) =>
        dram.set(packTile16(values, width, tile, size), (at + it * stride) * dramUnit),
      );
    },
    outputsOf: (dram) =>
      inputs.map((_, it) => {
        const output = new Int16Array(tokens * width);
        ends.forEach(({ dram: at, stride }, tile) =>
          unpackTile16(dram.subarray((at + it * stride) * dramUnit), output, width, tile, size),
        );
        return output;
      }),
  };
}
