// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  type AnyView,
  type BlockMaker,
  block,
  Bool,
  Bundle,
  input,
  memory,
  type MemoryView,
  type ModuleBuilder,
  output,
  type Signal,
  type Type,
  Vec,
} from '../../src/dsl/index.ts';
import { build, type Names, typeOf } from './build-expr.ts';
import { runBody, setView } from './build-stmts.ts';
import type { Circuit, Family, Item, MemItem, Place, PortItem, Property, RegVar, Shape } from './circuit.ts';
import { leavesOfVar, nest } from './shapes.ts';
import { intOf } from './value.ts';

const Params = z.strictObject({ variant: z.int().min(0) });
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the ports of a random circuit have no static type
export type CircuitBlock = BlockMaker<typeof Params, any>;

export function typeOfShape(shape: Shape): Type {
  switch (shape.k) {
    case 'ground':
      return shape.width === 1 && !shape.signed ? Bool : typeOf(shape);
    case 'vec':
      return Vec(shape.length, typeOfShape(shape.element));
    case 'bundle':
      return Bundle(Object.fromEntries(shape.fields.map(([name, field]) => [name, typeOfShape(field)])));
  }
}

/** The block of a family; its parameter chooses the variant. */
export function circuitBlock(family: Family): CircuitBlock {
  return block(family.name, Params, (m, { variant }) => buildCircuit(m, family.variants[variant]!)) as CircuitBlock;
}

/** A circuit as a family of one. */
export function soloBlock(circuit: Circuit): CircuitBlock {
  return circuitBlock({ name: circuit.name, variants: [circuit] });
}

interface Building extends Names {
  readonly blocks: readonly CircuitBlock[];
  readonly memories: Map<string, { readonly item: MemItem; readonly view: MemoryView }>;
}

function buildCircuit(m: ModuleBuilder, circuit: Circuit): unknown {
  const blocks = circuit.families.map(circuitBlock);
  const names: Building = { m, views: new Map(), fsms: new Map(), memories: new Map(), blocks };
  const ports = m.ports({
    ...Object.fromEntries(circuit.inputs.map(({ name, shape }) => [name, input(typeOfShape(shape))])),
    ...Object.fromEntries(circuit.outputs.map(({ name, shape }) => [name, output(typeOfShape(shape))])),
  });
  for (const [name, view] of Object.entries(ports)) names.views.set(name, view);
  for (const reg of circuit.regs) names.views.set(reg.name, declare(names, reg));
  for (const { name, states } of circuit.fsms) {
    const fsm = m.fsms({ [name]: states })[name]!;
    names.fsms.set(name, fsm);
    names.views.set(name, fsm.state);
  }
  for (const item of circuit.items) addItem(names, item, circuit);
  runBody(names, circuit.body);
  for (const property of circuit.properties) addProperty(names, property, property.places);
  return ports;
}

function declare(names: Names, { name, shape, reset, powerUp, enable }: RegVar): AnyView {
  const type = typeOfShape(shape);
  const leaves = leavesOfVar({ name, shape });
  const numbers = reset?.map((pattern, i) => intOf({ ...leaves[i]!.kind, pattern })) ?? [];
  const spec = reset ? type.init(nest(shape, numbers) as bigint) : type;
  const regs = names.m.regs(
    { [name]: spec },
    {
      // A pattern becomes the number that the register's type reads in it.
      ...(powerUp !== null && { powerUp: intOf({ ...leaves[0]!.kind, pattern: powerUp }) }),
      ...(enable && { enable: build(names, enable) as Signal<typeof Bool> }),
    },
  );
  return regs[name] as unknown as AnyView;
}

function addItem(names: Building, item: Item, circuit: Circuit): void {
  const { m, views } = names;
  switch (item.k) {
    case 'net':
      views.set(item.name, m.nets({ [item.name]: build(names, item.value) })[item.name]!);
      return;
    case 'wires':
      if (!item.ports) {
        const wires = m.wires(Object.fromEntries(item.vars.map(({ name, shape }) => [name, typeOfShape(shape)])));
        for (const [name, view] of Object.entries(wires)) views.set(name, view);
      }
      runBody(names, item.body);
      return;
    case 'memory': {
      const { name, shape, depth, init, granule, style } = item;
      const options = { ...(init && { init }), ...(granule !== null && { granule }), style };
      const mem = m.mems({ [name]: memory(typeOfShape(shape), depth, options) })[name]!;
      names.memories.set(name, { item, view: mem });
      return;
    }
    case 'port':
      if (item.guard) m.when(build(names, item.guard), () => addPort(names, item));
      else addPort(names, item);
      return;
    case 'instance': {
      const child = circuit.families[item.family]!.variants[item.variant]!;
      const call = names.blocks[item.family]!({ variant: item.variant });
      const made = m.instances({ [item.name]: call })[item.name] as Record<string, AnyView>;
      const values = item.inputs.map((expr) => build(names, expr));
      for (const { name, shape } of child.inputs) {
        setView(names, made[name]!, shape, values.splice(0, leavesOfVar({ name, shape }).length));
      }
      for (const { name } of child.outputs) views.set(`${item.name}_${name}`, made[name]!);
    }
  }
}

function addProperty(names: Names, property: Property, places: readonly Place[]): void {
  const { m } = names;
  const [first, ...rest] = places;
  const inside = (): void => addProperty(names, property, rest);
  if (first === undefined) {
    m[property.kind](property.name, build(names, property.condition) as Signal<typeof Bool>);
  } else if (first.k === 'case') {
    m.switch(build(names, first.subject)).case([intOf({ ...first.subject.kind, pattern: first.value })], inside);
  } else if (first.holds) {
    m.when(build(names, first.condition), inside);
  } else {
    m.when(build(names, first.condition), () => undefined).otherwise(inside);
  }
}

function addPort(names: Building, port: PortItem): void {
  const { item, view } = names.memories.get(port.memory)!;
  const at = (expr: typeof port.enable): Signal<typeof Bool> | null =>
    expr && (build(names, expr) as Signal<typeof Bool>);
  const address = build(names, port.address);
  const [enable, mask] = [at(port.enable), at(port.mask)];
  const data = nest(
    item.shape,
    port.values.map((value) => build(names, value)),
  ) as never;
  const common = { ...(enable && { enable }), ...(mask && { mask }) };
  const read = `${port.memory}_${port.name}`;
  switch (port.access) {
    case 'read':
      names.views.set(read, view.read(port.name, address, { ...common, collision: port.collision }));
      return;
    case 'async':
      names.views.set(read, view.readAsync(port.name, address));
      return;
    case 'write':
      view.write(address, data, { ...common, name: port.name });
      return;
    default: {
      const access = { ...common, address, data, write: at(port.write)!, mode: port.access };
      names.views.set(read, view.port(port.name, access));
    }
  }
}
