// SPDX-License-Identifier: Apache-2.0
import { DitManifest } from './manifest.ts';

/** The recorded loop of a network's folder: images as patches, row-major T x P. */
export interface DitSamples {
  readonly labels: Int32Array;
  /** Image `image` after `step` steps, 0 .. steps; 0 is the noise. */
  readonly state: (step: number, image: number) => Float32Array;
}

export interface RecordedSamples extends DitSamples {
  /** What the network returned in step 0 .. steps - 1. */
  readonly velocity: (step: number, image: number) => Float32Array;
  /** Images as bytes, image after image. */
  readonly images: Uint8Array;
}

/** Reads labels.bin, x_steps.bin, v_steps.bin and images.bin. */
export function loadDitSamples(folder: string): RecordedSamples {
  const manifest = DitManifest.load(folder);
  const labels = new Int32Array(manifest.bytes('labels.bin'));
  const states = new Float32Array(manifest.bytes('x_steps.bin'));
  const velocities = new Float32Array(manifest.bytes('v_steps.bin'));
  const size = manifest.model.tokens * manifest.model.patch_pixels;
  const count = labels.length;
  const part = (of: Float32Array, step: number, image: number): Float32Array => {
    const start = (step * count + image) * size;
    if (image < 0 || image >= count || step < 0 || start + size > of.length) {
      throw new RangeError(`step ${step} of image ${image} is not recorded`);
    }
    return of.subarray(start, start + size);
  };
  return {
    labels,
    state: (step, image) => part(states, step, image),
    velocity: (step, image) => part(velocities, step, image),
    images: new Uint8Array(manifest.bytes('images.bin')),
  };
}
