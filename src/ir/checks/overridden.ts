// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic } from '../diagnostics.ts';
import type { AssignStmt, Module, Stmt, Target } from '../module.ts';
import { forEachStmt } from '../walk.ts';
import { Atoms } from './atoms.ts';
import { capital, describeBits, describeDecl, isPlural, nameOf } from './describe.ts';

/**
 * Assignments that fight (KLN-D002). In one statement list, an assignment overrides whatever stood before it in that
 * list, also inside a `when`. That is refused when the earlier one loses bits for nothing: all of its bits, or some while
 * the later one also gives others. A default for the whole signal followed by assignments to parts of it is an
 * idiom and fine, and so is a default followed by conditional assignments.
 *
 * Guarantees that no assignment is without effect because of one later assignment. Cost: assigned atoms.
 */
export function checkOverridden(module: Module, atoms = new Atoms(module)): Diagnostic[] {
  const found: Diagnostic[] = [];
  /** The last assignment to each atom by its number, counted from 1 in source order. */
  const last = new Int32Array(atoms.count);
  const assigns: (AssignStmt | null)[] = [null];

  /** First assignment of the list being visited; those of an enclosing list have smaller numbers: they are defaults. */
  let start = 1;
  let losses = 0;
  const give = (atom: number): void => {
    const order = assigns.length - 1;
    const before = last[atom]! >= start ? assigns[last[atom]!]! : null;
    if (before && !isPartOf(assigns[order]!.target, before.target)) losses++;
    last[atom] = order;
  };
  const visit = (body: readonly Stmt[]): void => {
    const outer = start;
    start = assigns.length;
    for (const stmt of body) {
      if (stmt.kind === 'assign') {
        losses = 0;
        assigns.push(stmt);
        atoms.forEach(stmt.target, give);
        if (losses > 0) found.push(overrides(module, stmt, body));
        continue;
      }
      for (const { body: inner } of stmt.kind === 'when' ? stmt.arms : stmt.cases) visit(inner);
      if (stmt.otherwise) visit(stmt.otherwise);
    }
    start = outer;
  };
  visit(module.body);
  return found;
}

/** Does `inner` give a part of the bits of `outer`, and not all? */
function isPartOf(inner: Target, outer: Target): boolean {
  return inner.lo >= outer.lo && inner.lo + inner.width <= outer.lo + outer.width && inner.width < outer.width;
}

function overrides(module: Module, stmt: AssignStmt, body: readonly Stmt[]): Diagnostic {
  const { decl, lo, width } = stmt.target;
  const earlier: AssignStmt[] = [];
  forEachStmt(body.slice(0, body.indexOf(stmt)), (other) => {
    if (other.kind !== 'assign' || other.target.decl !== decl) return;
    const overlaps = other.target.lo < lo + width && lo < other.target.lo + other.target.width;
    if (overlaps && !isPartOf(stmt.target, other.target)) earlier.push(other);
  });
  const bits = describeBits(decl, [{ lo, hi: lo + width }]);
  const verb = isPlural(decl, [{ lo, hi: lo + width }]) ? 'have' : 'has';
  const isSame = earlier.every((other) => other.target.lo === lo && other.target.width === width);
  return {
    code: 'KLN-D002',
    message: isSame
      ? `${capital(bits)} ${verb} ${earlier.length > 1 ? 'several' : 'two'} drivers: the last assignment always wins.`
      : `Assignments to ${describeDecl(decl)} overlap: the last one, to ${bits}, always wins.`,
    module: module.name,
    spans: [
      { span: stmt.span, label: 'assigned here, whatever happened before' },
      ...earlier.slice(0, 8).map((other) => ({ span: other.span, label: 'overridden by it' })),
      { span: decl.span, label: `${nameOf(decl)} is declared here` },
    ],
    cause: 'The last executed assignment to a bit counts, and nothing makes this one conditional.',
    cure: 'Remove one assignment, choose between the values with mux or when, or put the default first.',
  };
}
