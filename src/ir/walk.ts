// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from './expr.ts';
import type { AssignStmt, Decl, MemoryPort, Module, Stmt } from './module.ts';

/** Visitors over statements and expressions. All are linear; no expression is visited twice by one call. */

/** The statement lists directly inside a statement, in source order. */
export function bodiesOf(stmt: Stmt): readonly (readonly Stmt[])[] {
  switch (stmt.kind) {
    case 'assign':
      return [];
    case 'when':
      return [...stmt.arms.map((arm) => arm.body), ...(stmt.otherwise ? [stmt.otherwise] : [])];
    case 'switch':
      return [...stmt.cases.map((item) => item.body), ...(stmt.otherwise ? [stmt.otherwise] : [])];
    default:
      return assertNever(stmt);
  }
}

/** Every statement, outer before inner, in source order. */
export function forEachStmt(body: readonly Stmt[], visit: (stmt: Stmt) => void): void {
  // An array's own loop: bodies are long, each is walked once or twice, and V8 would interpret a loop of ours for most of that.
  const each = (stmt: Stmt): void => {
    visit(stmt);
    if (stmt.kind === 'assign') return;
    for (const { body: inner } of stmt.kind === 'when' ? stmt.arms : stmt.cases) inner.forEach(each);
    stmt.otherwise?.forEach(each);
  };
  body.forEach(each);
}

/** Every assignment, in source order. */
export function forEachAssign(body: readonly Stmt[], visit: (stmt: AssignStmt) => void): void {
  forEachStmt(body, (stmt) => {
    if (stmt.kind === 'assign') visit(stmt);
  });
}

/** The expressions that a statement holds itself: an assigned value, conditions, a subject. */
export function exprsOfStmt(stmt: Stmt): readonly Expr[] {
  switch (stmt.kind) {
    case 'assign':
      return [stmt.value];
    case 'when':
      return stmt.arms.map((arm) => arm.condition);
    case 'switch':
      return [stmt.subject];
    default:
      return assertNever(stmt);
  }
}

/** The expressions that feed a memory port. */
export function exprsOfPort(port: MemoryPort): readonly Expr[] {
  switch (port.kind) {
    case 'read':
      return [port.address, port.enable];
    case 'write':
      return [port.address, port.enable, port.data, ...(port.mask ? [port.mask] : [])];
    case 'readwrite':
      return [port.address, port.enable, port.write, port.writeData, ...(port.mask ? [port.mask] : [])];
    default:
      return assertNever(port);
  }
}

/**
 * Every expression that a module uses as a whole (not the ones inside them): statements, nets, memories, properties.
 * Statements for which `isMeant` is false are left out, not the ones inside them.
 */
export function rootExprs(module: Module, isMeant: (stmt: Stmt) => boolean = () => true): Expr[] {
  const roots: Expr[] = module.nets.map((net) => net.value);
  forEachStmt(module.body, (stmt) => {
    if (!isMeant(stmt)) return;
    if (stmt.kind === 'assign') roots.push(stmt.value);
    else if (stmt.kind === 'when') for (const { condition } of stmt.arms) roots.push(condition);
    else roots.push(stmt.subject);
  });
  for (const memory of module.memories) for (const port of memory.ports) roots.push(...exprsOfPort(port));
  for (const property of module.properties) roots.push(property.guard, property.condition);
  return roots;
}

/** The roots (of one pool) and everything inside them, each once, operands before their users. */
export function reachableExprs(roots: Iterable<Expr>): Expr[] {
  const stack = [...roots];
  // Operands have smaller numbers than their users. An array that grew from its end would be a slow dictionary.
  const found = new Array<Expr | undefined>(stack.reduce((most, { id }) => Math.max(most, id + 1), 0));
  for (let expr = stack.pop(); expr; expr = stack.pop()) {
    if (found[expr.id]) continue;
    found[expr.id] = expr;
    if (expr.kind === 'op') for (const arg of expr.args) stack.push(arg);
    else if (expr.kind === 'slice') stack.push(expr.arg);
  }
  // Numbers of expressions that nobody uses are holes.
  return found.filter((expr) => expr !== undefined);
}

/** The declarations that expressions (of one pool) read. A pool also holds expressions that nobody uses; those do not count. */
export function readDecls(roots: readonly Expr[]): Set<Decl> {
  const decls = new Set<Decl>();
  const seen = new Uint8Array(roots.reduce((most, { id }) => Math.max(most, id + 1), 0));
  const stack = roots.slice();
  for (let expr = stack.pop(); expr; expr = stack.pop()) {
    if (seen[expr.id] === 1) continue;
    seen[expr.id] = 1;
    if (expr.kind === 'ref') decls.add(expr.decl);
    else if (expr.kind === 'slice') stack.push(expr.arg);
    else if (expr.kind === 'op') for (const arg of expr.args) stack.push(arg);
  }
  return decls;
}
