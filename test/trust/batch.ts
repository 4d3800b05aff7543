// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  type AnyView,
  block,
  Bool,
  elaborate,
  input,
  leavesOf as leavesOfView,
  output,
  type Ports,
  type Signal,
  UInt,
  type Wire,
} from '../../src/dsl/index.ts';
import type { Design } from '../../src/ir/module.ts';
import { soloBlock, typeOfShape } from './build-circuit.ts';
import type { Circuit } from './circuit.ts';
import { instanceOf } from './compare.ts';
import { leavesOfVar } from './shapes.ts';
import { placeInputs, poolWidth } from './stimulus.ts';

/** Many circuits side by side in one design, so that an engine is built once for all of them. */
export function batchDesign(circuits: readonly Circuit[]): Design {
  const batch = block('batch', z.strictObject({}), (m) => {
    const io = m.ports({ pool: input(UInt(poolWidth)), go: input(Bool), fill: input(UInt(5)) });
    const outputs = circuits.flatMap((circuit) =>
      circuit.outputs.map(({ name, shape }) => [`${circuit.name}_${name}`, output(typeOfShape(shape))] as const),
    );
    const driven = m.ports(Object.fromEntries(outputs)) as Readonly<Record<string, AnyView>>;
    for (const circuit of circuits) {
      const key = instanceOf(circuit);
      const made = m.instances({ [key]: soloBlock(circuit)({ variant: 0 }) })[key] as Readonly<Record<string, AnyView>>;
      connectInputs(circuit, made, io);
      for (const { name } of circuit.outputs) {
        const from = leavesOfView(made[name]!);
        leavesOfView(driven[`${circuit.name}_${name}`]!).forEach((leaf, i) => (leaf as Wire).assign(from[i]!));
      }
    }
  });
  return elaborate(batch({}));
}

interface BatchInputs {
  readonly pool: Signal;
  readonly go: Signal;
  readonly fill: Signal;
}

function connectInputs(
  circuit: Circuit,
  made: Readonly<Record<string, AnyView>>,
  io: Ports<object> & BatchInputs,
): void {
  for (const [name, value] of [
    ['go', io.go],
    ['fill', io.fill],
  ] as const) {
    if (made[name]) (made[name] as Wire).assign(value);
  }
  const places = new Map(placeInputs(circuit).map((place) => [place.name, place]));
  for (const { name, shape } of circuit.inputs) {
    // Leaves of a view come in packing order; names tell which is which.
    const leaves = new Map(leavesOfView(made[name] ?? {}).map((leaf) => [(leaf as Wire).target.decl, leaf as Wire]));
    const byPath = new Map([...leaves].map(([decl, wire]) => [decl.path.slice(1).join('.'), wire]));
    for (const { path, kind } of leavesOfVar({ name, shape })) {
      const place = places.get(path);
      if (!place || kind.width === 0) continue;
      const bits = io.pool.slice(place.lo + place.width - 1, place.lo);
      byPath.get(path)!.assign(kind.signed ? bits.asSInt() : bits);
    }
  }
}
