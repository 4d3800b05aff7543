// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mask } from '../../src/ir/bits.ts';
import { assertNever } from '../../src/ir/expr.ts';
import { opNames, type OpName, opTable } from '../../src/ir/ops.ts';
import { operandFault, resultWidth } from '../../src/ir/width-rules.ts';

/** Does the table say that bit `i` of the result depends on bit `j` of operand `n`? */
function mayDepend(op: OpName, widths: readonly number[], i: number, n: number, j: number): boolean {
  const { depends } = opTable[op];
  switch (depends) {
    case 'bitwise':
      return i === j;
    case 'carry':
      return j <= i;
    case 'all':
      return true;
    case 'choose':
      return n === 0 || i === j;
    case 'concat':
      return widths.slice(n + 1).reduce((sum, w) => sum + w, j) === i;
    default:
      return assertNever(depends);
  }
}

function operandWidths(op: OpName, [a, b, c]: readonly [number, number, number]): number[] {
  const { rule } = opTable[op];
  switch (rule) {
    case 'one':
      return [a];
    case 'equal':
      return [a, a];
    case 'any':
      return [a, b];
    case 'mux':
      return [1, a, a];
    case 'select':
      return [b, a, a, a];
    case 'list':
      return [a, b, c];
    default:
      return assertNever(rule);
  }
}

const width = fc.integer({ min: 1, max: 6 });
const pattern = fc.bigInt({ min: 0n, max: mask(6) });

describe.each(opNames)('%s', (op) => {
  const { evaluate, commutative } = opTable[op];
  const cases = fc
    .tuple(fc.tuple(width, width, width), fc.array(pattern, { minLength: 4, maxLength: 4 }))
    .map(([shape, values]) => {
      const widths = operandWidths(op, shape);
      return { widths, args: widths.map((w, n) => values[n]! & mask(w)), result: resultWidth(op, widths) };
    });

  test('gives a pattern of its width', () => {
    fc.assert(
      fc.property(cases, ({ widths, args, result }) => {
        expect(operandFault(opTable[op].rule, widths)).toBeNull();
        const value = evaluate(args, widths, result);
        expect(value >= 0n && value <= mask(result)).toBe(true);
      }),
    );
  });

  // The loop check and the clock check stand on this.
  test('depends on no bit that the table does not name', () => {
    fc.assert(
      fc.property(cases, ({ widths, args, result }) => {
        const before = evaluate(args, widths, result);
        for (const [n, w] of widths.entries()) {
          for (let j = 0; j < w; j++) {
            const flipped = args.map((arg, k) => (k === n ? arg ^ (1n << BigInt(j)) : arg));
            const changed = before ^ evaluate(flipped, widths, result);
            for (let i = 0; i < result; i++) {
              if ((changed >> BigInt(i)) & 1n && !mayDepend(op, widths, i, n, j)) return false;
            }
          }
        }
        return true;
      }),
    );
  });

  if (commutative) {
    test('does not mind the order of its operands', () => {
      fc.assert(
        fc.property(cases, ({ widths, args, result }) => {
          const swapped = evaluate([...args].reverse(), [...widths].reverse(), result);
          expect(swapped).toBe(evaluate(args, widths, result));
        }),
      );
    });
  }
});
