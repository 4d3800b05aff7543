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
import type { Engine } from '../../src/sim/engine.ts';
import { soloBlock, typeOfShape } from './build-circuit.ts';
import type { Circuit } from './circuit.ts';
import { Model } from './model.ts';
import { leavesOfVar } from './shapes.ts';
import { type Cycle, inputReader, placeInputs, poolWidth, warmUp } from './stimulus.ts';
import { readPort, writePort } from './words.ts';

/** A wrong output. */
export interface Mismatch {
  readonly circuit: Circuit;
  readonly cycle: number;
  readonly output: string;
  readonly want: bigint;
  readonly got: bigint;
}

/** Many circuits side by side in one design, so that an engine is built once for all of them. */
export function batchDesign(circuits: readonly Circuit[]): Design {
  const batch = block('batch', z.strictObject({}), (m) => {
    const io = m.ports({ pool: input(UInt(poolWidth)), go: input(Bool), fill: input(UInt(5)) });
    const outputs = circuits.flatMap((circuit) =>
      circuit.outputs.map(({ name, shape }) => [`${circuit.name}_${name}`, output(typeOfShape(shape))] as const),
    );
    const driven = m.ports(Object.fromEntries(outputs)) as Readonly<Record<string, AnyView>>;
    for (const circuit of circuits) {
      const key = `u_${circuit.name}`;
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

/** Runs the stimulus through an engine and through the models of the circuits; the first wrong output of each circuit. */
export function runBatch(engine: Engine, circuits: readonly Circuit[], cycles: readonly Cycle[]): Mismatch[] {
  const inputs = engine.ports.filter(({ direction }) => direction === 'input');
  const outputs = new Map(
    engine.ports.filter(({ direction }) => direction === 'output').map((port) => [port.name, port]),
  );
  const inWords = inputs.reduce((sum, port) => sum + port.words, 0);
  const outWords = [...outputs.values()].reduce((sum, port) => sum + port.words, 0);
  const given = new Uint32Array(inWords * cycles.length);
  cycles.forEach(({ pool, go, fill, reset }, cycle) => {
    const values = new Map([
      ['pool', pool],
      ['go', go ? 1n : 0n],
      ['fill', BigInt(fill)],
      ['rst', reset ? 1n : 0n],
    ]);
    for (const port of inputs) writePort(given, cycle * inWords, port, values.get(port.name)!);
  });
  const got = engine.runBlock(given, cycles.length);
  return circuits.flatMap((circuit) => {
    const names = circuit.outputs.flatMap(leavesOfVar).map(({ path }) => path);
    const ports = names.map((path) => outputs.get(`${circuit.name}_${path.replaceAll('.', '_')}`)!);
    return firstMismatch(circuit, cycles, (cycle, i) => readPort(got, cycle * outWords - inWords, ports[i]!), names);
  });
}

function firstMismatch(
  circuit: Circuit,
  cycles: readonly Cycle[],
  got: (cycle: number, output: number) => bigint,
  names: readonly string[],
): Mismatch[] {
  const model = new Model(circuit);
  const inputs = inputReader(circuit);
  for (const [cycle, each] of cycles.entries()) {
    const wanted = model.settle(inputs(each));
    const wrong = cycle < warmUp ? -1 : wanted.findIndex((want, i) => want !== got(cycle, i));
    if (wrong >= 0) return [{ circuit, cycle, output: names[wrong]!, want: wanted[wrong]!, got: got(cycle, wrong) }];
    model.edge(each.reset);
  }
  return [];
}
