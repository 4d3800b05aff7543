// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import type { Expr } from '../../src/ir/expr.ts';
import { type OpName, opNames, opTable } from '../../src/ir/ops.ts';
import { resultWidth } from '../../src/ir/width-rules.ts';
import { createEmbedded } from '../../src/sim/embedded.ts';
import { RandomBits } from '../../src/sim/random.ts';
import { ModuleDraft, peek, poke } from './support.ts';

const WIDTHS = [1, 2, 7, 8, 16, 31, 32, 33, 63, 64, 65, 127, 128, 200];

/** Operand widths to try for an operator at width `w`. */
function shapes(op: OpName, w: number): number[][] {
  switch (opTable[op].rule) {
    case 'one':
      return [[w]];
    case 'equal':
      return [[w, w]];
    case 'any':
      return [
        [w, w],
        [w, 3],
        [w, 6],
        [w, 40],
        [w, 70],
        [3, w],
      ];
    case 'mux':
      return [[1, w, w]];
    case 'select':
      return [
        [2, w, w, w],
        [3, w, w, w, w, w],
        [40, w, w, w],
        [70, w, w],
      ];
    case 'list':
      return [[w], [w, w, w], [1, w, 5], [w, 64, 1]];
  }
}

/** Corner patterns and random ones. */
function patterns(random: RandomBits, width: number): bigint[] {
  const top = 1n << BigInt(width - 1);
  return [
    0n,
    1n & mask(width),
    mask(width),
    top,
    top - 1n,
    random.pattern(width),
    random.pattern(width) >> BigInt(width >> 1),
  ];
}

function operandSets(random: RandomBits, widths: readonly number[]): bigint[][] {
  const choices = widths.map((width) => patterns(random, width));
  const sets: bigint[][] = [];
  for (let i = 0; i < 7 && widths.length > 0; i++) {
    for (let j = 0; j < 7; j++) {
      sets.push(choices.map((list, k) => list[(k === 0 ? i : k === 1 ? j : i + j * k) % 7]!));
    }
  }
  return sets;
}

describe('every operator equals its entry in the table', () => {
  for (const op of opNames) {
    it(op, () => {
      const random = new RandomBits(WIDTHS.length + op.length);
      const draft = new ModuleDraft('dut');
      const cases: { widths: number[]; width: number; output: string; inputs: string[] }[] = [];
      const inputs = new Map<number, Expr[]>();
      // Operands of one width share ports, so that the module stays small.
      const operand = (width: number, index: number): [string, Expr] => {
        const list = inputs.get(width) ?? [];
        inputs.set(width, list);
        while (list.length <= index) list.push(draft.input(`i${width}_${list.length}`, width));
        return [`i${width}_${index}`, list[index]!];
      };
      for (const w of WIDTHS) {
        for (const widths of shapes(op, w)) {
          const operands = widths.map((width, i) => operand(width, i));
          const args = operands.map(([, expr]) => expr);
          const output = `o${cases.length}`;
          draft.output(output, draft.pool.op(op, args));
          cases.push({ widths, width: resultWidth(op, widths), output, inputs: operands.map(([name]) => name) });
        }
      }
      const engine = createEmbedded(draft.design);
      for (const { widths, width, output, inputs: names } of cases) {
        for (const values of operandSets(random, widths)) {
          names.forEach((name, i) => poke(engine, name, values[i]!));
          engine.settle();
          const wanted = opTable[op].evaluate(values, widths, width);
          expect(peek(engine, output), `${op}(${values.join(', ')}) at ${widths.join(', ')}`).toBe(wanted);
        }
      }
    });
  }
});
