// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../expr.ts';
import type { Decl, Driven, Module, PortDecl } from '../../module.ts';
import { reachableExprs, rootExprs } from '../../walk.ts';
import type { CombSummary, PortBits } from './comb-path.ts';
import { Cuts } from './cuts.ts';
import { Nodes } from './nodes.ts';
import { type Context, contextsOf, type Placed, placedAssigns } from './placed.ts';

export interface GraphOptions {
  /** Adds a node for the input of each register, and every expression in use. */
  readonly sequential: boolean;
  /** Cuts ports, of this module and of its instances, into single bits. */
  readonly fine: boolean;
  readonly summaryOf: (child: Module) => CombSummary;
}

export interface CombGraph extends Nodes {
  /** Node of what a register takes over at its clock edge. */
  readonly next: ReadonlyMap<Driven, number>;
}

/**
 * The combinational dependencies of a module by bit range: outputs, wires, nets and instance inputs on what drives them,
 * with the conditions; instance outputs on instance inputs as the child's summary says; data of an asynchronous memory
 * read on its address. Registers, synchronous read data and input ports are ends.
 *
 * Assumes widths that fit. Cost: linear in expressions, statements and the parts that slices cut signals into.
 */
export function combGraph(module: Module, options: GraphOptions): CombGraph {
  const placed = placedAssigns(module, ({ target }) => options.sequential || target.decl.kind !== 'reg');
  const contexts = contextsOf(placed);
  const exprs = reachableExprs(options.sequential ? rootExprs(module) : combRoots(module, placed, contexts));
  const cuts = new Cuts(placed.map(({ stmt }) => stmt));
  for (const expr of exprs) cuts.explore(expr);
  cutPorts(module, cuts, options);

  const nodes = new Nodes(cuts);
  for (const expr of exprs) if (expr.kind === 'op') nodes.addOp(expr);
  const next = connectAssigns(nodes, placed, contexts);
  for (const net of module.nets) {
    nodes.forEachDeclPart(net, 0, net.width, (part, lo, hi) =>
      nodes.forEachPart(net.value, lo, hi, (source) => nodes.connect(part, source)),
    );
  }
  connectInstances(module, nodes, options);
  connectAsyncReads(module, nodes);
  return Object.assign(nodes, { next });
}

function combRoots(module: Module, placed: readonly Placed[], contexts: readonly Context[]): Expr[] {
  return [
    ...placed.map(({ stmt }) => stmt.value),
    ...contexts.map(({ condition }) => condition),
    ...module.nets.map((net) => net.value),
    ...asyncReads(module).map((port) => port.address),
  ];
}

function asyncReads(module: Module): { readonly address: Expr; readonly data: Decl }[] {
  return module.memories.flatMap(({ ports }) =>
    ports.flatMap((port) => (port.kind === 'read' && !port.synchronous ? [port] : [])),
  );
}

function cutPorts(module: Module, cuts: Cuts, { fine, summaryOf }: GraphOptions): void {
  const everyBit = (decl: Decl): void => {
    for (let at = 1; at < decl.width; at++) cuts.cutDecl(decl, at);
  };
  if (fine && bitsOf(module.ports) <= MOST_BITS) module.ports.forEach(everyBit);
  for (const instance of module.instances) {
    const pins = pinsOf(instance);
    if (fine && bitsOf(instance.module.ports) <= MOST_BITS) for (const pin of pins.values()) everyBit(pin);
    for (const { inputs, outputs } of summaryOf(instance.module)) {
      for (const { port, lo, hi } of [...inputs, ...outputs]) {
        cuts.cutDecl(pins.get(port)!, lo);
        cuts.cutDecl(pins.get(port)!, hi);
      }
    }
  }
}

/**
 * Modules with more port bits than this are never taken apart into single bits: the relation between all outputs and all
 * inputs could grow with the square. Such a module used as its own bit-by-bit carry chain is refused.
 */
const MOST_BITS = 4096;

function bitsOf(ports: readonly PortDecl[]): number {
  return ports.reduce((sum, port) => sum + port.width, 0);
}

function pinsOf({ inputs, outputs }: Module['instances'][number]): Map<PortDecl, Decl> {
  return new Map<PortDecl, Decl>([...inputs, ...outputs].map((pin) => [pin.port, pin]));
}

function connectAssigns(nodes: Nodes, placed: readonly Placed[], contexts: readonly Context[]): Map<Driven, number> {
  const ofContext = new Map<Context, number>();
  for (const context of contexts) {
    const node = nodes.add();
    nodes.connectWhole(node, context.condition);
    // The previous arm already knows the contexts around both.
    const around = context.previous ?? context.outer;
    if (around) nodes.connect(node, ofContext.get(around)!);
    ofContext.set(context, node);
  }
  const next = new Map<Driven, number>();
  for (const { stmt, context } of placed) {
    const { decl, lo, width } = stmt.target;
    const assign = (user: number): number => {
      const node = nodes.add({ kind: 'assign', stmt });
      nodes.connect(user, node);
      if (context) nodes.connect(node, ofContext.get(context)!);
      return node;
    };
    if (decl.kind === 'reg') {
      let user = next.get(decl);
      if (user === undefined) next.set(decl, (user = nodes.add({ kind: 'next', decl })));
      nodes.connectWhole(assign(user), stmt.value);
    } else {
      nodes.forEachDeclPart(decl, lo, lo + width, (part, from, to) => {
        const node = assign(part);
        nodes.forEachPart(stmt.value, from - lo, to - lo, (source) => nodes.connect(node, source));
      });
    }
  }
  return next;
}

function connectInstances(module: Module, nodes: Nodes, { summaryOf }: GraphOptions): void {
  for (const instance of module.instances) {
    const pins = pinsOf(instance);
    for (const { inputs, outputs } of summaryOf(instance.module)) {
      const join = nodes.add();
      const each = (list: readonly PortBits[], visit: (node: number) => void): void => {
        for (const { port, lo, hi } of list) nodes.forEachDeclPart(pins.get(port)!, lo, hi, visit);
      };
      each(inputs, (node) => nodes.connect(join, node));
      each(outputs, (node) => nodes.connect(node, join));
    }
  }
}

function connectAsyncReads(module: Module, nodes: Nodes): void {
  for (const { address, data } of asyncReads(module)) {
    nodes.forEachDeclPart(data, 0, data.width, (part) => nodes.connectWhole(part, address));
  }
}
