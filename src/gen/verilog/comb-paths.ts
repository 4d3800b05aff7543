// SPDX-License-Identifier: Apache-2.0
import { type Expr, operands } from '../../ir/expr.ts';
import type { Decl, Driven, InstInDecl, InstOutDecl, Module, PortDecl } from '../../ir/module.ts';
import { type Context, type Driver, driversOf } from './drivers.ts';

/** Inputs that an output hangs on within the cycle. */
type Paths = ReadonlyMap<PortDecl, ReadonlySet<PortDecl>>;

type Node = Expr | Driven | Context;

/** What drives the signals of a module. */
interface Sources {
  readonly drivers: ReadonlyMap<Driven, readonly Driver[]>;
  readonly addresses: ReadonlyMap<Decl, readonly Expr[]>;
}

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
    const sources = { drivers: driversOf(module.body), addresses: asyncAddresses(module) };
    const inputs = module.ports.filter((port) => port.direction === 'input');
    const bitOf = new Map<object, bigint>(inputs.map((port, i) => [port, 1n << BigInt(i)]));
    const reached = new Map<Node, bigint>();
    const paths = new Map<PortDecl, ReadonlySet<PortDecl>>();
    for (const port of module.ports) {
      if (port.direction === 'input') continue;
      const bits = this.#inputsBelow(port, sources, bitOf, reached);
      if (bits !== 0n) paths.set(port, new Set(inputs.filter((_, i) => ((bits >> BigInt(i)) & 1n) === 1n)));
    }
    return paths;
  }

  /** Depth first with a stack of our own: expressions may be deeper than calls can be. */
  #inputsBelow(start: Node, sources: Sources, bitOf: ReadonlyMap<object, bigint>, reached: Map<Node, bigint>): bigint {
    const frames: Frame[] = [];
    const enter = (node: Node): void => {
      reached.set(node, 0n);
      const own = node.kind === 'ref' ? (bitOf.get(node.decl) ?? 0n) : 0n;
      frames.push({ node, next: own === 0n ? this.#successors(node, sources) : [], at: 0, inputs: own });
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

  #successors(node: Node, { drivers, addresses }: Sources): readonly Node[] {
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
        if (decl.kind === 'memread') return addresses.get(decl) ?? [];
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

/** The address of each asynchronous read port, on which its data hang within the cycle. */
export function asyncAddresses(module: Module): Map<Decl, Expr[]> {
  const addresses = new Map<Decl, Expr[]>();
  for (const port of module.memories.flatMap((memory) => memory.ports)) {
    if (port.kind === 'read' && !port.synchronous) addresses.set(port.data, [port.address]);
  }
  return addresses;
}
