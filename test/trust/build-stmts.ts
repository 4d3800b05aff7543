// SPDX-License-Identifier: Apache-2.0
import { type AnyView, type ModuleBuilder, Reg, type Signal, VecView, Wire } from '../../src/dsl/index.ts';
import { build, type Names, viewAt } from './build-expr.ts';
import type { Shape, Stmt } from './circuit.ts';
import { nest } from './shapes.ts';
import { intOf } from './value.ts';

/** Describes statements where the module is being described. */
export function runBody(names: Names, body: readonly Stmt[]): void {
  for (const stmt of body) run(names, stmt);
}

function run(names: Names, stmt: Stmt): void {
  const { m } = names;
  switch (stmt.k) {
    case 'set': {
      const values = stmt.values.map((value) => build(names, value));
      const view = viewAt(names, stmt.path);
      if (stmt.part === null) setView(names, view, shapeOf(view), values);
      else setPart(view, stmt.part, values[0]!);
      return;
    }
    case 'write': {
      const vec = viewAt(names, stmt.path) as VecView;
      const values = stmt.values.map((value) => build(names, value));
      vec.write(build(names, stmt.index), nest(shapeOf(vec.elements[0]!), values) as never);
      return;
    }
    case 'when': {
      const [first, ...rest] = stmt.arms;
      const chain = m.when(build(names, first!.condition), () => runBody(names, first!.body));
      for (const arm of rest) chain.elsewhen(build(names, arm.condition), () => runBody(names, arm.body));
      const { otherwise } = stmt;
      if (otherwise) chain.otherwise(() => runBody(names, otherwise));
      return;
    }
    case 'switch': {
      const chain = m.switch(build(names, stmt.subject));
      for (const { values, body } of stmt.cases) {
        const numbers = values.map((pattern) => intOf({ ...stmt.subject.kind, pattern }));
        chain.case(numbers, () => runBody(names, body));
      }
      const { otherwise } = stmt;
      if (otherwise) chain.otherwise(() => runBody(names, otherwise));
      return;
    }
    case 'states': {
      const actions = stmt.actions.map(([state, body]) => [state, () => runBody(names, body)] as const);
      names.fsms.get(stmt.fsm)!.states(Object.fromEntries(actions));
      return;
    }
    case 'goto':
      names.fsms.get(stmt.fsm)!.goto(stmt.state);
  }
}

/** Drives a whole view with the values of its leaves. */
export function setView({ m }: Names, view: AnyView, shape: Shape, values: readonly Signal[]): void {
  const nested = nest(shape, values);
  if (view instanceof Reg) view.next(nested as Signal);
  else if (view instanceof Wire) view.assign(nested as Signal);
  else (m.drive as (this: ModuleBuilder, target: unknown, value: unknown) => void).call(m, view, nested);
}

function setPart(view: AnyView, [hi, lo]: readonly [number, number], value: Signal): void {
  if (view instanceof Reg) view.part(hi, lo).next(value);
  else (view as Wire).part(hi, lo).assign(value);
}

function shapeOf(view: AnyView): Shape {
  if (view instanceof VecView) {
    return {
      k: 'vec',
      length: view.length,
      element: view.length === 0 ? { k: 'bundle', fields: [] } : shapeOf(view.elements[0]!),
    };
  }
  if (view instanceof Reg || view instanceof Wire) return { k: 'ground', width: view.width, signed: view.signed };
  return {
    k: 'bundle',
    fields: Object.entries(view as Readonly<Record<string, AnyView>>).map(([name, part]) => [name, shapeOf(part)]),
  };
}
