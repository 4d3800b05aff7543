// SPDX-License-Identifier: Apache-2.0
import {
  ExionCoreParams,
  type ExionCoreParamsInput,
  exionCorePresets,
} from '../../../src/modules/exion/core.params.ts';
import { inputWords } from '../../../src/modules/exion/core.types.ts';
import { type Command, flags, ops } from '../../../src/modules/exion/isa.ts';

const config = (changes: Partial<ExionCoreParamsInput>): ExionCoreParams =>
  ExionCoreParams.parse({ ...exionCorePresets.tiny, bounds: [0], ...changes });

export const configurations = {
  '2 x 2 x 4': config({ size: 2, lanes: 4, depth: 16, weightWords: 24, tokens: 7, maskWords: 20, topkWidth: 4 }),
  '4 x 4 x 4': config({ size: 4, lanes: 4, depth: 16, weightWords: 40, tokens: 33, maskWords: 64, topkWidth: 2 }),
  '4 x 4 x 8': config({ size: 4, lanes: 8, depth: 32, weightWords: 33, tokens: 64, maskWords: 100, topkWidth: 16 }),
  '8 x 8 x 8': config({ size: 8, lanes: 8, depth: 64, weightWords: 64, tokens: 50, maskWords: 128, topkWidth: 8 }),
  '16 x 16 x 16': config({
    size: 16,
    lanes: 16,
    depth: 160,
    weightWords: 90,
    tokens: 40,
    maskWords: 64,
    topkWidth: 16,
  }),
} as const;

interface Draw {
  below(below: number): number;
  between(low: number, high: number): number;
  bool(probability?: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

const corners = [0, 1, -1, 2, -2, 3, 64, -64, 96, 112, 126, 127, -127, -128];

/** A byte of an operand: often one of those that the two-step truncation treats in a way of its own. */
export function operandByte(random: Draw): number {
  return random.bool(0.4) ? random.pick(corners) : random.between(-128, 127);
}

/** Part of the operand memories: k input words, blocks times k weight words. */
function operandsOf(random: Draw, p: ExionCoreParams, most: number) {
  const k = random.between(1, Math.min(inputWords(p), p.weightWords));
  const n = random.between(1, Math.min(most, Math.floor(p.weightWords / k) * p.size));
  const words = Math.ceil(n / p.size) * k;
  return { n, k, srcA: random.between(0, inputWords(p) - k), srcB: random.between(0, p.weightWords - words) };
}

export function randomEpred(random: Draw, p: ExionCoreParams): Command {
  const { n, k, srcA, srcB } = operandsOf(random, p, 1000);
  const gain = random.bool(0.1) ? random.pick([0, 65535]) : random.between(1, 65535);
  const shift = random.bool(0.1) ? random.pick([8, 46]) : random.between(20, 30);
  return { op: ops.EPRED, n, k, srcA, srcB, gain, shift, dst: random.between(0, 1000) };
}

export function randomTopk(random: Draw, p: ExionCoreParams): Command {
  const { n, k, srcA, srcB } = operandsOf(random, p, p.tokens);
  const keyWords = Math.ceil(n / p.size);
  return {
    op: ops.TOPK,
    flags: (random.bool(0.3) ? flags.FIRST : 0) | (random.bool(0.4) ? flags.LAST : 0),
    n,
    k,
    srcA,
    srcB,
    shift: random.pick([0, 2, 5, 9, 12, 14, 40, 63]),
    live: random.bool() ? p.size : random.between(1, p.size),
    limit: random.pick([0, 1, 100, 5000, 30000, 65535, 65536]),
    best: random.bool(0.2) ? random.between(n, 8191) : random.between(1, n),
    maskA: random.between(0, p.maskWords - n),
    maskB: random.below(p.maskWords),
    maskC: random.between(0, p.maskWords - keyWords),
  };
}
