// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic } from '../diagnostics.ts';
import type { Driven, Module, Stmt, SwitchStmt, WhenStmt } from '../module.ts';
import { Atoms } from './atoms.ts';
import { type Bits, capital, describeBits, isPlural, joinWords, limit, nameOf } from './describe.ts';
import { drivenDecls } from './driven.ts';
import { type Path, pathsThrough } from './paths.ts';

/**
 * Combinational signals that keep their value on some path (KLN-L001). Guarantees for every output, wire and instance
 * input: a bit that is assigned anywhere is assigned on every path. Ways through different statements count as
 * independent, as they do for a synthesis tool. Bits assigned nowhere are another check's.
 *
 * Cost: assigned atoms times nesting depth; naming a path is paid for by a finding only.
 */
export function checkLatches(module: Module, atoms = new Atoms(module)): Diagnostic[] {
  const always = assignedAlways(module.body, atoms);
  return drivenDecls(module).flatMap((decl) => {
    if (decl.kind === 'reg') return [];
    const kept = atoms.bitsWhere(decl, (atom) => atoms.isAssigned(atom) && !always.has(atom));
    return kept.length === 0 ? [] : [latch(module, atoms, decl, kept)];
  });
}

function assignedAlways(body: readonly Stmt[], atoms: Atoms): Set<number> {
  const always = new Set<number>();
  for (const stmt of body) {
    if (stmt.kind === 'assign') {
      // A register keeps its value by right.
      if (stmt.target.decl.kind !== 'reg') atoms.forEach(stmt.target, (atom) => always.add(atom));
    } else if (mayCover(stmt))
      for (const atom of inEvery(pathsThrough(stmt).map((path) => assignedAlways(path.body, atoms)))) always.add(atom);
  }
  return always;
}

/** Has a statement a way for every case? One `when` alone has not, and most statements are such. */
function mayCover(stmt: WhenStmt | SwitchStmt): boolean {
  return (
    stmt.otherwise !== null || stmt.kind === 'switch' || stmt.arms.some(({ condition }) => condition.kind === 'const')
  );
}

/** The atoms that are in each of several sets. */
function inEvery(sets: readonly ReadonlySet<number>[]): Iterable<number> {
  if (sets.some((set) => set.size === 0)) return [];
  const smallest = sets.reduce((a, b) => (b.size < a.size ? b : a));
  return [...smallest].filter((atom) => sets.every((set) => set.has(atom)));
}

function latch(module: Module, atoms: Atoms, decl: Driven, kept: readonly Bits[]): Diagnostic {
  const path = pathWithout(module.body, atoms, atoms.first(decl, kept[0]!.lo));
  const plural = isPlural(decl, kept);
  const conditions = joinWords(
    limit(
      path.map((step) => step.when()),
      4,
    ),
  );
  return {
    code: 'KLN-L001',
    message: `${capital(describeBits(decl, kept))} ${plural ? 'are' : 'is'} not assigned when ${conditions}.`,
    module: module.name,
    spans: [
      ...path.map((step) => ({ span: step.span, label: `${step.when()}: no assignment` })),
      { span: decl.span, label: `${nameOf(decl)} is declared here` },
    ],
    cause: 'A combinational signal that is not assigned on some path keeps its old value, which makes a latch.',
    cure: `Assign ${nameOf(decl)} a default before the conditions, or add an otherwise; a value to keep is a register.`,
  };
}

/** One way through a body on which no statement assigns an atom: the choices made at the statements that could have. */
function pathWithout(body: readonly Stmt[], atoms: Atoms, atom: number): Path[] {
  const steps: Path[] = [];
  for (const stmt of body) {
    if (stmt.kind === 'assign') continue;
    const paths = pathsThrough(stmt);
    if (!paths.some((path) => mentions(path.body, atoms, atom))) continue;
    const open = paths.find((path) => !assignedAlways(path.body, atoms).has(atom))!;
    steps.push(open, ...pathWithout(open.body, atoms, atom));
  }
  return steps;
}

function mentions(body: readonly Stmt[], atoms: Atoms, atom: number): boolean {
  return body.some((stmt) => {
    if (stmt.kind !== 'assign') return pathsThrough(stmt).some((path) => mentions(path.body, atoms, atom));
    let found = false;
    atoms.forEach(stmt.target, (each) => (found ||= each === atom));
    return found;
  });
}
