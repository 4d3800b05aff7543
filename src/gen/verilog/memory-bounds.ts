// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Memory } from '../../ir/module.ts';
import type { Span } from '../../ir/span.ts';
import { literal } from './literal.ts';
import type { ExprPrinter } from './print-expr.ts';
import type { StatementPrinter } from './print-statements.ts';
import type { Writer } from './writer.ts';

interface Printers {
  readonly out: Writer;
  readonly lines: StatementPrinter;
  readonly exprs: ExprPrinter;
}

/** Can an address lie beyond the last word? There Verilog has X and Kiln has zero. */
function mayReadBeyond({ depth }: Memory, address: Expr): boolean {
  if (depth === 1 || BigInt(depth) >> BigInt(address.width) > 0n) return false;
  return address.kind !== 'const' || address.value >= BigInt(depth);
}

/** The address against the number of words. */
function compared({ depth }: Memory, address: Expr, operator: '<' | '>=', exprs: ExprPrinter): string {
  return `${exprs.value(address)} ${operator} ${literal(BigInt(depth), address.width)}`;
}

/**
 * An asynchronous read. Simulators get the zero; synthesis does not, since it would pay with logic and has no X. Tools for
 * synthesis define SYNTHESIS; one that does not gets that logic and the same values.
 */
export function printAsyncRead(
  { out, lines, exprs }: Printers,
  memory: Memory,
  read: { readonly address: Expr; readonly data: string; readonly word: string; readonly span: Span },
): void {
  const { address, data, word, span } = read;
  const plain = `assign ${data} = ${word};`;
  if (!mayReadBeyond(memory, address)) {
    lines.line(plain, 2, span);
    return;
  }
  out.line('`ifdef SYNTHESIS');
  lines.line(plain, 2, span);
  out.line('`else');
  const isWithin = compared(memory, address, '<', exprs);
  lines.line(`assign ${data} = (${isWithin}) ? ${word} : ${literal(0n, memory.width)};`, 2, span);
  out.line('`endif');
}

/** The same after a read into a register. */
export function printZeroBeyond(
  { out, lines, exprs }: Printers,
  memory: Memory,
  read: { readonly address: Expr; readonly data: string },
  indent: number,
): void {
  if (!mayReadBeyond(memory, read.address)) return;
  out.line('`ifndef SYNTHESIS');
  lines.line(`if (${compared(memory, read.address, '>=', exprs)}) begin`, indent);
  lines.line(`${read.data} <= ${literal(0n, memory.width)};`, indent + 2);
  lines.line('end', indent);
  out.line('`endif');
}
