// SPDX-License-Identifier: Apache-2.0
import { assertNever } from '../expr.ts';
import type { Stmt, SwitchStmt, WhenStmt } from '../module.ts';
import type { Span } from '../span.ts';
import { formatOfExpr, joinWords, limit, shortExpr, showValue } from './describe.ts';

/** One way through a `when` or `switch`. */
export interface Path {
  /** What is executed; empty where the statement has no part for this case. */
  readonly body: readonly Stmt[];
  readonly span: Span;
  /** When this way is taken, as text: `en is 0`. */
  readonly when: () => string;
}

/**
 * The ways through a statement that can be taken, including the one that executes nothing where `otherwise` is missing and the
 * cases do not cover all values. Constant conditions, which parameters make, leave fewer ways. Ways of different
 * statements are taken as independent. Cost: linear in the arms.
 */
export function pathsThrough(stmt: WhenStmt | SwitchStmt): Path[] {
  switch (stmt.kind) {
    case 'when':
      return whenPaths(stmt);
    case 'switch':
      return switchPaths(stmt);
    default:
      return assertNever(stmt);
  }
}

function whenPaths(stmt: WhenStmt): Path[] {
  const paths: Path[] = [];
  for (const [i, { condition, body, span }] of stmt.arms.entries()) {
    const isConstant = condition.kind === 'const';
    if (isConstant && condition.value === 0n) continue;
    paths.push({ body, span, when: () => armText(stmt, i) });
    if (isConstant) return paths;
  }
  paths.push({ body: stmt.otherwise ?? [], span: stmt.span, when: () => armText(stmt, stmt.arms.length) });
  return paths;
}

/** Conditions before arm `i` are 0, and its own is 1 (past the last arm: `otherwise`). */
function armText(stmt: WhenStmt, i: number): string {
  const name = (n: number): string => {
    const { condition, span } = stmt.arms[n]!;
    return shortExpr(condition, `the condition in line ${span.line}`);
  };
  const earlier = Array.from({ length: i }, (_, n) => n);
  const off =
    i > 2 ? [i === stmt.arms.length ? `none of the ${i} conditions holds` : 'no earlier condition holds'] : [];
  const parts = off.length > 0 ? off : earlier.map((n) => `${name(n)} is 0`);
  if (i < stmt.arms.length) parts.push(`${name(i)} is 1`);
  return joinWords(parts);
}

function switchPaths(stmt: SwitchStmt): Path[] {
  const subject = stmt.subject;
  const format = formatOfExpr(subject);
  const name = shortExpr(subject, 'the subject of the switch');
  const show = (values: readonly bigint[]): string =>
    joinWords(
      limit(
        values.map((value) => showValue(value, format)),
        4,
      ),
      'or',
    );
  if (subject.kind === 'const') {
    const taken = stmt.cases.find(({ values }) => values.includes(subject.value));
    return [{ body: taken?.body ?? stmt.otherwise ?? [], span: taken?.span ?? stmt.span, when: () => 'always' }];
  }
  const paths: Path[] = stmt.cases.map(({ values, body, span }) => ({
    body,
    span,
    when: () => `${name} is ${show(values)}`,
  }));
  const listed = new Set(stmt.cases.flatMap(({ values }) => values));
  if (BigInt(listed.size) === 1n << BigInt(subject.width)) return paths;
  paths.push({
    body: stmt.otherwise ?? [],
    span: stmt.span,
    when: () =>
      stmt.otherwise ? `${name} has no value of a case` : `${name} is ${showValue(unlisted(listed), format)}`,
  });
  return paths;
}

function unlisted(listed: ReadonlySet<bigint>): bigint {
  let value = 0n;
  while (listed.has(value)) value++;
  return value;
}
