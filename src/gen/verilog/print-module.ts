// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Decl } from '../../ir/module.ts';
import type { ClockedBlock } from './clocked.ts';
import { type CombItem, isWhole } from './comb-items.ts';
import { domainUse, edge, type ModuleContext } from './module-context.ts';
import { printConstants, printDeclarations, printRegisters } from './print-declarations.ts';
import { ExprPrinter } from './print-expr.ts';
import { printInstance } from './print-instances.ts';
import { printMemoryPorts } from './print-memory.ts';
import { NetPrinter } from './print-nets.ts';
import { printPorts } from './print-ports.ts';
import { printCheckParts, printProofParts, printProperties } from './print-properties.ts';
import { StatementPrinter } from './print-statements.ts';
import { exprsOfBody } from './roots.ts';
import { exprsOfPort } from '../../ir/walk.ts';
import { unreadBits, unreadByProperties } from './unread.ts';
import { commaBreak } from './wrap.ts';
import { Writer } from './writer.ts';

/** From `module` to `endmodule`. */
export function printModule(context: ModuleContext, out: Writer, name: string): void {
  const { module } = context.plan;
  const procedural = proceduralDecls(context);
  const isReg = (decl: Decl): boolean => procedural.has(decl);
  const logic = new Writer();
  printLogic(context, logic);
  const body = new Writer();
  printDeclarations(context, body, isReg);
  body.append(logic);
  // The text above the body lists the state names that the body uses.
  printPorts(context, out, name, isReg);
  printBoundary(context, out);
  printConstants(context, out, context.exprs.constants);
  out.blank();
  out.append(body);
  out.blank();
  printUnused(context, out, context.names.unused, unreadBits(context));
  out.blank();
  out.line('endmodule', module.span);
}

/** Wires and outputs that get their value in an always block. */
function proceduralDecls({ plan, exprs, names }: ModuleContext): Set<Decl> {
  const decls = new Set<Decl>();
  for (const item of plan.comb) {
    if (item.kind === 'block') for (const target of item.targets) decls.add(target);
    else if (exprs.isCase(item.value, names.decl(item.target.decl))) decls.add(item.target.decl);
  }
  return decls;
}

function printLogic(context: ModuleContext, out: Writer): void {
  const { plan, exprs, nets } = context;
  const { module } = plan;
  const printer = new NetPrinter(context, out, exprs, nets.logic);
  for (const net of plan.nets) printer.user(net);
  out.blank();
  for (const item of plan.comb) printComb(context, out, printer, item);
  out.blank();
  for (const instance of module.instances) {
    const values = instance.inputs.flatMap((input) => plan.pins.get(input) ?? []);
    printer.require(values, instance.span);
    out.blank();
    printInstance(context, out, instance);
    out.blank();
  }
  for (const memory of plan.memories) {
    printer.require(memory.ports.flatMap(exprsOfPort), memory.span);
    out.blank();
    printMemoryPorts(context, out, memory);
    out.blank();
  }
  for (const block of plan.clocked) {
    if (block.body.length === 0 && !block.resets) continue;
    printer.require(exprsOfBody(block.body), module.span);
    out.blank();
    printClocked(context, out, block, context.exprs);
    out.blank();
  }
  if (plan.properties.length > 0) printChecks(context, out);
}

/** The properties, with the state names, registers and nets that only they read. */
function printChecks(context: ModuleContext, out: Writer): void {
  const { plan, names, nets } = context;
  const isVisible = (expr: Expr): boolean => nets.withProperties.has(expr);
  const exprs = new ExprPrinter(names, isVisible);
  const logic = new Writer();
  printRegisters(context, logic, [...plan.checkedRegs], exprs);
  const printer = new NetPrinter(context, logic, exprs, nets.withProperties, nets.outside);
  for (const block of plan.checked) {
    printer.require(exprsOfBody(block.body), plan.module.span);
    logic.blank();
    printClocked(context, logic, block, exprs);
    logic.blank();
  }
  for (const { guard, condition, span } of plan.properties) printer.require([guard, condition], span);
  printUnused(context, logic, names.unusedByProperties, unreadByProperties(context));
  const checks = new Writer();
  printCheckParts(context, checks, exprs);
  const forProofs = new ExprPrinter(names, isVisible);
  const proofs = new Writer();
  printProofParts(context, proofs, forProofs);
  const known = context.exprs.constants;
  const declarations = new Writer();
  printConstants(context, declarations, new Set([...exprs.constants].filter((each) => !known.has(each))));
  if (!declarations.isEmpty) declarations.blank();
  declarations.append(logic);
  const more = new Set([...forProofs.constants].filter((each) => !known.has(each) && !exprs.constants.has(each)));
  const constants = new Writer();
  printConstants(context, constants, more);
  printProperties(out, { declarations, constants, proofs, checks });
}

function printComb(context: ModuleContext, out: Writer, printer: NetPrinter, item: CombItem): void {
  const { exprs, names } = context;
  const lines = new StatementPrinter(out, exprs, '=');
  if (item.kind === 'block') {
    printer.require(exprsOfBody(item.body), item.body[0]!.span);
    out.blank();
    lines.line('always @* begin', 2, item.body[0]!.span);
    lines.body(item.body, 4);
    lines.line('end', 2);
    out.blank();
    return;
  }
  const { target, value, span } = item;
  printer.require(belowDefinition(context, value, target.decl), span);
  const name = names.decl(target.decl);
  const left = exprs.bits(target.decl, target.lo, target.width);
  const format = isWhole(target) ? target.decl.format : null;
  if (exprs.isCase(value, name)) {
    out.blank();
    lines.line('always @* begin', 2, span);
    lines.selection(left, value, format, 4);
    lines.line('end', 2);
    out.blank();
  } else {
    lines.line(`assign ${left} = ${exprs.definition(value, name, format)};`, 2, span);
  }
}

/** What the text of a definition reads: the value itself, or what is inside when the target is the name of the value. */
function belowDefinition({ nets }: ModuleContext, value: Expr, target: Decl): readonly Expr[] {
  return value.kind === 'op' && nets.logic.get(value) === target ? value.args : [value];
}

function printClocked(context: ModuleContext, out: Writer, block: ClockedBlock, exprs: ExprPrinter): void {
  const { names } = context;
  const lines = new StatementPrinter(out, exprs, '<=');
  const span = block.body[0]?.span ?? block.regs[0]!.span;
  lines.line(`always ${edge(context, block.domain, block.resets)} begin`, 2, span);
  const { reset } = domainUse(context, block.domain);
  if (!block.resets || !reset) {
    lines.body(block.body, 4);
  } else {
    lines.line(`if (${names.decl(reset)}) begin`, 4);
    for (const reg of block.regs) {
      lines.line(`${names.decl(reg)} <= ${exprs.constant(reg.reset!, reg.width, reg.format)};`, 6, reg.span);
    }
    lines.otherwise(block.body, 4);
  }
  lines.line('end', 2);
}

/** The top's active-low resets, inverted once. */
function printBoundary(context: ModuleContext, out: Writer): void {
  if (!invertsResets(context)) return;
  out.blank();
  for (const port of context.plan.module.ports) {
    if (port.role !== 'reset') continue;
    const name = context.names.decl(port);
    out.line(`  wire ${name} = ~${context.names.port(port)};`, port.span);
  }
}

export function invertsResets({ options, isTop }: Pick<ModuleContext, 'options' | 'isTop'>): boolean {
  return isTop && options.resetPolarity === 'low';
}

/** A name with `unused` in it tells lint tools that this is meant; no cell comes of it. */
function printUnused(context: ModuleContext, out: Writer, name: string, unread: readonly string[]): void {
  if (unread.length === 0) return;
  out.line('  // Read by nothing here.');
  const lines = new StatementPrinter(out, context.exprs, '=');
  lines.line(`wire ${name} = &{${["1'b0", ...unread].join(`,${commaBreak}`)}};`, 2);
}
