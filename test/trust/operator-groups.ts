// SPDX-License-Identifier: Apache-2.0
import type { EngineKind } from '../../src/sim/engine.ts';
import { Random } from './prng.ts';

/** Widths that share one design, so that each engine builds few. */
export interface OperatorGroup {
  readonly name: string;
  readonly widths: readonly number[];
  /** Also rows with one constant operand: many more outputs, so not at every width. */
  readonly constants: readonly number[];
}

/** Random but the same in every run: the seed is the only thing to change. */
const someOthers = new Random(2025).list(3, (i) => 3 + i * 40 + new Random(i).below(60));

export const operatorGroups: readonly OperatorGroup[] = [
  { name: 'widths 1, 2 and 31', widths: [1, 2, 31], constants: [1, 2, 31] },
  { name: 'widths 32 and 33', widths: [32, 33], constants: [32, 33] },
  { name: 'widths 63, 64 and 65', widths: [63, 64, 65], constants: [64] },
  { name: 'widths 128 and 200', widths: [128, 200], constants: [200] },
  { name: `widths ${someOthers.join(', ')}`, widths: someOthers, constants: someOthers.slice(0, 1) },
];

export const engines: readonly EngineKind[] = ['embedded', 'icarus', 'verilator'];
