// SPDX-License-Identifier: Apache-2.0
import type { Stmt } from './circuit.ts';
import { compile, type Env, shapeOfPath, stateNumber } from './model-expr.ts';
import { leavesOf } from './shapes.ts';
import { span } from './value.ts';

/** New patterns by leaf path. The last executed assignment to a bit wins. */
export type Driven = Map<string, bigint>;

export type Action = (driven: Driven) => void;

/** Does a statement assign (a part of) the variable? */
function mentions(stmt: Stmt, name: string): boolean {
  const inside = (body: readonly Stmt[] | null): boolean => body?.some((each) => mentions(each, name)) ?? false;
  switch (stmt.k) {
    case 'set':
    case 'write':
      return stmt.path === name || stmt.path.startsWith(`${name}.`);
    case 'goto':
      return stmt.fsm === name;
    case 'when':
      return stmt.arms.some(({ body }) => inside(body)) || inside(stmt.otherwise);
    case 'switch':
      return stmt.cases.some(({ body }) => inside(body)) || inside(stmt.otherwise);
    case 'states':
      return stmt.actions.some(([, body]) => inside(body));
  }
}

/**
 * The assignments to one variable; conditions that decide only about other variables are not looked at, so that each wire
 * can be worked out before the conditions that read it.
 */
export function compileBody(env: Env, body: readonly Stmt[], name: string): Action {
  const steps = body.filter((stmt) => mentions(stmt, name)).map((stmt) => compileStmt(env, stmt, name));
  return (driven) => {
    for (const step of steps) step(driven);
  };
}

function compileStmt(env: Env, stmt: Stmt, name: string): Action {
  const bodyOf = (body: readonly Stmt[] | null | undefined): Action => compileBody(env, body ?? [], name);
  switch (stmt.k) {
    case 'set':
      return stmt.part === null ? setWhole(env, stmt) : setPart(env, stmt, stmt.part);
    case 'write':
      return write(env, stmt);
    case 'goto': {
      const next = stateNumber(env, stmt.fsm, stmt.state);
      return (driven) => driven.set(stmt.fsm, next);
    }
    case 'when': {
      const arms = stmt.arms.map((arm) => ({ holds: compile(env, arm.condition), action: bodyOf(arm.body) }));
      const otherwise = bodyOf(stmt.otherwise);
      return (driven) => (arms.find(({ holds }) => holds() === 1n)?.action ?? otherwise)(driven);
    }
    case 'switch': {
      const subject = compile(env, stmt.subject);
      const cases = new Map(
        stmt.cases.flatMap(({ values, body }) => {
          const action = bodyOf(body);
          return values.map((value) => [value, action] as const);
        }),
      );
      const otherwise = bodyOf(stmt.otherwise);
      return (driven) => (cases.get(subject()) ?? otherwise)(driven);
    }
    case 'states': {
      const actions = new Map(
        stmt.actions.map(([state, body]) => [stateNumber(env, stmt.fsm, state), bodyOf(body)] as const),
      );
      return (driven) => actions.get(env.values.get(stmt.fsm) ?? 0n)?.(driven);
    }
  }
}

function setWhole(env: Env, stmt: Stmt & { k: 'set' }): Action {
  const values = stmt.values.map((value) => compile(env, value));
  const leaves = leavesOf(stmt.path, shapeOfPath(env, stmt.path));
  return (driven) => leaves.forEach(({ path }, i) => driven.set(path, values[i]!()));
}

function setPart(env: Env, stmt: Stmt & { k: 'set' }, [hi, lo]: readonly [number, number]): Action {
  const value = compile(env, stmt.values[0]!);
  return (driven) => {
    const before = driven.get(stmt.path) ?? 0n;
    const below = before % span(lo);
    const above = before / span(hi + 1);
    driven.set(stmt.path, above * span(hi + 1) + value() * span(lo) + below);
  };
}

function write(env: Env, stmt: Stmt & { k: 'write' }): Action {
  const shape = shapeOfPath(env, stmt.path);
  if (shape.k !== 'vec') throw new RangeError(`${stmt.path} is no vector.`);
  const index = compile(env, stmt.index);
  const values = stmt.values.map((value) => compile(env, value));
  return (driven) => {
    const at = index();
    if (at >= BigInt(shape.length)) return;
    leavesOf(`${stmt.path}.${at}`, shape.element).forEach(({ path }, i) => driven.set(path, values[i]!()));
  };
}
