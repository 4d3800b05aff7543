// SPDX-License-Identifier: Apache-2.0
import { type Expr, operands } from '../../ir/expr.ts';
import type { Decl } from '../../ir/module.ts';
import { domainUse, type ModuleContext } from './module-context.ts';
import { gaps, type Range } from './ranges.ts';
import { rootsOf } from './roots.ts';
import { countUses } from './usage.ts';

/**
 * Bits that are declared and read by nothing but properties, as text: `spare`, `count[7:4]`. Lint tools want them to be
 * mentioned. Linear but for sorting.
 */
export function unreadBits(context: ModuleContext): string[] {
  const reads = readRanges(context);
  const { plan, names, nets } = context;
  const { module } = plan;
  const texts: string[] = [];
  const check = (key: Decl | Expr, name: string, width: number): void => {
    for (const { lo, hi } of gaps(reads.get(key) ?? [], width)) {
      const isWhole = lo === 0 && hi === width;
      const bits = hi - lo === 1 ? `[${lo}]` : `[${hi - 1}:${lo}]`;
      texts.push(isWhole ? name : name + bits);
    }
  };
  const decls: Decl[] = [
    ...module.ports.filter((port) => port.direction === 'input'),
    ...module.regs,
    ...module.wires,
    ...module.nets,
    ...module.instances.flatMap((instance) => instance.outputs.filter((output) => !plan.aliases.has(output))),
    ...plan.memories.flatMap((memory) => memory.ports.flatMap((port) => (port.kind === 'write' ? [] : [port.data]))),
  ];
  for (const decl of decls) if (decl.width > 0) check(decl, names.decl(decl), decl.width);
  for (const [expr, owner] of nets.logic) if (!owner) check(expr, names.net(expr)!, expr.width);
  return texts;
}

function readRanges(context: ModuleContext): Map<Decl | Expr, Range[]> {
  const { plan, nets } = context;
  const reads = new Map<Decl | Expr, Range[]>();
  const note = (key: Decl | Expr, lo: number, width: number): void => {
    const ranges = reads.get(key);
    if (!ranges) reads.set(key, [{ lo, hi: lo + width }]);
    else ranges.push({ lo, hi: lo + width });
  };
  /** What is read when bits of an expression are written at some place. */
  const read = (expr: Expr, lo: number, width: number): void => {
    if (nets.logic.has(expr)) note(nets.logic.get(expr) ?? expr, lo, width);
    else if (expr.kind === 'ref') {
      const decl = expr.decl.kind === 'instout' ? (plan.aliases.get(expr.decl) ?? expr.decl) : expr.decl;
      note(decl, lo, width);
    } else if (expr.kind === 'slice') read(expr.arg, expr.lo + lo, width);
  };
  const roots = rootsOf(plan);
  for (const { expr, place } of roots) {
    // A definition does not read the net that it defines.
    if (place !== 'assign' || expr.kind !== 'op' || !nets.logic.has(expr)) read(expr, 0, expr.width);
  }
  for (const expr of countUses(roots, plan.module.pool.size).exprs) {
    if (expr.kind === 'slice') continue;
    for (const operand of operands(expr)) read(operand, 0, operand.width);
  }
  for (const decl of clocksAndResets(context)) note(decl, 0, 1);
  return reads;
}

function clocksAndResets(context: ModuleContext): Decl[] {
  const { plan } = context;
  const decls: Decl[] = [];
  for (const block of plan.clocked) {
    const { clock, reset } = domainUse(context, block.domain);
    decls.push(clock, ...(block.resets && reset ? [reset] : []));
  }
  for (const memory of plan.memories) {
    for (const port of memory.ports) {
      if (port.kind !== 'read' || port.synchronous) decls.push(domainUse(context, port.domain).clock);
    }
  }
  for (const { module, domains } of plan.module.instances) {
    for (const use of module.domains) {
      const outer = domains.get(use.domain.name);
      if (!outer) continue;
      const { clock, reset } = domainUse(context, outer);
      decls.push(clock, ...(use.reset && reset ? [reset] : []));
    }
  }
  return decls;
}
