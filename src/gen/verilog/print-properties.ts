// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Property } from '../../ir/module.ts';
import { domainUse, edge, type ModuleContext } from './module-context.ts';
import type { ExprPrinter } from './print-expr.ts';
import { StatementPrinter } from './print-statements.ts';
import type { Writer } from './writer.ts';

/** What is printed of properties, part by part. */
interface PropertyText {
  /** What only properties read. */
  readonly declarations: Writer;
  /** State names that only proofs read. */
  readonly constants: Writer;
  readonly proofs: Writer;
  readonly checks: Writer;
}

/**
 * Properties twice: for proof tools (`FORMAL`) as assertions, for simulators (`KILN_ASSERT`) as messages that a test bench can
 * read. Nothing is left of them where neither is defined.
 */
export function printProperties(out: Writer, { declarations, constants, proofs, checks }: PropertyText): void {
  if (!declarations.isEmpty) {
    for (const line of ['`ifdef FORMAL', '`define KILN_CHECKS', '`elsif KILN_ASSERT', '`define KILN_CHECKS', '`endif'])
      out.line(line);
    out.line('`ifdef KILN_CHECKS');
    out.append(declarations);
    out.line('`undef KILN_CHECKS');
    out.line('`endif');
    out.blank();
  }
  out.line('`ifdef FORMAL');
  out.append(constants);
  out.append(proofs);
  out.line('`endif');
  out.blank();
  if (checks.isEmpty) return;
  out.line('`ifdef KILN_ASSERT');
  out.append(checks);
  out.line('`endif');
  out.blank();
}

export function printProofParts(context: ModuleContext, out: Writer, exprs: ExprPrinter): void {
  const lines = new StatementPrinter(out, exprs, '<=');
  for (const property of context.plan.properties) printProof(context, lines, exprs, property);
}

/** Covers are counted by the embedded simulator alone. */
export function printCheckParts(context: ModuleContext, out: Writer, exprs: ExprPrinter): void {
  const lines = new StatementPrinter(out, exprs, '<=');
  for (const property of context.plan.properties) {
    if (property.kind !== 'cover') printCheck(context, lines, exprs, property);
  }
}

function printProof(context: ModuleContext, lines: StatementPrinter, exprs: ExprPrinter, property: Property): void {
  const { kind, condition, span } = property;
  const clauses = guards(context, exprs, property, kind === 'cover' ? [condition] : []);
  const label = context.names.item(property);
  lines.line(`always ${edge(context, property.domain, false)} begin`, 2, span);
  if (kind === 'cover') {
    lines.line(`${label}: cover (${clauses.length > 0 ? clauses.join(' && ') : exprs.condition(condition)});`, 4, span);
  } else {
    const statement = `${label}: ${kind} (${exprs.condition(condition)});`;
    if (clauses.length > 0) lines.line(`if (${clauses.join(' && ')}) begin`, 4);
    lines.line(statement, clauses.length > 0 ? 6 : 4, span);
    if (clauses.length > 0) lines.line('end', 4);
  }
  lines.line('end', 2);
}

/**
 * The reset stands in an `if` of its own: in `!rst && c`, where c has more than 64 bits inside and turns out to be constant,
 * Verilator 5.006 forgets to take one bit of the inverted reset, which then always holds.
 */
function printCheck(context: ModuleContext, lines: StatementPrinter, exprs: ExprPrinter, property: Property): void {
  const { reset } = domainUse(context, property.domain);
  const clauses = [...conditions(exprs, [property.guard]), exprs.negatedFactor(property.condition)].join(' && ');
  const nested = reset ? [`!${context.names.decl(reset)}`, clauses] : [clauses];
  const message = `KILN-EVENT ${property.kind} ${property.name} %m ${quoted(property.message)}`.trimEnd();
  lines.line(`always ${edge(context, property.domain, true)} begin`, 2, property.span);
  nested.forEach((condition, i) => lines.line(`if (${condition}) begin`, 4 + 2 * i));
  lines.line(`$display("${message}");`, 4 + 2 * nested.length, property.span);
  nested.forEach((_, i) => lines.line('end', 2 + 2 * (nested.length - i)));
  lines.line('end', 2);
}

/** Reset inactive, then the guard, then more; what is always true is left out. */
function guards(context: ModuleContext, exprs: ExprPrinter, property: Property, more: readonly Expr[]): string[] {
  const { reset } = domainUse(context, property.domain);
  return [...(reset ? [`!${context.names.decl(reset)}`] : []), ...conditions(exprs, [property.guard, ...more])];
}

function conditions(exprs: ExprPrinter, list: readonly Expr[]): string[] {
  return list.filter((expr) => expr.kind !== 'const' || expr.value !== 1n).map((expr) => exprs.factor(expr));
}

/** The inside of a format string. */
function quoted(text: string): string {
  const escaped = text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/%/g, '%%');
  return escaped.replace(/[^\x20-\x7e]+/g, ' ');
}
