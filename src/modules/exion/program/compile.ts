// SPDX-License-Identifier: Apache-2.0
import type { QuantisedNetwork, SparsitySettings } from '../dit/quantised.types.ts';
import { assemble, type Program } from './assemble.ts';
import { checkBlock, checkLength, checkSettings, checkSteps } from './check.ts';
import { packTile16, unpackTile16 } from './pack.ts';
import { emitBlock } from './phases/block.ts';
import { clear, embed, loadTiles, storeTiles, update } from './phases/frame.ts';
import { startContext } from './start.ts';
import { CompileError, dramUnit, type Target } from './target.ts';

export interface NetworkJob {
  readonly label: number;
  /** int16, T x P, in units of `scales.image`. */
  readonly noise: Int16Array;
  readonly settings: SparsitySettings;
  /** Fewer than the network's stop early. */
  readonly steps?: number;
}

/** A denoising program: it reads the image state from memory, does all steps, and stores it again. */
export interface NetworkProgram extends Program {
  /** Writes another start image into a copy of `dram`. */
  readonly setImage: (dram: Uint8Array, noise: Int16Array) => void;
  /** The image that the program has left in memory. */
  readonly imageOf: (dram: Uint8Array) => Int16Array;
}

/**
 * The whole denoising loop of an image as a program: one loop body, per-step parameters by stride. Shifts, `keep` and epsilon must be the
 * same in all steps. @throws CompileError for what the target cannot do.
 */
export function compileNetwork(network: QuantisedNetwork, job: NetworkJob, target: Target): NetworkProgram {
  const { shape } = network;
  const { settings, steps = shape.steps } = job;
  const conditioning = checkJob(network, job, steps);
  const reuse = settings.sparseIterations > 0;
  const ctx = startContext(shape, target, { blocks: network.blocks.length, pixels: shape.pixels, reuse });
  const { emitter, layout, plan } = ctx;

  clear(ctx);
  loadTiles(ctx, 'position', [network.embedding.position], plan.width, (tile) => layout.tiles[tile]!.position);
  const starts = loadTiles(ctx, 'noise', [job.noise], shape.pixels, (tile) => layout.tiles[tile]!.image);
  emitter.barrier('FENCE', {}, 'constants and image are there');
  emitter.barrier('ITER', { count: steps, n: settings.sparseIterations }, `${steps} steps`);
  embed(ctx, network);
  network.blocks.forEach((block, index) => {
    emitBlock(ctx, {
      name: `block${index}`,
      block,
      conditioning: conditioning.map(({ blocks }) => blocks[index]!),
      rules: { keys: settings.keys, dominance: settings.dominance[index]! },
      index,
      theta: reuse ? settings.theta[index]! : null,
    });
  });
  update(ctx, network, conditioning);
  emitter.barrier('NEXT', {}, 'next step');
  emitter.barrier('FENCE', {}, 'the last image is there');
  const ends = storeTiles(ctx, 'result', 1, shape.pixels, (tile) => layout.tiles[tile]!.image);
  emitter.barrier('HALT', {}, 'done');

  const { size } = target.params;
  return {
    ...assemble(ctx, steps),
    setImage(dram, noise) {
      checkLength('noise', noise, shape.tokens, shape.pixels);
      starts.forEach((start, tile) => dram.set(packTile16(noise, shape.pixels, tile, size), start.dram * dramUnit));
    },
    imageOf(dram) {
      const image = new Int16Array(shape.tokens * shape.pixels);
      ends.forEach((end, tile) => unpackTile16(dram.subarray(end.dram * dramUnit), image, shape.pixels, tile, size));
      return image;
    },
  };
}

/** Refuses a job that does not fit the network; the parameters of its steps. */
function checkJob(network: QuantisedNetwork, { label, noise, settings }: NetworkJob, steps: number) {
  const { shape, conditioning, blocks } = network;
  checkSteps(steps);
  const all = conditioning[label];
  if (all === undefined) {
    throw new CompileError(`label is ${label}: the network has labels 0 .. ${conditioning.length - 1}`);
  }
  if (steps > all.length) throw new CompileError(`steps is ${steps}: the network has ${all.length}`);
  checkLength('noise', noise, shape.tokens, shape.pixels);
  blocks.forEach((block, b) => {
    checkBlock(`block${b}`, block, shape);
    const [theta, dominance] = [settings.theta[b] ?? NaN, settings.dominance[b] ?? []];
    checkSettings(`block${b}`, shape.heads, { ...settings, theta, dominance });
  });
  return all.slice(0, steps);
}
