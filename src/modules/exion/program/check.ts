// SPDX-License-Identifier: Apache-2.0
import type { QuantisedBlock, WeightMatrix } from '../dit/quantised.types.ts';
import type { BlockShape } from './plan.ts';
import { CompileError } from './target.ts';

/** What is left out of a block. */
export interface BlockSettings {
  /** N: sparse iterations after each dense one. */
  readonly sparseIterations: number;
  /** -1 (all) .. 127 (none). */
  readonly theta: number;
  /** k, at least 1. */
  readonly keys: number;
  /** thetaD of each head, 0 .. 65536. */
  readonly dominance: readonly number[];
}

function whole(what: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && Number.isInteger(value) && value >= least && value <= most) return;
  throw new CompileError(`${what} is ${value}: expected a whole number ${least} .. ${most}`);
}

export function checkSettings(name: string, heads: number, settings: BlockSettings): void {
  whole('sparseIterations', settings.sparseIterations, 0, 2 ** 16 - 1);
  whole('keys', settings.keys, 1, 2 ** 13 - 1);
  whole(`theta of ${name}`, settings.theta, -1, 127);
  for (let head = 0; head < heads; head++) {
    whole(`dominance of ${name}, head ${head}`, settings.dominance[head], 0, 65536);
  }
}

/** Steps of a loop: `count` of ITER has 24 bits. */
export function checkSteps(steps: number): void {
  whole('steps', steps, 1, 2 ** 24 - 1);
}

export function checkLength(what: string, values: ArrayLike<unknown>, rows: number, columns: number): void {
  if (values.length !== rows * columns) {
    throw new CompileError(`${what} has ${values.length} values: expected ${rows} x ${columns}`);
  }
}

/** Matrices and parameters of a block against its shape. */
export function checkBlock(name: string, block: QuantisedBlock, { width, heads, ffn }: BlockShape): void {
  const matrix = (what: string, w: WeightMatrix, outputs: number, inputs: number): void => {
    if (w.outputs !== outputs || w.inputs !== inputs || w.codes.length !== outputs * inputs) {
      throw new CompileError(
        `${what} of ${name} is ${w.outputs} x ${w.inputs} with ${w.codes.length} codes: expected ${outputs} x ${inputs}`,
      );
    }
  };
  for (const what of ['query', 'key', 'value'] as const) {
    matrix(what, block[what].weights, width, width);
    checkLength(`${what} gain of ${name}`, block[what].requantise.gain, 1, width);
  }
  matrix('predictQuery', block.predictQuery, width, width);
  matrix('predictKey', block.predictKey, width, width);
  matrix('projection', block.projection, width, width);
  matrix('ffn1', block.ffn1.weights, ffn, width);
  checkLength(`ffn1 gain of ${name}`, block.ffn1.requantise.gain, 1, ffn);
  matrix('ffn2', block.ffn2, width, ffn);
  checkLength(`mix gain of ${name}`, block.mix.gain, 1, width);
  checkLength(`table of ${name}`, block.table, 1, 256);
  checkLength(`heads of ${name}`, block.heads, 1, heads);
  block.heads.forEach(({ predictQuery, predictKey, scoreShift }, head) => {
    whole(`predictQuery.shift of ${name}, head ${head}`, predictQuery.shift, 8, 46);
    whole(`predictKey.shift of ${name}, head ${head}`, predictKey.shift, 8, 46);
    whole(`scoreShift of ${name}, head ${head}`, scoreShift, 0, 63);
  });
}
