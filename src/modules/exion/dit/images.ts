// SPDX-License-Identifier: Apache-2.0
import { PNG } from 'pngjs';

/** Peak signal to noise ratio in dB of images with values -1 .. 1 (what lies outside is cut); Infinity when they are equal. */
export function psnr(image: ArrayLike<number>, reference: ArrayLike<number>): number {
  if (image.length !== reference.length || image.length === 0) {
    throw new Error(`images of ${image.length} and ${reference.length} values cannot be compared`);
  }
  let error = 0;
  for (let e = 0; e < image.length; e++) error += (cut(image[e]!) - cut(reference[e]!)) ** 2;
  return 10 * Math.log10(4 / (error / image.length));
}

/** Mean of PSNRs as that of the mean error is not: each image counts alike. Equal images would hide all others, so they count as 99 dB. */
export function meanPsnr(each: readonly number[]): number {
  return each.reduce((sum, db) => sum + Math.min(db, 99), 0) / each.length;
}

const cut = (value: number): number => Math.max(-1, Math.min(1, value));

/** Grey values 0 .. 255, row-major. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly grey: Uint8Array;
}

/** Square image of square patches, both row-major, values -1 black .. 1 white. */
export function imageOf(patches: ArrayLike<number>, pixelsPerPatch: number): GreyImage {
  const patch = Math.sqrt(pixelsPerPatch);
  const across = Math.sqrt(patches.length / pixelsPerPatch);
  if (!Number.isInteger(patch) || !Number.isInteger(across)) {
    throw new Error(`${patches.length} values in patches of ${pixelsPerPatch} are not a square of squares`);
  }
  const width = across * patch;
  const grey = Uint8Array.from({ length: width * width }, (_, e) => {
    const [x, y] = [e % width, Math.floor(e / width)];
    const token = Math.floor(y / patch) * across + Math.floor(x / patch);
    const pixel = (y % patch) * patch + (x % patch);
    return Math.round((cut(patches[token * pixelsPerPatch + pixel]!) + 1) * 127.5);
  });
  return { width, height: width, grey };
}

/** |a - b| times `gain`, at most white. */
export function differenceOf(a: GreyImage, b: GreyImage, gain: number): GreyImage {
  return { ...a, grey: a.grey.map((v, e) => Math.min(255, gain * Math.abs(v - b.grey[e]!))) };
}

/** Pixels between images of a sheet, before enlarging. */
const gap = 1;

/** A sheet as PNG: rows of images of one size, each pixel `zoom` x `zoom`, on a mid-grey ground. */
export function sheetPng(rows: readonly (readonly GreyImage[])[], zoom = 6): Buffer {
  const [first] = rows[0] ?? [];
  if (first === undefined) throw new Error('a sheet needs an image');
  const columns = Math.max(...rows.map((row) => row.length));
  const png = new PNG({
    width: zoom * (columns * (first.width + gap) + gap),
    height: zoom * (rows.length * (first.height + gap) + gap),
  });
  for (let y = 0; y < png.height; y++) {
    for (let x = 0; x < png.width; x++) {
      const value = pixelAt(rows, first, Math.floor(x / zoom) - gap, Math.floor(y / zoom) - gap);
      png.data.set([value, value, value, 255], 4 * (y * png.width + x));
    }
  }
  return PNG.sync.write(png, { colorType: 0 });
}

function pixelAt(rows: readonly (readonly GreyImage[])[], { width, height }: GreyImage, x: number, y: number): number {
  const image = rows[Math.floor(y / (height + gap))]?.[Math.floor(x / (width + gap))];
  const [u, v] = [x % (width + gap), y % (height + gap)];
  return image !== undefined && u >= 0 && v >= 0 && u < width && v < height ? image.grey[v * width + u]! : 128;
}

/** A row an image: dense, sparse, and their difference `gain` times as strong. */
export function comparisonPng(pairs: readonly { dense: GreyImage; sparse: GreyImage }[], gain = 8, zoom = 6): Buffer {
  return sheetPng(
    pairs.map(({ dense, sparse }) => [dense, sparse, differenceOf(dense, sparse, gain)]),
    zoom,
  );
}
