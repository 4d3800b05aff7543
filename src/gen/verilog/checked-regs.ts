// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Driven, Module, RegDecl, Stmt } from '../../ir/module.ts';
import { exprsOfPort, readDecls } from '../../ir/walk.ts';

/** The conditions of one statement, and what stands around it. Shared, so that all together are linear. */
interface Context {
  readonly conditions: readonly Expr[];
  readonly outer: Context | null;
}

/** What a driven signal depends on. */
interface Source {
  readonly values: Expr[];
  readonly contexts: Set<Context>;
}

/**
 * Registers that nothing but properties reads, directly or through registers of the same kind. They have no business in the
 * hardware, so their text stands inside the `ifdef`. Registers that nothing reads at all are not among them: those stay where a
 * reader of waves looks for them. Linear, and nothing in a module without properties.
 */
export function checkedRegs(module: Module): ReadonlySet<RegDecl> {
  if (module.properties.length === 0) return new Set();
  const sources = new Map<Driven, Source>();
  collect(module.body, null, sources);
  const checks = module.properties.flatMap(({ guard, condition }) => [guard, condition]);
  const byChecks = reached(checks, [], sources);
  const others = [
    ...module.nets.map((net) => net.value),
    ...module.memories.flatMap((memory) => memory.ports.flatMap(exprsOfPort)),
  ];
  const driven = [...sources].flatMap(([decl, source]) => (decl.kind === 'reg' && byChecks.has(decl) ? [] : [source]));
  const byLogic = reached(others, driven, sources);
  return new Set(module.regs.filter((reg) => byChecks.has(reg) && !byLogic.has(reg)));
}

/** The registers that expressions and sources read, and those that the next values of these read, and so on. */
function reached(
  from: readonly Expr[],
  alsoFrom: readonly Source[],
  sources: ReadonlyMap<Driven, Source>,
): Set<RegDecl> {
  const regs = new Set<RegDecl>();
  const contexts = new Set<Context>();
  const exprsOf = ({ values, contexts: around }: Source): Expr[] => {
    const exprs = [...values];
    for (const first of around) {
      for (let each: Context | null = first; each && !contexts.has(each); each = each.outer) {
        contexts.add(each);
        for (const condition of each.conditions) exprs.push(condition);
      }
    }
    return exprs;
  };
  let exprs = [...from, ...alsoFrom.flatMap(exprsOf)];
  while (exprs.length > 0) {
    const fresh = [...readDecls(exprs)].filter((decl) => decl.kind === 'reg').filter((reg) => !regs.has(reg));
    for (const reg of fresh) regs.add(reg);
    exprs = fresh.flatMap((reg) => {
      const source = sources.get(reg);
      return source ? exprsOf(source) : [];
    });
  }
  return regs;
}

function collect(body: readonly Stmt[], outer: Context | null, sources: Map<Driven, Source>): void {
  for (const stmt of body) {
    if (stmt.kind === 'assign') {
      const { decl } = stmt.target;
      let source = sources.get(decl);
      if (!source) sources.set(decl, (source = { values: [], contexts: new Set() }));
      source.values.push(stmt.value);
      if (outer) source.contexts.add(outer);
      continue;
    }
    const conditions = stmt.kind === 'when' ? stmt.arms.map((arm) => arm.condition) : [stmt.subject];
    const inner = { conditions, outer };
    for (const each of stmt.kind === 'when' ? stmt.arms : stmt.cases) collect(each.body, inner, sources);
    if (stmt.otherwise) collect(stmt.otherwise, inner, sources);
  }
}
