// SPDX-License-Identifier: Apache-2.0
import { type Calibration, type TableInput, int8Scale, largestOf, tableInput } from './calibrate.ts';
import type { DitNetwork } from './network.ts';

/** Real value of code 1 of the int8 tensors of a block. */
export interface BlockScales {
  readonly xn1: number;
  /** D entries, the same within a head. */
  readonly query: readonly number[];
  readonly key: readonly number[];
  /** D entries: P V keeps columns apart, so each has its own. */
  readonly value: readonly number[];
  /** An entry a head: predictions have no bias, so their ranges differ. */
  readonly predictQuery: readonly number[];
  readonly predictKey: readonly number[];
  readonly mix: number;
  readonly xn2: number;
  readonly pre: TableInput;
  readonly hidden: number;
}

/** Real value of code 1 of the tensors between blocks: image and stream int16, the inputs of embedding and output int8. */
export interface NetworkScales {
  readonly image: number;
  readonly input: number;
  readonly stream: number;
  readonly blocks: readonly BlockScales[];
  readonly xn: number;
}

/** Room above the largest 16-bit value seen. */
const headroom = 1.25;

export function networkScales(network: DitNetwork, calibration: Calibration): NetworkScales {
  const all = network.blocks.map((_, b) => b);
  const stream = [-1, ...all].flatMap((b) => calibration.values('stream', b));
  return {
    image: (headroom * calibration.image) / 32767,
    input: int8Scale(calibration.values('input', -1)),
    stream: (headroom * largestOf([...stream, network.position])) / 32767,
    blocks: all.map((b) => blockScales(network, calibration, b)),
    xn: int8Scale(calibration.values('xn', all.length)),
  };
}

/** Columns first .. first + count - 1 of tensors of `width` columns, less `bias`. */
function columnsOf(
  parts: readonly Float32Array[],
  width: number,
  first: number,
  count: number,
  bias: (column: number) => number = () => 0,
): Float32Array[] {
  return parts.map((part) =>
    Float32Array.from({ length: (part.length / width) * count }, (_, e) => {
      const column = first + (e % count);
      return part[Math.floor(e / count) * width + column]! - bias(column);
    }),
  );
}

/** Scales of block `b` from what the float network did. */
function blockScales({ model, blocks }: DitNetwork, { values }: Calibration, b: number): BlockScales {
  const { width, heads } = model;
  const channels = width / heads;
  const qkv = values('qkv', b);
  const { bias } = blocks[b]!.qkv;
  const columns = (first: number, count: number, less?: (column: number) => number): number =>
    int8Scale(columnsOf(qkv, 3 * width, first, count, less));
  const byHead = (part: number, less?: (column: number) => number): number[] =>
    Array.from({ length: heads }, (_, g) => columns(part * width + g * channels, channels, less));
  const spread = (ofHead: readonly number[]): number[] => ofHead.flatMap((s) => new Array<number>(channels).fill(s));
  return {
    xn1: int8Scale(values('xn1', b)),
    query: spread(byHead(0)),
    key: spread(byHead(1)),
    value: Array.from({ length: width }, (_, c) => columns(2 * width + c, 1)),
    predictQuery: byHead(0, (c) => bias[c]!),
    predictKey: byHead(1, (c) => bias[c]!),
    mix: int8Scale(values('mix', b)),
    xn2: int8Scale(values('xn2', b)),
    pre: tableInput(values('pre', b)),
    hidden: int8Scale(values('hidden', b)),
  };
}
