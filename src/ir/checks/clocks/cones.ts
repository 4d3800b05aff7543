// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../expr.ts';
import type { Decl, Module, PortDecl } from '../../module.ts';
import { components } from '../comb/components.ts';
import { combGraph, type CombGraph } from '../comb/graph.ts';
import { combSummary } from '../comb/summary.ts';
import { Unions } from '../comb/unions.ts';
import { type ClockInterface, domainOf } from './domains.ts';

/** Where the values of a module come from, by bit range. */
export interface DomainCones {
  readonly graph: CombGraph;
  /** Nodes that stand for the expressions asked about, each for all expressions of one entry. */
  readonly asked: readonly number[];
  /** Names of the domains that a node's value comes from. */
  readonly of: (node: number) => readonly string[];
  readonly domainsOf: (decl: Decl) => readonly string[];
  /** The domains that a signal belongs to by itself; null for one that passes on what it is made of. */
  readonly ownDomains: (decl: Decl) => readonly string[] | null;
}

/** Cost: linear in the sequential dependency graph of the module. */
export function domainCones(
  module: Module,
  asked: readonly (readonly Expr[])[],
  interfaceOf: (child: Module) => ClockInterface,
): DomainCones {
  const graph = combGraph(module, { sequential: true, fine: false, summaryOf: (child) => combSummary(child, false) });
  const askedNodes = asked.map((exprs) => {
    const node = graph.add();
    for (const expr of exprs) graph.connectWhole(node, expr);
    return node;
  });
  const ownDomains = ownDomainsIn(module, interfaceOf);
  const names = new Map<string, number>();
  const numberOf = (name: string): number => names.get(name) ?? (names.set(name, names.size), names.size - 1);

  const unions = new Unions();
  const { of, members } = components(graph.edges);
  const setOf = new Int32Array(members.length);
  for (const [component, nodes] of members.entries()) {
    setOf[component] = unions.of(
      nodes.flatMap((node) => {
        const origin = graph.origins[node];
        const own = origin?.kind === 'decl' ? ownDomains(origin.decl) : null;
        if (own) return own.map((name) => unions.single(numberOf(name)));
        return graph.edges[node]!.map((source) => setOf[of[source]!]!);
      }),
    );
  }
  const list = (sets: readonly number[]): string[] => {
    const known = [...names.keys()];
    return unions.members(unions.of(sets)).map((number) => known[number]!);
  };
  const setOfNode = (node: number): number => setOf[of[node]!]!;
  return {
    graph,
    asked: askedNodes,
    of: (node) => list([setOfNode(node)]),
    domainsOf: (decl) => list(nodesOfDecl(graph, decl).map(setOfNode)),
    ownDomains,
  };
}

/** All nodes of a declaration that the graph has. */
export function nodesOfDecl(graph: CombGraph, decl: Decl): number[] {
  const nodes: number[] = [];
  if (graph.hasDecl(decl)) graph.forEachDeclPart(decl, 0, decl.width, (node) => nodes.push(node));
  return nodes;
}

function ownDomainsIn(module: Module, interfaceOf: (child: Module) => ClockInterface): DomainCones['ownDomains'] {
  const ofMemory = new Map<Decl, string>();
  for (const memory of module.memories) {
    for (const port of memory.ports) if (port.kind !== 'write') ofMemory.set(port.data, port.domain.name);
  }
  const ofPort = (port: PortDecl): string[] => {
    const name = domainOf(module, port);
    return name === null ? [] : [name];
  };
  return (decl) => {
    switch (decl.kind) {
      case 'port':
        return decl.direction === 'input' ? ofPort(decl) : null;
      case 'reg':
        return [decl.domain.name];
      case 'memread':
        return [ofMemory.get(decl)!];
      case 'instout': {
        const { instance, port } = decl;
        const inChild = interfaceOf(instance.module).outputs.get(port);
        return inChild?.map((name) => instance.domains.get(name)?.name ?? name) ?? null;
      }
      case 'wire':
      case 'net':
      case 'instin':
        return null;
      default:
        return assertNever(decl);
    }
  };
}
