// SPDX-License-Identifier: Apache-2.0
import { assertNever } from './expr.ts';
import { type OpName, type OperandRule, opTable } from './ops.ts';

/** What is wrong with operands of these widths, or null. The text names widths only; the caller knows the names. */
export function operandFault(rule: OperandRule, widths: readonly number[]): string | null {
  const [first, second, third] = widths;
  switch (rule) {
    case 'one':
      return widths.length === 1 ? null : `takes 1 operand, not ${widths.length}`;
    case 'any':
      return widths.length === 2 ? null : `takes 2 operands, not ${widths.length}`;
    case 'equal':
      if (widths.length !== 2) return `takes 2 operands, not ${widths.length}`;
      return first === second ? null : `needs operands of equal width, but they are ${first} and ${second} bits wide`;
    case 'mux':
      if (widths.length !== 3) return `takes 3 operands, not ${widths.length}`;
      if (first !== 1) return `needs a 1-bit condition, but it is ${first} bits wide`;
      return second === third ? null : `needs choices of equal width, but they are ${second} and ${third} bits wide`;
    case 'select': {
      if (widths.length < 2) return 'needs an index and at least one choice';
      const odd = widths.slice(2).find((w) => w !== second);
      return odd === undefined ? null : `needs choices of equal width, but they are ${second} and ${odd} bits wide`;
    }
    case 'list':
      return widths.length > 0 ? null : 'needs at least one operand';
    default:
      return assertNever(rule);
  }
}

/** Result width in bits of an operator over operands that satisfy its rule. */
export function resultWidth(op: OpName, widths: readonly number[]): number {
  const rule = opTable[op].width;
  switch (rule) {
    case 'same':
      return widths[widths.length - 1]!;
    case 'first':
      return widths[0]!;
    case 'bit':
      return 1;
    case 'sum':
      return widths.reduce((sum, w) => sum + w, 0);
    default:
      return assertNever(rule);
  }
}
