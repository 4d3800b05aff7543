// SPDX-License-Identifier: Apache-2.0
import type { Registers } from '../arith/stages.ts';
import { toom2Latency } from '../mul/toom2.ts';
import { cellLatency } from '../mul/toom2-cell.ts';
import { toom3EvaluateLatency } from '../mul/toom3-evaluate.ts';
import { toom3InterpolateLatency } from '../mul/toom3-interpolate.ts';
import { cellCount, modes, type TCoreParams } from '../tcore.params.ts';

/** Where the bank has registers; the sum of all is LP. */
export interface Plan {
  /** Differences of halves for products of six limbs. */
  readonly halve: Registers;
  readonly evaluate: Registers;
  readonly leafStages: number;
  /** Interpolation of a cell, and of a product of two limbs. */
  readonly combine: Registers;
  readonly interpolate: Registers;
  /** Interpolation of a product of six limbs. */
  readonly join: Registers;
}

const plans = {
  deep: { halve: 'all', evaluate: 'all', leafStages: 3, combine: 'all', interpolate: 'all', join: 'all' },
  shallow: { halve: 'none', evaluate: 'none', leafStages: 1, combine: 'output', interpolate: 'output', join: 'none' },
} as const satisfies Record<TCoreParams['pipeline'], Plan>;

export const planOf = ({ pipeline }: Pick<TCoreParams, 'pipeline'>): Plan => plans[pipeline];

/** Cycles from the operand registers of the lanes to the operand registers of the cells. */
export const operandLatency = ({ halve, evaluate }: Plan): number =>
  toom2Latency(halve) + toom3EvaluateLatency(evaluate) + 1;

/** Cycles from the products of the cells to those of the lanes. */
export const resultLatency = ({ interpolate, join }: Plan): number =>
  toom3InterpolateLatency(interpolate) + toom2Latency(join) + 1;

/** Cycles from the operand registers of the lanes to the products: LP less those registers. */
export const bankLatency = (plan: Plan): number => operandLatency(plan) + cellLatency(plan) + resultLatency(plan);

/** Bits of a cell's operand: a limb and what evaluation at 2 adds. */
export const cellWidth = ({ limb }: Pick<TCoreParams, 'limb'>): number => limb + 3;

/** Three-limb products that the bank has room for. */
export const groupCount = cellCount / modes[1].cells;

/** Words a cycle: one a leaf. */
export const wordCount = 3 * cellCount;

/** Bits of a word; 0 when there are none. */
export const wordBits = ({ words }: Pick<TCoreParams, 'words'>): number => (words ? 64 : 0);
