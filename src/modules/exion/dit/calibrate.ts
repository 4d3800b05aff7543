// SPDX-License-Identifier: Apache-2.0
import { type FloatTensor, gelu, modulation, predictVelocity } from './reference.ts';
import type { DitNetwork } from './network.ts';
import type { DitSamples } from './samples.ts';

/** Which states of the recorded loop are looked at. */
export interface CalibrationPlan {
  readonly images: readonly number[];
  /** Every so many steps, from a different one for each image. */
  readonly stride: number;
}

/** Five states of each of the images that are recorded among `wanted`. */
export function fiveStatesOf(
  wanted: readonly number[],
  { labels }: Pick<DitSamples, 'labels'>,
  steps: number,
): CalibrationPlan {
  return { images: wanted.filter((image) => image < labels.length), stride: Math.max(1, Math.floor(steps / 5)) };
}

/** Values of every tensor of every block, a sample of them, as seen in the float loop. */
export interface Calibration {
  readonly values: (tensor: FloatTensor, block: number) => readonly Float32Array[];
  /** Largest image value. */
  readonly image: number;
}

/** The chosen states, spread over the steps. */
export function calibrationStates(
  { images, stride }: CalibrationPlan,
  steps: number,
): { step: number; image: number }[] {
  return images.flatMap((image, nth) => {
    const chosen = [];
    for (let step = Math.floor((nth * stride) / images.length); step < steps; step += stride)
      chosen.push({ step, image });
    return chosen;
  });
}

/** Runs the float network on recorded states of the loop. */
export function calibrate(network: DitNetwork, samples: DitSamples, plan: CalibrationPlan): Calibration {
  const seen = new Map<string, Float32Array[]>();
  let largest = 0;
  for (const { step, image } of calibrationStates(plan, network.loop.steps)) {
    const state = samples.state(step, image);
    largest = Math.max(largest, largestOf([state]));
    predictVelocity(network, state, modulation(network, step, samples.labels[image]!), (tensor, block, values) => {
      const key = `${tensor} ${block}`;
      const list = seen.get(key) ?? [];
      list.push(values);
      seen.set(key, list);
    });
  }
  return {
    image: largest,
    values: (tensor, block) => {
      const list = seen.get(`${tensor} ${block}`);
      if (list === undefined)
        throw new Error(`tensor ${tensor} of block ${block} was never seen: no calibration states`);
      return list;
    },
  };
}

export function largestOf(values: Iterable<ArrayLike<number>>): number {
  let largest = 0;
  for (const part of values) for (let e = 0; e < part.length; e++) largest = Math.max(largest, Math.abs(part[e]!));
  return largest;
}

/** Values that a search looks at: about this many, evenly spread. */
const sampleSize = 5000;

export function subsample(parts: readonly ArrayLike<number>[]): Float32Array {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  // An odd stride is coprime to the powers of two that widths are, so all columns are seen.
  const stride = Math.max(1, 2 * Math.floor(total / sampleSize / 2) + 1);
  const sample: number[] = [];
  let next = 0;
  for (const part of parts) {
    for (; next < part.length; next += stride) sample.push(part[next]!);
    next -= part.length;
  }
  return Float32Array.from(sample);
}

/**
 * Real value of code 1 with which int8 codes have the least mean square error: a few rare large values are clamped when that makes all
 * others finer.
 */
export function int8Scale(parts: readonly ArrayLike<number>[]): number {
  const values = subsample(parts);
  const largest = largestOf(parts);
  if (largest === 0) return 1; // a tensor of zeros: any scale does
  let best = { scale: largest / 127, error: Infinity };
  for (let clip = 1; clip > 0.3; clip -= 0.04) {
    const scale = (largest * clip) / 127;
    let error = 0;
    for (const value of values) {
      const code = Math.max(-127, Math.min(127, Math.round(value / scale)));
      error += (value - code * scale) ** 2;
    }
    if (error < best.error) best = { scale, error };
  }
  return best.scale;
}

/** Codes y stand for (y + zero) * scale before GELU. */
export interface TableInput {
  readonly scale: number;
  readonly zero: number;
}

/**
 * Range of the 255 codes before GELU with the least mean square error behind it. Far below zero GELU is flat, so codes are worth more
 * above; the zero point costs nothing, it is part of the bias.
 */
export function tableInput(parts: readonly ArrayLike<number>[]): TableInput {
  const values = subsample(parts);
  const exact = values.map(gelu);
  const largest = largestOf(parts);
  let best = { scale: 1, zero: 0, error: Infinity };
  for (let low = -4; low <= -2; low += 0.25) {
    for (let clip = 1; clip > 0.3; clip -= 0.05) {
      const scale = (largest * clip - low) / 254;
      const zero = (largest * clip + low) / 2 / scale;
      const table = Float64Array.from({ length: 255 }, (_, index) => gelu((index - 127 + zero) * scale));
      let error = 0;
      for (let e = 0; e < values.length; e++) {
        const code = Math.max(-127, Math.min(127, Math.round(values[e]! / scale - zero)));
        error += (table[code + 127]! - exact[e]!) ** 2;
      }
      if (error < best.error) best = { scale, zero, error };
    }
  }
  return best;
}
