// SPDX-License-Identifier: Apache-2.0
import type { WeightMatrix } from '../dit/quantised.types.ts';
import { ceilDiv, roundUp } from './target.ts';

/** How tensors, weights and parameters lie in memory (docs/rationale/exion-core.md, "Tensors in the scratchpad"). R = C = `size`. */
interface Shape {
  readonly size: number;
  readonly lanes: number;
  /** Words from a column block to the next. */
  readonly stride: number;
}

/** Indices of a dimension, null where zeros are to be put. */
export type Indices = readonly (number | null)[];

/** 0 .. count - 1 from `first` on, padded with null to a multiple of `unit`. */
export function range(first: number, count: number, unit = 1): Indices {
  return Array.from({ length: roundUp(count, unit) }, (_, i) => (i < count ? first + i : null));
}

/**
 * Weight image of the columns `outputs` (a multiple of C), contraction over `inputs`: for column block, for word, for lane: L bytes. Blocks
 * are `stride` words apart.
 */
export function packWeights(
  w: WeightMatrix,
  outputs: Indices,
  inputs: Indices,
  { size, lanes, stride }: Shape,
): Uint8Array {
  const image = new Uint8Array(outputs.length * stride * lanes);
  outputs.forEach((output, n) => {
    if (output === null) return;
    inputs.forEach((input, k) => {
      if (input === null) return;
      const word = Math.floor(n / size) * stride + Math.floor(k / lanes);
      image[(word * size + (n % size)) * lanes + (k % lanes)] = w.codes[output * w.inputs + input]!;
    });
  });
  return image;
}

/** Offset and gain of columns, as the parameter memory takes them. */
export interface ColumnParams {
  readonly offset: ArrayLike<number>;
  readonly gain: ArrayLike<number>;
}

/** 8 bytes an entry, {offset int32, gain 16, 0}, padded to whole scratchpad words (R / 2 entries). Left out columns have gain 0. */
export function packParams(
  { offset, gain }: ColumnParams,
  columns: Indices,
  { size }: Pick<Shape, 'size'>,
): Uint8Array {
  const image = new Uint8Array(8 * roundUp(columns.length, Math.max(1, size / 2)));
  const view = new DataView(image.buffer);
  columns.forEach((column, e) => {
    if (column === null) return;
    view.setInt32(8 * e, offset[column]!, true);
    view.setUint16(8 * e + 4, gain[column]! & 0xffff, true);
  });
  return image;
}

/** Row tile `tile` of a row-major int16 tensor, column by column; rows beyond the tensor are 0. */
export function packTile16(values: Int16Array, columns: number, tile: number, size: number): Uint8Array {
  const image = new Uint8Array(4 * size * ceilDiv(columns, 2));
  const view = new DataView(image.buffer);
  const rows = Math.min(size, values.length / columns - tile * size);
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < rows; i++) view.setInt16(2 * (c * size + i), values[(tile * size + i) * columns + c]!, true);
  }
  return image;
}

/** The inverse of packTile16: the live rows of a tile go to their place in the row-major tensor. */
export function unpackTile16(image: Uint8Array, into: Int16Array, columns: number, tile: number, size: number): void {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const rows = Math.min(size, into.length / columns - tile * size);
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < rows; i++) into[(tile * size + i) * columns + c] = view.getInt16(2 * (c * size + i), true);
  }
}
