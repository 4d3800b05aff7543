// SPDX-License-Identifier: Apache-2.0
import { type Expr, operands } from '../../ir/expr.ts';
import type { Decl } from '../../ir/module.ts';
import type { NetChoice } from './decide-nets.ts';
import { domainUse, type ModuleContext } from './module-context.ts';
import type { ModulePlan } from './plan.ts';
import { gaps, type Range } from './ranges.ts';
import { propertyRootsOf, type Root } from './roots.ts';
import { countUses, type Usage } from './usage.ts';

type Key = Decl | Expr;

/**
 * Bits that are declared and read by nothing but properties, as text: `spare`, `count[7:4]`. Lint tools want them to be
 * mentioned. Linear but for sorting.
 */
export function unreadBits(context: ModuleContext): string[] {
  const { plan, names, nets } = context;
  const { module } = plan;
  const reads = readRanges(context.roots, context.usage, nets.logic, plan);
  for (const decl of clocksAndResets(context)) note(reads, decl, 0, 1);
  const decls: Decl[] = [
    ...module.ports.filter((port) => port.direction === 'input'),
    ...module.regs,
    ...module.wires,
    ...module.nets,
    ...module.instances.flatMap((instance) => instance.outputs.filter((output) => !plan.aliases.has(output))),
    ...plan.memories.flatMap((memory) => memory.ports.flatMap((port) => (port.kind === 'write' ? [] : [port.data]))),
  ];
  const ofDecls = decls.flatMap((decl) => gapsOf(reads, decl, names.decl(decl), decl.width));
  return [...ofDecls, ...derivedGaps(context, reads, nets.logic)];
}

/** The same for the nets that only properties read. */
export function unreadByProperties(context: ModuleContext): string[] {
  const { plan, nets } = context;
  const own = new Map([...nets.withProperties].filter(([expr]) => !nets.logic.has(expr)));
  const roots = propertyRootsOf(plan);
  const usage = countUses(roots, plan.module.pool.size);
  return derivedGaps(context, readRanges(roots, usage, nets.withProperties, plan), own);
}

function derivedGaps({ names }: ModuleContext, reads: ReadonlyMap<Key, Range[]>, nets: NetChoice): string[] {
  return [...nets].flatMap(([expr, owner]) => (owner ? [] : gapsOf(reads, expr, names.net(expr)!, expr.width)));
}

function gapsOf(reads: ReadonlyMap<Key, Range[]>, key: Key, name: string, width: number): string[] {
  return gaps(reads.get(key) ?? [], width).map(({ lo, hi }) => {
    if (hi - lo === width) return name;
    return name + (hi - lo === 1 ? `[${lo}]` : `[${hi - 1}:${lo}]`);
  });
}

function note(reads: Map<Key, Range[]>, key: Key, lo: number, width: number): void {
  const ranges = reads.get(key);
  if (!ranges) reads.set(key, [{ lo, hi: lo + width }]);
  else ranges.push({ lo, hi: lo + width });
}

/** The bits that the text of some expressions reads, by what is named there. */
function readRanges(roots: readonly Root[], usage: Usage, nets: NetChoice, plan: ModulePlan): Map<Key, Range[]> {
  const reads = new Map<Key, Range[]>();
  const read = (expr: Expr, lo: number, width: number): void => {
    if (nets.has(expr)) note(reads, nets.get(expr) ?? expr, lo, width);
    else if (expr.kind === 'slice') read(expr.arg, expr.lo + lo, width);
    else if (expr.kind === 'ref') {
      const decl = expr.decl.kind === 'instout' ? (plan.aliases.get(expr.decl) ?? expr.decl) : expr.decl;
      note(reads, decl, lo, width);
    }
  };
  for (const { expr, defines } of roots) {
    // A definition does not read the net that it defines.
    if (defines === null || nets.get(expr) !== defines) read(expr, 0, expr.width);
  }
  for (const expr of usage.exprs) {
    if (expr.kind === 'slice') continue;
    for (const operand of operands(expr)) read(operand, 0, operand.width);
  }
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
