// SPDX-License-Identifier: Apache-2.0
import type { Circuit, Expr, Item, Place, Property, Stmt } from './circuit.ts';
import { exprCuts } from './shrink-exprs.ts';

/** Makes one smaller circuit, which may be illegal: whoever tries it finds out. */
export type Cut = () => Circuit;

const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, i) => i !== index);
const replaced = <T>(list: readonly T[], index: number, by: T): T[] => list.map((each, i) => (i === index ? by : each));

/** All single cuts of a circuit, instances included. */
export function cutsOf(circuit: Circuit): Cut[] {
  const cuts: Cut[] = [];
  const { items, regs, fsms, inputs, families } = circuit;
  items.forEach((item, i) => {
    cuts.push(() => ({ ...circuit, items: without(items, i) }));
    for (const smaller of itemCuts(item)) cuts.push(() => ({ ...circuit, items: replaced(items, i, smaller()) }));
  });
  regs.forEach((reg, i) => {
    cuts.push(() => dropVar({ ...circuit, regs: without(regs, i) }, reg.name));
    if (reg.enable) cuts.push(() => ({ ...circuit, regs: replaced(regs, i, { ...reg, enable: null }) }));
  });
  fsms.forEach((fsm, i) => cuts.push(() => dropVar({ ...circuit, fsms: without(fsms, i) }, fsm.name)));
  inputs.forEach((_, i) => cuts.push(() => ({ ...circuit, inputs: without(inputs, i) })));
  circuit.outputs.forEach((port) => cuts.push(() => dropOutput(circuit, port.name)));
  for (const smaller of bodyCuts(circuit.body)) cuts.push(() => ({ ...circuit, body: smaller() }));
  circuit.properties.forEach((property, i) => {
    cuts.push(() => ({ ...circuit, properties: without(circuit.properties, i) }));
    for (const smaller of propertyCuts(property)) {
      cuts.push(() => ({ ...circuit, properties: replaced(circuit.properties, i, smaller) }));
    }
  });
  families.forEach((family, f) => {
    family.variants.forEach((variant, v) => {
      for (const cut of cutsOf(variant)) {
        cuts.push(() => {
          const made = { ...family, variants: replaced(family.variants, v, cut()) };
          return matchInstances({ ...circuit, families: replaced(families, f, made) }, f, v, variant);
        });
      }
    });
  });
  return cuts;
}

/** Instances get as many values as the smaller child has inputs left. */
function matchInstances(circuit: Circuit, family: number, variant: number, before: Circuit): Circuit {
  const child = circuit.families[family]!.variants[variant]!;
  if (child.inputs.length === before.inputs.length) return circuit;
  // Only children with ground inputs everywhere: one value belongs to one port.
  const kept = before.inputs.map((port) => child.inputs.includes(port));
  const items = circuit.items.map((item) => {
    if (item.k !== 'instance' || item.family !== family || item.variant !== variant) return item;
    if (item.inputs.length !== before.inputs.length) return item;
    return { ...item, inputs: item.inputs.filter((_, i) => kept[i]) };
  });
  return { ...circuit, items };
}

function dropOutput(circuit: Circuit, name: string): Circuit {
  const outputs = circuit.outputs.filter((port) => port.name !== name);
  return dropVar({ ...circuit, outputs }, name);
}

/** Without the assignments to a variable. */
export function dropVar(circuit: Circuit, name: string): Circuit {
  const items = circuit.items.map((item): Item => {
    if (item.k !== 'wires') return item;
    return { ...item, vars: item.vars.filter((each) => each.name !== name), body: dropFrom(item.body, name) };
  });
  return { ...circuit, items, body: dropFrom(circuit.body, name) };
}

function dropFrom(body: readonly Stmt[], name: string): Stmt[] {
  return body.flatMap((stmt): Stmt[] => {
    switch (stmt.k) {
      case 'set':
      case 'write':
        return stmt.path === name || stmt.path.startsWith(`${name}.`) ? [] : [stmt];
      case 'goto':
        return stmt.fsm === name ? [] : [stmt];
      case 'when': {
        const arms = stmt.arms.map((arm) => ({ ...arm, body: dropFrom(arm.body, name) }));
        return [{ ...stmt, arms, otherwise: stmt.otherwise && dropFrom(stmt.otherwise, name) }];
      }
      case 'switch': {
        const cases = stmt.cases.map((each) => ({ ...each, body: dropFrom(each.body, name) }));
        return [{ ...stmt, cases, otherwise: stmt.otherwise && dropFrom(stmt.otherwise, name) }];
      }
      case 'states':
        if (stmt.fsm === name) return [];
        return [{ ...stmt, actions: stmt.actions.map(([state, each]) => [state, dropFrom(each, name)] as const) }];
    }
  });
}

function itemCuts(item: Item): (() => Item)[] {
  switch (item.k) {
    case 'net':
      return exprCuts(item.value).map((value) => () => ({ ...item, value }));
    case 'wires':
      return [
        ...bodyCuts(item.body).map((body) => () => ({ ...item, body: body() })),
        ...item.vars.map(({ name }) => () => {
          return { ...item, vars: item.vars.filter((each) => each.name !== name), body: dropFrom(item.body, name) };
        }),
      ];
    case 'memory':
      return item.granule === null ? [] : [() => ({ ...item, granule: null })];
    case 'port': {
      const keys = ['enable', 'guard', 'mask'] as const;
      const dropped = keys.filter((key) => item[key] !== null).map((key) => () => ({ ...item, [key]: null }));
      const single = (['address', 'enable', 'guard', 'mask', 'write'] as const).flatMap((key) =>
        item[key] ? exprCuts(item[key]).map((expr) => () => ({ ...item, [key]: expr })) : [],
      );
      const values = listCuts(item.values).map((list) => () => ({ ...item, values: list }));
      return [...dropped, ...single, ...values];
    }
    case 'instance':
      return listCuts(item.inputs).map((inputs) => () => ({ ...item, inputs }));
  }
}

function propertyCuts(property: Property): Property[] {
  const { places, condition } = property;
  return [
    ...places.map((_, i) => ({ ...property, places: without(places, i) })),
    ...places.flatMap((place, i) => {
      const smaller =
        place.k === 'case'
          ? exprCuts(place.subject).map((subject) => ({ ...place, subject }))
          : exprCuts(place.condition).map((each) => ({ ...place, condition: each }));
      return smaller.map((each) => ({ ...property, places: replaced<Place>(places, i, each) }));
    }),
    ...exprCuts(condition).map((each) => ({ ...property, condition: each })),
  ];
}

function listCuts(exprs: readonly Expr[]): Expr[][] {
  return exprs.flatMap((expr, i) => exprCuts(expr).map((smaller) => replaced(exprs, i, smaller)));
}

function bodyCuts(body: readonly Stmt[]): (() => Stmt[])[] {
  return body.flatMap((stmt, i) => [
    () => without(body, i),
    ...innerBodies(stmt).map((inner) => () => [...body.slice(0, i), ...inner, ...body.slice(i + 1)]),
    ...stmtCuts(stmt).map((smaller) => () => replaced(body, i, smaller())),
  ]);
}

function innerBodies(stmt: Stmt): (readonly Stmt[])[] {
  if (stmt.k === 'when') return [...stmt.arms.map(({ body }) => body), ...(stmt.otherwise ? [stmt.otherwise] : [])];
  if (stmt.k === 'switch') return [...stmt.cases.map(({ body }) => body), ...(stmt.otherwise ? [stmt.otherwise] : [])];
  return [];
}

function stmtCuts(stmt: Stmt): (() => Stmt)[] {
  switch (stmt.k) {
    case 'set':
      return listCuts(stmt.values).map((values) => () => ({ ...stmt, values }));
    case 'write':
      return [
        ...listCuts(stmt.values).map((values) => () => ({ ...stmt, values })),
        ...exprCuts(stmt.index).map((index) => () => ({ ...stmt, index })),
      ];
    case 'goto':
      return [];
    case 'when':
      return [
        ...(stmt.arms.length > 1 ? stmt.arms.map((_, i) => () => ({ ...stmt, arms: without(stmt.arms, i) })) : []),
        ...stmt.arms.flatMap((arm, i) => [
          ...exprCuts(arm.condition).map((condition) => () => {
            return { ...stmt, arms: replaced(stmt.arms, i, { ...arm, condition }) };
          }),
          ...bodyCuts(arm.body).map((body) => () => {
            return { ...stmt, arms: replaced(stmt.arms, i, { ...arm, body: body() }) };
          }),
        ]),
        ...otherwiseCuts(stmt),
      ];
    case 'switch':
      return [
        ...(stmt.cases.length > 1 ? stmt.cases.map((_, i) => () => ({ ...stmt, cases: without(stmt.cases, i) })) : []),
        ...stmt.cases.flatMap((each, i) =>
          bodyCuts(each.body).map((body) => () => {
            return { ...stmt, cases: replaced(stmt.cases, i, { ...each, body: body() }) };
          }),
        ),
        ...exprCuts(stmt.subject).map((subject) => () => ({ ...stmt, subject })),
        ...otherwiseCuts(stmt),
      ];
    case 'states':
      return stmt.actions.flatMap(([state, body], i) => [
        () => ({ ...stmt, actions: without(stmt.actions, i) }),
        ...bodyCuts(body).map((smaller) => () => {
          return { ...stmt, actions: replaced(stmt.actions, i, [state, smaller()] as const) };
        }),
      ]);
  }
}

function otherwiseCuts<S extends Stmt & { k: 'when' | 'switch' }>(stmt: S): (() => S)[] {
  const { otherwise } = stmt;
  if (otherwise === null) return [];
  return [
    () => ({ ...stmt, otherwise: null }),
    ...bodyCuts(otherwise).map((body) => () => ({ ...stmt, otherwise: body() })),
  ];
}
