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
  /** Stores the residual stream after each block, and the image, of each step: what a run can be compared by. */
  readonly record?: boolean;
  /** Keeps the control maps of FFN masks through the sparse iterations, as many as the target has buffers for; true unless said. */
  readonly mapCache?: boolean;
}

/** What a program with `record` leaves in memory of a step. */
export interface StepRecord {
  /** int16 T x D after each block. */
  readonly streams: readonly Int16Array[];
  /** int16 T x P after the step. */
  readonly image: Int16Array;
}

/** A denoising program: it reads the image state from memory, does all steps, and stores it again. */
export interface NetworkProgram extends Program {
  /** Writes another start image into a copy of `dram`. */
  readonly setImage: (dram: Uint8Array, noise: Int16Array) => void;
  /** The image that the program has left in memory. */
  readonly imageOf: (dram: Uint8Array) => Int16Array;
  /** What the program has recorded of a step. @throws RangeError without `record`. */
  readonly recordOf: (dram: Uint8Array, step: number) => StepRecord;
}

/** Where each tile of a tensor is stored, in units of 64 bytes. */
type Stored = readonly { readonly dram: number; readonly stride: number }[];

/**
 * The whole denoising loop of an image as a program: one loop body, per-step parameters by stride. Shifts, `keep` and epsilon must be the
 * same in all steps. @throws CompileError for what the target cannot do.
 */
export function compileNetwork(network: QuantisedNetwork, job: NetworkJob, target: Target): NetworkProgram {
  const { shape } = network;
  const { settings, steps = shape.steps, mapCache = true } = job;
  const conditioning = checkJob(network, job, steps);
  const reuse = settings.sparseIterations > 0;
  const ctx = startContext(shape, target, { blocks: network.blocks.length, pixels: shape.pixels, reuse, mapCache });
  const { emitter, layout, plan } = ctx;

  clear(ctx);
  loadTiles(ctx, 'position', [network.embedding.position], plan.width, (tile) => layout.tiles[tile]!.position);
  const starts = loadTiles(ctx, 'noise', [job.noise], shape.pixels, (tile) => layout.tiles[tile]!.image);
  emitter.barrier('FENCE', {}, 'constants and image are there');
  emitter.barrier('ITER', { count: steps, n: settings.sparseIterations }, `${steps} steps`);
  embed(ctx, network);
  // ST shares no buffer with the units of a core: what it reads is kept apart by FENCE.
  const record = (name: string, columns: number, from: (tile: number) => number): Stored => {
    emitter.barrier('FENCE', {}, `${name} is there`);
    const stored = storeTiles(ctx, name, steps, columns, from);
    emitter.barrier('FENCE', {}, `${name} is stored`);
    return stored;
  };
  const streams: Stored[] = [];
  network.blocks.forEach((block, index) => {
    emitBlock(ctx, {
      name: `block${index}`,
      block,
      conditioning: conditioning.map(({ blocks }) => blocks[index]!),
      rules: { keys: settings.keys, dominance: settings.dominance[index]! },
      index,
      theta: reuse ? settings.theta[index]! : null,
    });
    if (job.record === true) {
      streams.push(record(`block${index}.record`, plan.width, (tile) => layout.tiles[tile]!.x));
    }
  });
  update(ctx, network, conditioning);
  const images = job.record === true ? record('image.record', shape.pixels, (tile) => layout.tiles[tile]!.image) : null;
  emitter.barrier('NEXT', {}, 'next step');
  emitter.barrier('FENCE', {}, 'the last image is there');
  const ends = storeTiles(ctx, 'result', 1, shape.pixels, (tile) => layout.tiles[tile]!.image);
  emitter.barrier('HALT', {}, 'done');

  const { size } = target.params;
  const read = (dram: Uint8Array, stored: Stored, columns: number, step = 0): Int16Array => {
    const values = new Int16Array(shape.tokens * columns);
    stored.forEach(({ dram: at, stride }, tile) =>
      unpackTile16(dram.subarray((at + step * stride) * dramUnit), values, columns, tile, size),
    );
    return values;
  };
  return {
    ...assemble(ctx, { steps, sparseIterations: settings.sparseIterations }),
    setImage(dram, noise) {
      checkLength('noise', noise, shape.tokens, shape.pixels);
      starts.forEach((start, tile) => dram.set(packTile16(noise, shape.pixels, tile, size), start.dram * dramUnit));
    },
    imageOf: (dram) => read(dram, ends, shape.pixels),
    recordOf(dram, step) {
      if (images === null || step < 0 || step >= steps) throw new RangeError(`step ${step} is not recorded`);
      return {
        streams: streams.map((stored) => read(dram, stored, shape.width, step)),
        image: read(dram, images, shape.pixels, step),
      };
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
