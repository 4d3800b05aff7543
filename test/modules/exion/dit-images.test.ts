// SPDX-License-Identifier: Apache-2.0
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import {
  comparisonPng,
  differenceOf,
  imageOf,
  meanPsnr,
  psnr,
  sheetPng,
} from '../../../src/modules/exion/dit/images.ts';

describe('images', () => {
  it('PSNR of values -1 .. 1', () => {
    expect(psnr([0.2, 0, 0, 0], [0, 0, 0, 0])).toBeCloseTo(10 * Math.log10(4 / 0.01), 9);
    expect(psnr([1, -1], [3, -2]), 'what is beyond white or black is no error').toBe(Infinity);
    expect(meanPsnr([Infinity, 41])).toBe(70);
    expect(() => psnr([1], [1, 2])).toThrow('images of 1 and 2 values');
  });

  it('patches lie row by row, and so do their pixels', () => {
    const patches = Float32Array.from({ length: 16 }, (_, e) => e / 7.5 - 1);
    const image = imageOf(patches, 4);
    expect([image.width, image.height]).toEqual([4, 4]);
    expect([...image.grey].map((grey) => grey / 17)).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
    expect(() => imageOf(patches, 3)).toThrow('not a square of squares');
    expect(() => imageOf(new Float32Array(8), 4)).toThrow('not a square of squares');
  });

  it('a sheet: dense, sparse, amplified difference; each pixel enlarged, with gaps', () => {
    const grey = (...values: number[]) => ({ width: 2, height: 2, grey: Uint8Array.from(values) });
    const [dense, sparse] = [grey(0, 50, 100, 255), grey(3, 50, 0, 250)];
    expect([...differenceOf(dense, sparse, 8).grey]).toEqual([24, 0, 255, 40]);

    const png = PNG.sync.read(comparisonPng([{ dense, sparse }], 8, 2));
    expect([png.width, png.height]).toEqual([20, 8]);
    const at = (x: number, y: number): number => png.data[4 * (y * png.width + x)]!;
    const line = (y: number): number[] => Array.from({ length: 10 }, (_, x) => at(2 * x, y));
    expect(line(0)).toEqual(new Array<number>(10).fill(128));
    expect(line(2)).toEqual([128, 0, 50, 128, 3, 50, 128, 24, 0, 128]);
    expect(line(3), 'pixels are two lines high').toEqual(line(2));
    expect(line(4)).toEqual([128, 100, 255, 128, 0, 250, 128, 255, 40, 128]);
    expect(() => sheetPng([])).toThrow('a sheet needs an image');
    const ragged = PNG.sync.read(sheetPng([[dense], [dense, sparse]], 1));
    expect([ragged.width, ragged.height, ragged.data[4 * (ragged.width + 4)]]).toEqual([7, 7, 128]);
  });
});
