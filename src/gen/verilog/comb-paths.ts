// SPDX-License-Identifier: Apache-2.0
import { type Expr, operands } from '../../ir/expr.ts';
import type { Driven, InstInDecl, InstOutDecl, MemReadDecl, Module, PortDecl } from '../../ir/module.ts';
import { type Context, type Driver, driversOf } from './drivers.ts';

/** Inputs that an output hangs on within the cycle. */
type Paths = ReadonlyMap<PortDecl, ReadonlySet<PortDecl>>;

type Node = Expr | Driven | Context;

interface Frame {
  readonly node: Node;
  readonly next: readonly Node[];
  at: number;
  /** One bit for each input port of the module. */
  inputs: bigint;
}

/** Which outputs of each module hang combinationally on which inputs; each module is traced once, in linear time. */
export class CombPaths {
  readonly #known = new Map<Module, Paths>();

  /** The inputs of the instance that its output hangs on within the cycle. */
  inputsOf(output: InstOutDecl): InstInDecl[] {
    const ports = this.of(output.instance.module).get(output.port);
    return ports ? output.instance.inputs.filter((input) => ports.has(input.port)) : [];
  }

  of(module: Module): Paths {
    const known = this.#known.get(module);
    if (known) return known;
    const paths = this.#trace(module);
    this.#known.set(module, paths);
    return paths;
  }

  #trace(module: Module): Paths {
    if (module.blackBox) return module.blackBox.model ? byName(module, this.of(module.blackBox.model)) : new Map();
    const drivers = driversOf(module.body);
    const inputs = module.ports.filter((port) => port.direction === 'input');
    const bitOf = new Map<object, bigint>(inputs.map((port, i) => [port, 1n << BigInt(i)]));
    const reached = new Map<Node, bigint>();
    const paths = new Map<PortDecl, ReadonlySet<PortDecl>>();
    for (const port of module.ports) {
      if (port.direction === 'input') continue;
      const bits = this.#inputsBelow(port, drivers, bitOf, reached);
      if (bits !== 0n) paths.set(port, new Set(inputs.filter((_, i) => ((bits >> BigInt(i)) & 1n) === 1n)));
    }
    return paths;
  }

  /** Depth first with a stack of our own: expressions may be deeper than calls can be. */
  #inputsBelow(
    start: Node,
    drivers: ReadonlyMap<Driven, readonly Driver[]>,
    bitOf: ReadonlyMap<object, bigint>,
    reached: Map<Node, bigint>,
  ): bigint {
    const frames: Frame[] = [];
    const enter = (node: Node): void => {
      reached.set(node, 0n);
      const own = node.kind === 'ref' ? (bitOf.get(node.decl) ?? 0n) : 0n;
      frames.push({ node, next: own === 0n ? this.#successors(node, drivers) : [], at: 0, inputs: own });
    };
    if (!reached.has(start)) enter(start);
    for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
      const to = frame.next[frame.at++];
      if (to) {
        const known = reached.get(to);
        if (known === undefined) enter(to);
        else frame.inputs |= known;
        continue;
      }
      reached.set(frame.node, frame.inputs);
      frames.pop();
      const above = frames.at(-1);
      if (above) above.inputs |= frame.inputs;
    }
    return reached.get(start)!;
  }

  #successors(node: Node, drivers: ReadonlyMap<Driven, readonly Driver[]>): readonly Node[] {
    switch (node.kind) {
      case 'reg':
        return [];
      case 'port':
      case 'wire':
      case 'instin':
        return (drivers.get(node) ?? []).flatMap(({ value, context }) => (context ? [value, context] : [value]));
      case 'context':
        return node.outer ? [node.condition, node.outer] : [node.condition];
      case 'const':
      case 'op':
      case 'slice':
        return operands(node);
      case 'ref': {
        const { decl } = node;
        if (decl.kind === 'net') return [decl.value];
        if (decl.kind === 'instout') return this.inputsOf(decl);
        if (decl.kind === 'memread') return asyncAddress(decl);
        return [decl];
      }
    }
  }
}

/** A black box and its model have equal ports. */
function byName(module: Module, paths: Paths): Paths {
  const ports = new Map(module.ports.map((port) => [port.name, port]));
  const own = (port: PortDecl): PortDecl[] => (ports.has(port.name) ? [ports.get(port.name)!] : []);
  const renamed = new Map<PortDecl, ReadonlySet<PortDecl>>();
  for (const [output, inputs] of paths) {
    for (const port of own(output)) renamed.set(port, new Set([...inputs].flatMap(own)));
  }
  return renamed;
}

/** The address of an asynchronous read port, on which its data hang within the cycle. */
export function asyncAddress(data: MemReadDecl): Expr[] {
  const port = data.memory.ports.find((one) => one.kind === 'read' && one.data === data);
  return port?.kind === 'read' && !port.synchronous ? [port.address] : [];
}
