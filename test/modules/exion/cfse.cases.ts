// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import type { CfseParams } from '../../../src/modules/exion/cfse/cfse.types.ts';
import { runSfu, type SfuMemories } from '../../../src/modules/exion/golden/cfse.ts';
import type { Random } from '../../../src/modules/exion/golden/prng.ts';
import { flags, sfuKinds } from '../../../src/modules/exion/isa.ts';
import type { CfseBench, Ran, SfuCommand, Surroundings } from './cfse.bench.ts';

export const configurations: Readonly<Record<string, CfseParams>> = {
  main: { size: 16, columns: 64, maskWords: 64, params: 64 },
  tiny: { size: 4, columns: 48, maskWords: 50, params: 46 },
  least: { size: 2, columns: 40, maskWords: 33, params: 35 },
  wide: { size: 64, columns: 64, maskWords: 40, params: 40 },
};

/** Scratchpad words in the bench. */
export const scratchWords = 512;

/** Where tensors lie: far enough apart for 64 columns of int32 each. */
export const places = { a: 0, b: 100, p: 200, dst: 300 };

const whole = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
const chosen = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** Memories full of numbers of all magnitudes. */
export function filledMemories(p: CfseParams, random: Random): SfuMemories {
  const { size, columns, maskWords, params } = p;
  const int32 = (): number => (whole(random, -(2 ** 31), 2 ** 31 - 1) >> whole(random, 0, 30)) | 0;
  const density = random();
  return {
    size,
    columns,
    maskWords,
    params,
    omem: Int32Array.from({ length: columns * size }, int32),
    scratch: Uint8Array.from({ length: scratchWords * 4 * size }, () => whole(random, 0, 255)),
    mask: Uint8Array.from({ length: maskWords * size }, () => Number(random() < density)),
    offset: Int32Array.from({ length: params }, int32),
    gain: Uint16Array.from({ length: params }, () => whole(random, 0, 65535) >> whole(random, 0, 15)),
    table: Int8Array.from({ length: 256 }, () => whole(random, -128, 127)),
  };
}

export function copyOf(memories: SfuMemories): SfuMemories {
  return structuredClone(memories);
}

/** A legal command of a kind with everything else at random, in place from time to time. */
export function randomCommand(p: CfseParams, kind: number, random: Random): SfuCommand {
  const n = whole(random, 1, Math.min(p.columns, p.maskWords, p.params, 24));
  const first = (size: number): number => whole(random, 0, size - n);
  const { RQ, AXPY, SOFTMAX, COPY, PSUB } = sfuKinds;
  const maybe = (flag: number): number => (random() < 0.5 ? flag : 0);
  let given = 0;
  if (kind === RQ) given = maybe(flags.GELU) | maybe(flags.ADD) | chosen(random, [0, flags.MASK_IN, flags.MASK_OUT]);
  if (kind === AXPY) given = maybe(flags.ADD);
  if (kind !== SOFTMAX) given |= maybe(flags.FROM_GSC);
  const fromScratch = kind === sfuKinds.LN || (given & flags.FROM_GSC) !== 0;
  const destinations = [places.dst];
  // In place where the result is not wider than what it replaces.
  if (fromScratch && kind !== COPY && kind !== PSUB) destinations.push(places.a);
  if (kind === AXPY || kind === PSUB) destinations.push(places.b);
  return {
    kind,
    flags: given,
    n,
    dst: chosen(random, destinations),
    srcA: fromScratch ? places.a : first(p.columns),
    srcB: places.b,
    srcP: places.p,
    maskA: first(p.maskWords),
    param: first(p.params),
    gain: whole(random, 0, 65535) >> whole(random, 0, 15),
    shift: whole(random, kind === SOFTMAX ? 0 : 1, random() < 0.1 ? 63 : 46),
    live: (given & flags.MASK_OUT) === 0 ? chosen(random, [0, whole(random, 0, p.size)]) : whole(random, 1, p.size),
    keep: (whole(random, 0, 2 ** 32 - 1) / 2 ** whole(random, 0, 31)) >>> 0,
    limit: chosen(random, [0, 1, 20, 126, 127, 2 ** 17 - 1, 2 ** 16 - 1]),
  };
}

/** Everything holds back at random, the scratchpad is 1 to 20 cycles away. */
export function stalls(random: Random): Surroundings {
  const share = random() * 0.7;
  return {
    requestStall: share,
    answerGap: random() * share,
    writeStall: random() * share,
    maskStall: share,
    latency: whole(random, 1, 20),
  };
}

/** Carries a command out on the hardware and in the golden model, and expects the same memories and reports. */
export function check(bench: CfseBench, memories: SfuMemories, command: SfuCommand, around: Surroundings = {}): Ran {
  const expected = copyOf(memories);
  const outcome = runSfu(expected, command);
  const ran = bench.run(memories, command, around);
  const about = JSON.stringify(command);
  expect({ refused: ran.refused, overflows: ran.overflows }, about).toEqual(outcome);
  expect(firstDifference(memories.mask, expected.mask), about).toBe(null);
  expect(firstDifference(memories.scratch, expected.scratch), about).toBe(null);
  return ran;
}

/** Where two memories differ first, and how. */
function firstDifference(found: Uint8Array, expected: Uint8Array): object | null {
  const at = found.findIndex((value, i) => value !== expected[i]);
  return at < 0 ? null : { at, found: found[at], expected: expected[at] };
}

/** Memories of zeros, with a scratchpad of `words` words. */
export function emptyMemories(p: CfseParams, words = scratchWords): SfuMemories {
  const { size, columns, maskWords, params } = p;
  return {
    size,
    columns,
    maskWords,
    params,
    omem: new Int32Array(columns * size),
    scratch: new Uint8Array(words * 4 * size),
    mask: new Uint8Array(maskWords * size),
    offset: new Int32Array(params),
    gain: new Uint16Array(params),
    table: new Int8Array(256),
  };
}

type Element = Int8Array | Int16Array | Int32Array;
const views = { 1: Int8Array, 2: Int16Array, 4: Int32Array } as const;

/** A tensor of the scratchpad from a word on, to be written or read: row i of column c is element c * R + i. */
export function tensorAt({ scratch, size }: SfuMemories, word: number, bytes: 1 | 2 | 4): Element {
  return new views[bytes](scratch.buffer as ArrayBuffer, scratch.byteOffset + word * 4 * size);
}

/** Columns of a tensor as lists. */
export function columnsOf(memories: SfuMemories, word: number, count: number, bytes: 1 | 2 | 4): number[][] {
  const tensor = tensorAt(memories, word, bytes);
  const { size } = memories;
  return Array.from({ length: count }, (_, c) => [...tensor.subarray(c * size, (c + 1) * size)]);
}
