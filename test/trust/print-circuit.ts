// SPDX-License-Identifier: Apache-2.0
import type { Circuit, Expr, Item, PortItem, Property, Shape, Stmt } from './circuit.ts';
import { leavesOfVar } from './shapes.ts';
import { intOf } from './value.ts';

/** A circuit as text close to what one would write by hand: the reproducer that a failure prints. */
export function printCircuit(circuit: Circuit): string {
  const families = circuit.families.flatMap(({ name, variants }) =>
    variants.map((each, i) => printCircuit({ ...each, name: `${name}, variant ${i}` })),
  );
  const list = (name: string, words: readonly string[]): string[] =>
    words.length > 0 ? [`  ${name}: ${words.join(', ')}`] : [];
  const lines = [
    `block ${circuit.name}`,
    ...list(
      'inputs',
      circuit.inputs.map((each) => `${each.name}: ${shapeText(each.shape)}`),
    ),
    ...list(
      'outputs',
      circuit.outputs.map((each) => `${each.name}: ${shapeText(each.shape)}`),
    ),
    ...list(
      'regs',
      circuit.regs.map((reg) => {
        const leaves = leavesOfVar(reg);
        const init = reg.reset
          ? `.init(${reg.reset.map((pattern, i) => intOf({ ...leaves[i]!.kind, pattern })).join(', ')})`
          : '';
        const power = reg.powerUp === null ? '' : ` powerUp ${reg.powerUp}`;
        return `${reg.name}: ${shapeText(reg.shape)}${init}${power}${reg.enable ? ` enable ${exprText(reg.enable)}` : ''}`;
      }),
    ),
    ...list(
      'fsms',
      circuit.fsms.map((each) => `${each.name}: ${each.states.join('|')}`),
    ),
    ...circuit.items.flatMap((item) => itemLines(item, circuit)),
    ...stmtLines(circuit.body, '  ', '.next'),
    ...circuit.properties.map(propertyText),
  ];
  return [...families, lines.join('\n')].join('\n\n');
}

function shapeText(shape: Shape): string {
  switch (shape.k) {
    case 'ground':
      return `${shape.signed ? 'SInt' : 'UInt'}(${shape.width})`;
    case 'vec':
      return `Vec(${shape.length}, ${shapeText(shape.element)})`;
    case 'bundle':
      return `Bundle({ ${shape.fields.map(([name, field]) => `${name}: ${shapeText(field)}`).join(', ')} })`;
  }
}

export function exprText(expr: Expr): string {
  switch (expr.k) {
    case 'const': {
      const value = intOf({ ...expr.kind, pattern: expr.pattern });
      if (expr.as === 'host') return `${value}`;
      return `${expr.as === 'bits' ? 'bits' : 'lit'}(${value}, ${expr.kind.signed ? 'SInt' : 'UInt'}(${expr.kind.width}))`;
    }
    case 'var':
      return expr.path;
    case 'is':
      return `${expr.fsm}.is('${expr.state}')`;
    case 'pack':
      return `pack(${expr.path})`;
    case 'read':
      return `${expr.path}.read(${exprText(expr.index)})${expr.rest === '' ? '' : `.${expr.rest}`}`;
    case 'op': {
      const [first, ...rest] = expr.args;
      return `${exprText(first!)}.${expr.method}(${[...rest.map(exprText), ...expr.n].join(', ')})`;
    }
  }
}

function itemLines(item: Item, circuit: Circuit): string[] {
  switch (item.k) {
    case 'net':
      return [`  net ${item.name} = ${exprText(item.value)}`];
    case 'wires': {
      const wires = item.vars.map(({ name, shape }) => `${name}: ${shapeText(shape)}`).join(', ');
      return [...(item.ports ? [] : [`  wires: ${wires}`]), ...stmtLines(item.body, '  ', '.assign')];
    }
    case 'memory': {
      const init = item.init ? ` init [${item.init.join(', ')}]` : '';
      const granule = item.granule === null ? '' : ` granule ${item.granule}`;
      return [`  memory ${item.name}: ${item.depth} x ${shapeText(item.shape)} ${item.style}${granule}${init}`];
    }
    case 'port':
      return [`  ${portText(item)}`];
    case 'instance': {
      const { name } = circuit.families[item.family]!;
      return [`  ${item.name} = ${name} variant ${item.variant} (${item.inputs.map(exprText).join(', ')})`];
    }
  }
}

function propertyText({ kind, name, places, condition }: Property): string {
  const around = places.map((place) =>
    place.k === 'case'
      ? `case ${exprText(place.subject)} is ${place.value}: `
      : `${place.holds ? 'when' : 'unless'} ${exprText(place.condition)}: `,
  );
  return `  ${around.join('')}${kind} ${name}: ${exprText(condition)}`;
}

function portText(port: PortItem): string {
  const words = (['enable', 'guard', 'write', 'mask'] as const).flatMap((key) => {
    const expr = port[key];
    return expr ? [`${key} ${exprText(expr)}`] : [];
  });
  const data = port.values.length > 0 ? [`data ${port.values.map(exprText).join(', ')}`] : [];
  const collision = port.access === 'read' ? ` (${port.collision})` : '';
  return [
    `${port.memory}.${port.access}${collision} ${port.name} at ${exprText(port.address)}`,
    ...words,
    ...data,
  ].join('; ');
}

function stmtLines(body: readonly Stmt[], indent: string, verb: string): string[] {
  const inner = (stmts: readonly Stmt[]): string[] => stmtLines(stmts, `${indent}  `, verb);
  return body.flatMap((stmt): string[] => {
    switch (stmt.k) {
      case 'set': {
        const part = stmt.part ? `.part(${stmt.part.join(', ')})` : '';
        return [`${indent}${stmt.path}${part}${verb}(${stmt.values.map(exprText).join(', ')})`];
      }
      case 'write':
        return [`${indent}${stmt.path}.write(${[stmt.index, ...stmt.values].map(exprText).join(', ')})`];
      case 'goto':
        return [`${indent}${stmt.fsm}.goto('${stmt.state}')`];
      case 'when':
        return [
          ...stmt.arms.flatMap((arm, i) => [
            `${indent}${i === 0 ? 'when' : 'elsewhen'} ${exprText(arm.condition)}`,
            ...inner(arm.body),
          ]),
          ...(stmt.otherwise ? [`${indent}otherwise`, ...inner(stmt.otherwise)] : []),
        ];
      case 'switch':
        return [
          `${indent}switch ${exprText(stmt.subject)}`,
          ...stmt.cases.flatMap((each) => [`${indent}case ${each.values.join(', ')}`, ...inner(each.body)]),
          ...(stmt.otherwise ? [`${indent}otherwise`, ...inner(stmt.otherwise)] : []),
        ];
      case 'states':
        return [
          `${indent}states of ${stmt.fsm}`,
          ...stmt.actions.flatMap(([state, each]) => [`${indent}${state}:`, ...inner(each)]),
        ];
    }
  });
}
