// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../../src/ir/expr.ts';
import type { Decl, Module, Stmt } from '../../../src/ir/module.ts';
import { opTable } from '../../../src/ir/ops.ts';

/** Combinational dependencies with one node a bit, named `<declaration>[<bit>]`. For tests on small modules. */
export function bitsBehind(module: Module): Map<string, Set<string>> {
  const behind = new Map<string, Set<string>>();
  const add = (decl: Decl, bit: number, sources: Iterable<string>): void => {
    const name = bitName(decl, bit);
    const known = behind.get(name) ?? new Set();
    for (const source of sources) known.add(source);
    behind.set(name, known);
  };
  const walk = (body: readonly Stmt[], conditions: readonly string[]): void => {
    for (const stmt of body) {
      if (stmt.kind === 'assign') {
        const { decl, lo, width } = stmt.target;
        for (let i = 0; i < width; i++) add(decl, lo + i, [...conditions, ...sourcesOf(stmt.value, i)]);
      } else if (stmt.kind === 'when') {
        for (const arm of stmt.arms) walk(arm.body, [...conditions, ...sourcesOf(arm.condition, 0)]);
      }
    }
  };
  walk(module.body, []);
  for (const { module: child, inputs, outputs } of module.instances) {
    const inside = reachable(bitsBehind(child));
    for (const output of outputs) {
      for (let bit = 0; bit < output.width; bit++) {
        const ports = inside(bitName(output.port, bit));
        const pins = inputs.flatMap((input) =>
          Array.from({ length: input.width }, (_, i) => i)
            .filter((i) => ports.has(bitName(input.port, i)))
            .map((i) => bitName(input, i)),
        );
        add(output, bit, pins);
      }
    }
  }
  return behind;
}

function bitName(decl: Decl, bit: number): string {
  return `${decl.name}[${bit}]`;
}

function reachable(behind: ReadonlyMap<string, ReadonlySet<string>>): (start: string) => Set<string> {
  return (start) => {
    const seen = new Set<string>();
    const stack = [start];
    for (let bit = stack.pop(); bit !== undefined; bit = stack.pop()) {
      if (seen.has(bit)) continue;
      seen.add(bit);
      stack.push(...(behind.get(bit) ?? []));
    }
    return seen;
  };
}

function allBits(expr: Expr): string[] {
  return Array.from({ length: expr.width }, (_, i) => sourcesOf(expr, i)).flat();
}

/** The declared bits that bit `i` of an expression reads. */
function sourcesOf(expr: Expr, i: number): string[] {
  switch (expr.kind) {
    case 'const':
      return [];
    case 'ref':
      return [bitName(expr.decl, i)];
    case 'slice':
      return sourcesOf(expr.arg, expr.lo + i);
    case 'op':
      break;
    default:
      return assertNever(expr);
  }
  const { depends } = opTable[expr.op];
  switch (depends) {
    case 'bitwise':
      return expr.args.flatMap((arg) => sourcesOf(arg, i));
    case 'carry':
      return expr.args.flatMap((arg) => upTo(arg, i));
    case 'choose':
      return [...allBits(expr.args[0]!), ...expr.args.slice(1).flatMap((arg) => sourcesOf(arg, i))];
    case 'concat': {
      let base = expr.width;
      const part = expr.args.find((arg) => i >= (base -= arg.width))!;
      return sourcesOf(part, i - base);
    }
    case 'all':
      return expr.args.flatMap(allBits);
    default:
      return assertNever(depends);
  }
}

function upTo(expr: Expr, i: number): string[] {
  return Array.from({ length: Math.min(expr.width, i + 1) }, (_, j) => sourcesOf(expr, j)).flat();
}
