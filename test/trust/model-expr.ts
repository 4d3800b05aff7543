// SPDX-License-Identifier: Apache-2.0
import type { Circuit, Expr, Shape } from './circuit.ts';
import { methodTable } from './methods.ts';
import { packedLeaves, shapeAt } from './shapes.ts';
import { patternOf, span } from './value.ts';

/** Current patterns by leaf path, and the shapes of aggregates by name. */
export interface Env {
  readonly circuit: Circuit;
  readonly values: Map<string, bigint>;
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** An expression or a set of assignments made ready to run many times. */
export type Value = () => bigint;

export function shapeOfPath(env: Env, path: string): Shape {
  const [name, ...rest] = path.split('.');
  return shapeAt(env.shapes.get(name!)!, rest);
}

/** Pattern of the state that a state machine starts in, and of the others, by name. */
export function stateNumber({ circuit }: Env, fsm: string, state: string): bigint {
  return BigInt(circuit.fsms.find(({ name }) => name === fsm)!.states.indexOf(state));
}

/** Makes a function that gives the pattern of an expression from the current values. */
export function compile(env: Env, expr: Expr): Value {
  const { values } = env;
  switch (expr.k) {
    case 'const':
      return () => expr.pattern;
    case 'var':
      return () => values.get(expr.path) ?? 0n;
    case 'pack': {
      const leaves = packedLeaves(expr.path, shapeOfPath(env, expr.path));
      return () => leaves.reduce((sum, { path, kind }) => sum * span(kind.width) + (values.get(path) ?? 0n), 0n);
    }
    case 'is': {
      const wanted = stateNumber(env, expr.fsm, expr.state);
      return () => (values.get(expr.fsm) === wanted ? 1n : 0n);
    }
    case 'read': {
      const shape = shapeOfPath(env, expr.path);
      const last = (shape.k === 'vec' ? shape.length : 0) - 1;
      const index = compile(env, expr.index);
      const rest = expr.rest === '' ? '' : `.${expr.rest}`;
      // The last element stands in for those beyond it.
      return () => {
        const at = index();
        return values.get(`${expr.path}.${at > BigInt(last) ? last : at}${rest}`) ?? 0n;
      };
    }
    case 'op': {
      const { n, kind } = expr;
      const args = expr.args.map((arg) => ({ kind: arg.kind, value: compile(env, arg) }));
      const { value } = methodTable[expr.method];
      return () => {
        const patterns = args.map((arg) => ({ width: arg.kind.width, signed: arg.kind.signed, pattern: arg.value() }));
        return patternOf(value(patterns, n), kind.width);
      };
    }
  }
}
