// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { Decl, Stmt } from '../../ir/module.ts';
import { exprsOfPort, exprsOfStmt, forEachStmt } from '../../ir/walk.ts';
import { isWhole } from './comb-items.ts';
import type { ModulePlan } from './plan.ts';

/** Where the text of a whole expression stands, which decides what may stand there. */
export type Place =
  /** right-hand side of a continuous assignment or of a net */
  | 'assign'
  /** right-hand side in an always block */
  | 'value'
  /** an operand with a width of its own: a condition, an index, a port connection */
  | 'operand'
  /** a port connection */
  | 'pin'
  /** a place where only a name, a literal or bits of a name look right */
  | 'name';

export interface Root {
  readonly expr: Expr;
  readonly place: Place;
  /** The signal that gets the value as a whole, where one does. */
  readonly defines: Decl | null;
}

/** Every expression that a body reads. */
export function exprsOfBody(body: readonly Stmt[]): Expr[] {
  const exprs: Expr[] = [];
  forEachStmt(body, (stmt) => {
    for (const expr of exprsOfStmt(stmt)) exprs.push(expr);
  });
  return exprs;
}

/** What the text of a module outside its properties says, expression by expression, in order. */
export function rootsOf(plan: ModulePlan): Root[] {
  const roots: Root[] = [];
  const add = (expr: Expr, place: Place, defines: Decl | null = null): unknown => roots.push({ expr, place, defines });
  for (const net of plan.nets) add(net.value, 'assign', net);
  for (const item of plan.comb) {
    // A table drives a whole variable; beside assignments to the other bits it would be a second kind of driver.
    if (item.kind === 'assign') add(item.value, isWhole(item.target) ? 'assign' : 'value');
    else addBody(item.body, add);
  }
  for (const value of plan.pins.values()) add(value, 'pin');
  for (const block of plan.clocked) addBody(block.body, add);
  for (const memory of plan.memories) {
    for (const port of memory.ports) {
      for (const expr of exprsOfPort(port)) add(expr, expr === port.address ? 'name' : 'operand');
    }
  }
  return roots;
}

/** What the properties of a module, all or some, and the registers for them read; compiled only for simulation or proof. */
export function propertyRootsOf(plan: ModulePlan, properties = plan.properties): Root[] {
  const roots: Root[] = properties.flatMap(({ guard, condition }) => [
    { expr: guard, place: 'operand', defines: null },
    { expr: condition, place: 'operand', defines: null },
  ]);
  const add = (expr: Expr, place: Place): unknown => roots.push({ expr, place, defines: null });
  for (const block of plan.checked) addBody(block.body, add);
  return roots;
}

function addBody(body: readonly Stmt[], add: (expr: Expr, place: Place) => unknown): void {
  forEachStmt(body, (stmt) => {
    switch (stmt.kind) {
      case 'assign':
        add(stmt.value, 'value');
        break;
      case 'when':
        for (const arm of stmt.arms) add(arm.condition, 'operand');
        break;
      case 'switch':
        add(stmt.subject, 'operand');
        break;
      default:
        assertNever(stmt);
    }
  });
}
