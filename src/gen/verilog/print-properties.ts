// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Property } from '../../ir/module.ts';
import { domainUse, edge, type ModuleContext } from './module-context.ts';
import type { ExprPrinter } from './print-expr.ts';
import { StatementPrinter } from './print-statements.ts';
import type { Writer } from './writer.ts';

/**
 * Properties twice: for proof tools (`FORMAL`) as assertions, for simulators (`KILN_ASSERT`) as messages that a test bench can
 * read. Nothing is left of them where neither is defined. `printNets` declares what only they read.
 */
export function printProperties(
  context: ModuleContext,
  out: Writer,
  exprs: ExprPrinter,
  printNets: (() => void) | null,
): void {
  const { properties } = context.plan;
  if (properties.length === 0) return;
  if (printNets) {
    for (const line of ['`ifdef FORMAL', '`define KILN_CHECKS', '`elsif KILN_ASSERT', '`define KILN_CHECKS', '`endif'])
      out.line(line);
    out.line('`ifdef KILN_CHECKS');
    printNets();
    out.line('`undef KILN_CHECKS');
    out.line('`endif');
    out.blank();
  }
  out.line('`ifdef FORMAL');
  for (const property of properties) printProof(context, new StatementPrinter(out, exprs, '<='), exprs, property);
  out.line('`endif');
  out.blank();
  const checked = properties.filter((property) => property.kind !== 'cover');
  if (checked.length === 0) return;
  out.line('`ifdef KILN_ASSERT');
  for (const property of checked) printCheck(context, new StatementPrinter(out, exprs, '<='), exprs, property);
  out.line('`endif');
  out.blank();
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

function printCheck(context: ModuleContext, lines: StatementPrinter, exprs: ExprPrinter, property: Property): void {
  const clauses = guards(context, exprs, property, []);
  clauses.push(exprs.negatedFactor(property.condition));
  lines.line(`always ${edge(context, property.domain, true)} begin`, 2, property.span);
  lines.line(`if (${clauses.join(' && ')}) begin`, 4);
  const message = `KILN-EVENT ${property.kind} ${property.name} %m ${quoted(property.message)}`.trimEnd();
  lines.line(`$display("${message}");`, 6, property.span);
  lines.line('end', 4);
  lines.line('end', 2);
}

/** Reset inactive, then the guard, then more; what is always true is left out. */
function guards(context: ModuleContext, exprs: ExprPrinter, property: Property, more: readonly Expr[]): string[] {
  const { reset } = domainUse(context, property.domain);
  const clauses = [property.guard, ...more].filter((expr) => expr.kind !== 'const' || expr.value !== 1n);
  return [...(reset ? [`!${context.names.decl(reset)}`] : []), ...clauses.map((expr) => exprs.factor(expr))];
}

/** The inside of a format string. */
function quoted(text: string): string {
  const escaped = text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/%/g, '%%');
  return escaped.replace(/[^\x20-\x7e]+/g, ' ');
}
