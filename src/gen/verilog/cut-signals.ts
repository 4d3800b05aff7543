// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { Decl, Driven, Module, NetDecl, Stmt, WireDecl } from '../../ir/module.ts';
import { BitsOf } from './bits-of.ts';
import { rewriteModule } from './rewrite-module.ts';

/** A signal that is to become one wire for each stretch between neighbouring edges. */
export interface Cut {
  readonly decl: Driven;
  /** From 0 to the width, rising. */
  readonly edges: readonly number[];
}

/** The wires that stand for each cut signal, lowest bits first. */
export type Parts = ReadonlyMap<Decl, readonly WireDecl[]>;

/**
 * The same module with some signals in parts. A cut signal is still there, as the parts put together, for those who
 * read all of it; what read bits of it reads parts. `nets` are nets to look through when a value is taken apart.
 */
export function cutSignals(
  module: Module,
  cuts: readonly Cut[],
  nets: ReadonlySet<Decl>,
): { module: Module; parts: Parts } {
  const { pool } = module;
  const parts: Parts = new Map<Decl, readonly WireDecl[]>(cuts.map((cut) => [cut.decl, partsOf(cut)]));
  const whole = (decl: Decl): Expr =>
    pool.op(
      'concat',
      parts
        .get(decl)!
        .toReversed()
        .map((part) => pool.ref(part)),
    );
  const bits = new BitsOf(pool, nets);
  const taken = takeApart(module.body, parts, bits);
  const rewritten = rewriteModule({ ...module, body: taken }, (decl) => (parts.has(decl) ? whole(decl) : null));
  const wires = rewritten.wires.flatMap((wire) => parts.get(wire) ?? [wire]);
  const nameds: NetDecl[] = [];
  const assigns: Stmt[] = [];
  for (const { decl } of cuts) {
    if (decl.kind === 'wire') nameds.push({ ...decl, kind: 'net', value: whole(decl) });
    else {
      wires.push(...parts.get(decl)!);
      const target = { decl, lo: 0, width: decl.width };
      assigns.push({ kind: 'assign', target, value: whole(decl), span: decl.span });
    }
  }
  const allNets = [...rewritten.nets, ...nameds];
  return { module: { ...rewritten, wires, nets: allNets, body: [...rewritten.body, ...assigns] }, parts };
}

function partsOf({ decl, edges }: Cut): WireDecl[] {
  return edges.slice(1).map((hi, i) => {
    const lo = edges[i]!;
    const bits = hi - lo === 1 ? `${lo}` : `${hi - 1}_${lo}`;
    const { path, span } = decl;
    const format = { kind: 'unsigned' } as const;
    return {
      kind: 'wire',
      name: `${decl.name}_${bits}`,
      width: hi - lo,
      format,
      path: [...path, bits],
      comment: '',
      span,
    };
  });
}

/** Assignments to a cut signal become assignments to its parts. */
function takeApart(body: readonly Stmt[], parts: Parts, bits: BitsOf): Stmt[] {
  return body.flatMap((stmt): Stmt[] => {
    switch (stmt.kind) {
      case 'assign': {
        const list = parts.get(stmt.target.decl);
        return list ? assignParts(stmt, list, bits) : [stmt];
      }
      case 'when': {
        const arms = stmt.arms.map((arm) => ({ ...arm, body: takeApart(arm.body, parts, bits) }));
        return [{ ...stmt, arms, otherwise: stmt.otherwise && takeApart(stmt.otherwise, parts, bits) }];
      }
      case 'switch': {
        const cases = stmt.cases.map((one) => ({ ...one, body: takeApart(one.body, parts, bits) }));
        return [{ ...stmt, cases, otherwise: stmt.otherwise && takeApart(stmt.otherwise, parts, bits) }];
      }
      default:
        return assertNever(stmt);
    }
  });
}

function assignParts(stmt: Stmt & { kind: 'assign' }, parts: readonly WireDecl[], bits: BitsOf): Stmt[] {
  const { target, value } = stmt;
  const assigns: Stmt[] = [];
  let base = 0;
  for (const part of parts) {
    const lo = Math.max(base, target.lo);
    const hi = Math.min(base + part.width, target.lo + target.width);
    if (lo < hi) {
      const within = { decl: part, lo: lo - base, width: hi - lo };
      assigns.push({ ...stmt, target: within, value: bits.of(value, lo - target.lo, hi - lo) });
    }
    base += part.width;
  }
  return assigns;
}
