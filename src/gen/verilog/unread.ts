// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import { ExprMap } from '../../ir/expr-map.ts';
import type { Decl } from '../../ir/module.ts';
import type { NetChoice } from './decide-nets.ts';
import { domainUse, type ModuleContext } from './module-context.ts';
import type { ModulePlan } from './plan.ts';
import { gaps, type Range } from './ranges.ts';
import { propertyRootsOf, type Root } from './roots.ts';
import { countUses, type Usage } from './usage.ts';

/** What is read of something: ranges of bits, or all of it, which is most often so and takes no list. */
type Read = Range[] | 'all';

interface Reads {
  readonly decls: Map<Decl, Read>;
  /** Of nets that the emitter adds. */
  readonly nets: ExprMap<Read>;
}

/**
 * Bits that are declared and read by nothing but properties, as text: `spare`, `count[7:4]`. Lint tools want them to be
 * mentioned. Linear but for sorting.
 */
export function unreadBits(context: ModuleContext): string[] {
  const { plan, names, nets } = context;
  const { module } = plan;
  const reads = readRanges(context.roots, context.usage, nets.logic, plan);
  for (const decl of clocksAndResets(context)) reads.decls.set(decl, 'all');
  const decls: Decl[] = [
    ...module.ports.filter((port) => port.direction === 'input'),
    ...module.regs.filter((reg) => !plan.checkedRegs.has(reg)),
    ...module.wires,
    ...module.nets,
    ...module.instances.flatMap((instance) => instance.outputs.filter((output) => !plan.aliases.has(output))),
    ...plan.memories.flatMap((memory) => memory.ports.flatMap((port) => (port.kind === 'write' ? [] : [port.data]))),
  ];
  const ofDecls = decls.flatMap((decl) => gapsOf(reads.decls.get(decl), names.decl(decl), decl.width));
  return [...ofDecls, ...derivedGaps(context, reads, nets.logic, nets.logic.keys())];
}

/** The same for the registers and nets that only properties read. Simulators do not see the covers among these. */
export function unreadByProperties(context: ModuleContext): string[] {
  const { plan, nets } = context;
  const own = nets.withProperties.keys().filter((expr) => !nets.logic.has(expr));
  const simulated = plan.properties.filter(({ kind }) => kind !== 'cover');
  const roots = propertyRootsOf(plan, simulated);
  const usage = countUses(roots, plan.module.pool.size, nets.outside);
  const reads = readRanges(roots, usage, nets.withProperties, plan);
  const ofRegs = [...plan.checkedRegs].flatMap((reg) =>
    gapsOf(reads.decls.get(reg), context.names.decl(reg), reg.width),
  );
  return [...ofRegs, ...derivedGaps(context, reads, nets.withProperties, own)];
}

function derivedGaps({ names }: ModuleContext, reads: Reads, nets: NetChoice, own: readonly Expr[]): string[] {
  const derived = own.filter((expr) => nets.get(expr) === null);
  return derived.flatMap((expr) => gapsOf(reads.nets.get(expr), names.net(expr)!, expr.width));
}

function gapsOf(read: Read | undefined, name: string, width: number): string[] {
  if (read === 'all') return [];
  return gaps(read ?? [], width).map(({ lo, hi }) => {
    if (hi - lo === width) return name;
    return name + (hi - lo === 1 ? `[${lo}]` : `[${hi - 1}:${lo}]`);
  });
}

type ReadsOf<K> = Pick<Map<K, Read>, 'get'> & { set(key: K, read: Read): unknown };

function note<K extends { readonly width: number }>(reads: ReadsOf<K>, key: K, lo: number, width: number): void {
  const ranges = reads.get(key);
  if (ranges === 'all') return;
  if (width === key.width) reads.set(key, 'all');
  else if (!ranges) reads.set(key, [{ lo, hi: lo + width }]);
  else ranges.push({ lo, hi: lo + width });
}

/** The bits that the text of some expressions reads, by what is named there. */
function readRanges(roots: readonly Root[], usage: Usage, nets: NetChoice, plan: ModulePlan): Reads {
  const reads: Reads = { decls: new Map(), nets: new ExprMap(plan.module.pool.size) };
  const read = (expr: Expr, lo: number, width: number): void => {
    const owner = nets.get(expr);
    if (owner) note(reads.decls, owner, lo, width);
    else if (owner === null) note(reads.nets, expr, lo, width);
    else if (expr.kind === 'slice') read(expr.arg, expr.lo + lo, width);
    else if (expr.kind === 'ref') {
      const decl = expr.decl.kind === 'instout' ? (plan.aliases.get(expr.decl) ?? expr.decl) : expr.decl;
      note(reads.decls, decl, lo, width);
    }
  };
  roots.forEach(({ expr, defines }) => {
    // A definition does not read the net that it defines.
    if (defines === null || nets.get(expr) !== defines) read(expr, 0, expr.width);
  });
  usage.exprs.forEach((expr) => {
    if (expr.kind === 'op') for (const operand of expr.args) read(operand, 0, operand.width);
  });
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
