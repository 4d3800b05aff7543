// SPDX-License-Identifier: Apache-2.0
import type { Decl, Domain, DomainUse } from '../../ir/module.ts';
import type { NetDecisions } from './decide-nets.ts';
import type { Names } from './names.ts';
import type { VerilogOptions } from './options.ts';
import type { ModulePlan } from './plan.ts';
import type { ExprPrinter } from './print-expr.ts';
import type { Root } from './roots.ts';
import type { Usage } from './usage.ts';

/** What the printers of one module share. Everything in it is decided. */
export interface ModuleContext {
  readonly plan: ModulePlan;
  /** What the text outside properties says, and how often it says what. */
  readonly roots: readonly Root[];
  readonly usage: Usage;
  readonly nets: NetDecisions;
  readonly names: Names;
  readonly exprs: ExprPrinter;
  readonly options: VerilogOptions;
  readonly isTop: boolean;
  /** Name of a module as the files have it. */
  readonly moduleName: (name: string) => string;
}

/** Clock and reset ports of a domain inside the module. */
export function domainUse(context: ModuleContext, domain: Domain): DomainUse {
  const use = context.plan.module.domains.find((each) => each.domain.name === domain.name);
  if (!use) throw new Error(`${context.plan.module.name} has no port for the clock domain ${domain.name}.`);
  return use;
}

/** `@(posedge clk)`, with the reset where it acts at once. */
export function edge(context: ModuleContext, domain: Domain, resets: boolean): string {
  const { clock, reset } = domainUse(context, domain);
  const clockEdge = `posedge ${context.names.decl(clock)}`;
  const isAsync = resets && reset !== null && context.options.reset === 'async';
  return isAsync ? `@(${clockEdge} or posedge ${context.names.decl(reset)})` : `@(${clockEdge})`;
}

/** `[7:0]`, or nothing for one bit. */
export function rangeText(width: number): string {
  return width === 1 ? '' : `[${width - 1}:0]`;
}

/** ` // the user's words (src/x.ts:12)` */
export function remark(context: ModuleContext, decl: { comment: string; span: Decl['span'] }): string {
  const words = decl.comment.replace(/\s+/g, ' ').trim();
  const place = context.options.sourceLines ? `${decl.span.file}:${decl.span.line}` : '';
  if (words === '') return place && ` // ${place}`;
  return place === '' ? ` // ${words}` : ` // ${words} (${place})`;
}

export function maxOf<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, measure(item)), 0);
}
