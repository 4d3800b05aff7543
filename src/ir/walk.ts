// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, operands } from './expr.ts';
import type { Decl, MemoryPort, Module, Stmt } from './module.ts';

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
  for (const stmt of body) {
    visit(stmt);
    for (const inner of bodiesOf(stmt)) forEachStmt(inner, visit);
  }
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
    if (isMeant(stmt)) roots.push(...exprsOfStmt(stmt));
  });
  for (const memory of module.memories) for (const port of memory.ports) roots.push(...exprsOfPort(port));
  for (const property of module.properties) roots.push(property.guard, property.condition);
  return roots;
}

/** The roots (of one pool) and everything inside them, each once, operands before their users. */
export function reachableExprs(roots: Iterable<Expr>): Expr[] {
  const found: (Expr | undefined)[] = [];
  const stack: Expr[] = [...roots];
  for (let expr = stack.pop(); expr; expr = stack.pop()) {
    if (found[expr.id]) continue;
    found[expr.id] = expr;
    for (const operand of operands(expr)) stack.push(operand);
  }
  // Numbers of expressions that nobody uses are holes.
  return found.filter((expr) => expr !== undefined);
}

/** The declarations that expressions read. A pool also holds expressions that nobody uses; those do not count. */
export function readDecls(roots: Iterable<Expr>): Set<Decl> {
  const decls = new Set<Decl>();
  for (const expr of reachableExprs(roots)) if (expr.kind === 'ref') decls.add(expr.decl);
  return decls;
}
