// SPDX-License-Identifier: Apache-2.0
import type { Circuit, Item, Property, Shape } from './circuit.ts';
import { compile, type Env } from './model-expr.ts';
import { MemoryModel } from './model-memory.ts';
import { compileBody, type Driven } from './model-stmts.ts';
import { leavesOfVar } from './shapes.ts';

/**
 * The meaning of a circuit, cycle by cycle, straight from its description: no expression pool, no elaboration, no
 * simulator of the product has a part in it. What is not initialised is 0 here; stimuli see to it that nobody notices.
 */
export class Model {
  readonly #values = new Map<string, bigint>();
  #inReset = false;
  readonly #inputs: readonly string[];
  readonly #outputs: readonly string[];
  readonly #memories = new Map<string, MemoryModel>();
  readonly #children = new Map<string, Model>();
  /** Each says whether a property fails. */
  readonly #checks: readonly { readonly property: Property; readonly fails: () => boolean }[];
  /** Each makes the values of one item follow. */
  readonly #items: readonly (() => void)[];
  /** Each gives the next value of one register. */
  readonly #edges: readonly ((reset: boolean, next: Driven) => void)[];

  /** What a reset gives to registers. */
  readonly #resets: Driven = new Map();

  /** `isAsync`: registers take a reset without waiting for the clock. */
  constructor(
    circuit: Circuit,
    readonly isAsync = false,
  ) {
    const env: Env = { circuit, values: this.#values, shapes: shapesOf(circuit) };
    this.#inputs = circuit.inputs.flatMap(leavesOfVar).map(({ path }) => path);
    this.#outputs = circuit.outputs.flatMap(leavesOfVar).map(({ path }) => path);
    for (const reg of circuit.regs) {
      for (const { path, kind } of leavesOfVar(reg))
        this.#values.set(path, (reg.powerUp ?? 0n) % 2n ** BigInt(kind.width));
    }
    for (const reg of circuit.regs) {
      leavesOfVar(reg).forEach(({ path }, i) => reg.reset && this.#resets.set(path, reg.reset[i]!));
    }
    for (const { name } of circuit.fsms) this.#resets.set(name, 0n);
    this.#items = circuit.items.map((item) => this.#item(env, item));
    this.#edges = [...this.#regEdges(env), ...this.#fsmEdges(env)];
    const checked = circuit.properties.filter(({ kind }) => kind !== 'cover');
    this.#checks = checked.map((property) => ({ property, fails: failure(env, property) }));
  }

  /** Follows the inputs (patterns of the input leaves in order); returns the patterns of the output leaves. */
  settle(inputs: readonly bigint[], reset: boolean): bigint[] {
    this.#inReset = reset;
    if (reset && this.isAsync) for (const [path, pattern] of this.#resets) this.#values.set(path, pattern);
    this.#inputs.forEach((path, i) => this.#values.set(path, inputs[i]!));
    for (const follow of this.#items) follow();
    return this.#outputs.map((path) => this.#values.get(path) ?? 0n);
  }

  /** What fails after `settle` outside reset, as `assert path.name`. */
  failures(path: string): string[] {
    const own = this.#checks
      .filter(({ fails }) => fails())
      .map(({ property: { kind, name } }) => `${kind} ${path}.${name}`);
    return [...own, ...[...this.#children].flatMap(([name, child]) => child.failures(`${path}.${name}`))];
  }

  /** The clock edge after `settle`. */
  edge(reset: boolean): void {
    // Statements that set a part of a register read its other bits here.
    const next: Driven = new Map(this.#values);
    for (const edge of this.#edges) edge(reset, next);
    for (const memory of this.#memories.values()) memory.edge(next);
    for (const child of this.#children.values()) child.edge(reset);
    for (const [path, pattern] of next) this.#values.set(path, pattern);
  }

  #item(env: Env, item: Item): () => void {
    const values = this.#values;
    switch (item.k) {
      case 'net': {
        const value = compile(env, item.value);
        return () => values.set(item.name, value());
      }
      case 'wires': {
        // One after the other: a wire reads the final value of those before it.
        const actions = item.vars.map(({ name }) => compileBody(env, item.body, name));
        return () => actions.forEach((action) => action(values));
      }
      case 'memory':
        this.#memories.set(item.name, new MemoryModel(item));
        return () => undefined;
      case 'port':
        return this.#memories.get(item.memory)!.port(env, item);
      case 'instance': {
        const circuit = childOf(env.circuit, item);
        const child = new Model(circuit, this.isAsync);
        this.#children.set(item.name, child);
        const inputs = item.inputs.map((expr) => compile(env, expr));
        const paths = circuit.outputs.flatMap(leavesOfVar).map(({ path }) => `${item.name}_${path}`);
        return () =>
          child
            .settle(
              inputs.map((input) => input()),
              this.#inReset,
            )
            .forEach((pattern, i) => values.set(paths[i]!, pattern));
      }
    }
  }

  #regEdges(env: Env): ((reset: boolean, next: Driven) => void)[] {
    return env.circuit.regs.map((reg) => {
      const action = compileBody(env, env.circuit.body, reg.name);
      const enable = reg.enable && compile(env, reg.enable);
      const leaves = leavesOfVar(reg);
      return (reset, next) => {
        const { reset: values } = reg;
        if (reset && values) leaves.forEach(({ path }, i) => next.set(path, values[i]!));
        else if (enable === null || enable() === 1n) action(next);
      };
    });
  }

  #fsmEdges(env: Env): ((reset: boolean, next: Driven) => void)[] {
    return env.circuit.fsms.map(({ name }) => {
      const action = compileBody(env, env.circuit.body, name);
      return (reset, next) => {
        if (reset) next.set(name, 0n);
        else action(next);
      };
    });
  }
}

function failure(env: Env, { places, condition }: Property): () => boolean {
  const holds = compile(env, condition);
  const inside = places.map((place) => {
    const value = compile(env, place.k === 'case' ? place.subject : place.condition);
    const wanted = place.k === 'case' ? place.value : place.holds ? 1n : 0n;
    return () => value() === wanted;
  });
  return () => inside.every((is) => is()) && holds() === 0n;
}

function childOf(circuit: Circuit, item: Item & { k: 'instance' }): Circuit {
  return circuit.families[item.family]!.variants[item.variant]!;
}

function shapesOf(circuit: Circuit): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  const words = new Map<string, Shape>();
  for (const { name, shape } of [...circuit.inputs, ...circuit.outputs, ...circuit.regs]) shapes.set(name, shape);
  for (const item of circuit.items) {
    if (item.k === 'wires') for (const { name, shape } of item.vars) shapes.set(name, shape);
    if (item.k === 'memory') words.set(item.name, item.shape);
    if (item.k === 'port' && item.access !== 'write')
      shapes.set(`${item.memory}_${item.name}`, words.get(item.memory)!);
    if (item.k === 'instance') {
      for (const { name, shape } of childOf(circuit, item).outputs) shapes.set(`${item.name}_${name}`, shape);
    }
  }
  return shapes;
}
