// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { Decl, MemoryPort, Module, NetDecl, Stmt } from '../../ir/module.ts';
import { reachableExprs, rootExprs } from '../../ir/walk.ts';

/**
 * The same module with other expressions in the place of some signals. Nets become new declarations; everything else that can be
 * referred to stays the same object. Linear.
 */
export function rewriteModule(module: Module, replace: (decl: Decl) => Expr | null): Module {
  const { pool } = module;
  const nets = new Map<Decl, NetDecl>();
  const known = new Map<Expr, Expr>();
  const fresh = (expr: Expr): Expr => {
    switch (expr.kind) {
      case 'const':
        return expr;
      case 'ref': {
        const net = nets.get(expr.decl);
        return net ? pool.ref(net) : (replace(expr.decl) ?? expr);
      }
      case 'slice':
        return pool.slice(known.get(expr.arg)!, expr.lo, expr.width);
      case 'op': {
        const args = expr.args.map((operand) => known.get(operand)!);
        return args.every((operand, i) => operand === expr.args[i]) ? expr : pool.op(expr.op, args);
      }
      default:
        return assertNever(expr);
    }
  };
  // Operands come before their users, and the value of a net before the references to it.
  const netOf = new Map<Expr, NetDecl[]>();
  for (const net of module.nets) netOf.set(net.value, [...(netOf.get(net.value) ?? []), net]);
  for (const expr of reachableExprs(rootExprs(module))) {
    const now = fresh(expr);
    known.set(expr, now);
    for (const net of netOf.get(expr) ?? []) nets.set(net, { ...net, value: now });
  }
  const map = (expr: Expr): Expr => known.get(expr)!;
  return {
    ...module,
    nets: module.nets.map((net) => nets.get(net)!),
    memories: module.memories.map((memory) => ({ ...memory, ports: memory.ports.map((port) => mapPort(port, map)) })),
    body: mapBody(module.body, map),
    properties: module.properties.map((each) => ({ ...each, guard: map(each.guard), condition: map(each.condition) })),
  };
}

function mapPort(port: MemoryPort, map: (expr: Expr) => Expr): MemoryPort {
  const [address, enable] = [map(port.address), map(port.enable)];
  switch (port.kind) {
    case 'read':
      return { ...port, address, enable };
    case 'write':
      return { ...port, address, enable, data: map(port.data), mask: port.mask && map(port.mask) };
    case 'readwrite': {
      const [write, writeData] = [map(port.write), map(port.writeData)];
      return { ...port, address, enable, write, writeData, mask: port.mask && map(port.mask) };
    }
    default:
      return assertNever(port);
  }
}

function mapBody(body: readonly Stmt[], map: (expr: Expr) => Expr): Stmt[] {
  return body.map((stmt): Stmt => {
    switch (stmt.kind) {
      case 'assign':
        return { ...stmt, value: map(stmt.value) };
      case 'when': {
        const arms = stmt.arms.map((arm) => ({ ...arm, condition: map(arm.condition), body: mapBody(arm.body, map) }));
        return { ...stmt, arms, otherwise: stmt.otherwise && mapBody(stmt.otherwise, map) };
      }
      case 'switch': {
        const cases = stmt.cases.map((one) => ({ ...one, body: mapBody(one.body, map) }));
        const otherwise = stmt.otherwise && mapBody(stmt.otherwise, map);
        return { ...stmt, subject: map(stmt.subject), cases, otherwise };
      }
      default:
        return assertNever(stmt);
    }
  });
}
