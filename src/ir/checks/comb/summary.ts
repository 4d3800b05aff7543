// SPDX-License-Identifier: Apache-2.0
import type { Module, PortDecl } from '../../module.ts';
import type { CombSummary, PortBits } from './comb-path.ts';
import { type Components, components } from './components.ts';
import { combGraph, type CombGraph } from './graph.ts';
import { Unions } from './unions.ts';

export interface CombAnalysis {
  readonly graph: CombGraph;
  readonly components: Components;
  readonly summary: CombSummary;
}

/**
 * Summaries are made once a module: `coarse` ones cut ports only where the module does, `fine` ones at each bit. A parent
 * takes the fine ones when the coarse ones suggest a loop, since it may use an output bit by bit that the child computes whole.
 */
const cache = { coarse: new WeakMap<Module, CombSummary>(), fine: new WeakMap<Module, CombSummary>() };

export function combSummary(module: Module, fine: boolean): CombSummary {
  const known = cache[fine ? 'fine' : 'coarse'].get(module);
  return known ?? combAnalysis(module, fine).summary;
}

/** Cost: linear in the graph, plus the sizes of the distinct sets of inputs that signals depend on. */
export function combAnalysis(module: Module, fine: boolean): CombAnalysis {
  const graph = combGraph(module, { sequential: false, fine, summaryOf: (child) => combSummary(child, fine) });
  const found = components(graph.edges);
  const summary = module.blackBox ? blackBoxSummary(module, fine) : summarise(graph, found);
  cache[fine ? 'fine' : 'coarse'].set(module, summary);
  return { graph, components: found, summary };
}

function summarise(graph: CombGraph, { of, members }: Components): CombSummary {
  const unions = new Unions();
  const setOf = new Int32Array(members.length);
  const outputsOf = new Map<number, number[]>();
  for (const [component, nodes] of members.entries()) {
    const parts: number[] = [];
    for (const node of nodes) {
      const origin = graph.origins[node];
      if (origin?.kind === 'decl' && isPort(origin.decl, 'input')) parts.push(unions.single(node));
      for (const source of graph.edges[node]!) if (of[source] !== component) parts.push(setOf[of[source]!]!);
    }
    const set = (setOf[component] = unions.of(parts));
    if (set === Unions.empty) continue;
    for (const node of nodes) {
      const origin = graph.origins[node];
      if (origin?.kind !== 'decl' || !isPort(origin.decl, 'output')) continue;
      const outputs = outputsOf.get(set);
      if (outputs) outputs.push(node);
      else outputsOf.set(set, [node]);
    }
  }
  return [...outputsOf].map(([set, outputs]) => ({
    inputs: portBits(graph, unions.members(set)),
    outputs: portBits(graph, outputs),
  }));
}

function isPort(decl: { readonly kind: string }, direction: PortDecl['direction']): decl is PortDecl {
  return decl.kind === 'port' && (decl as PortDecl).direction === direction;
}

/** Port bits of nodes, neighbours joined. */
function portBits(graph: CombGraph, nodes: readonly number[]): PortBits[] {
  const bits: { port: PortDecl; lo: number; hi: number }[] = [];
  // The parts of one declaration have consecutive numbers.
  for (const node of [...nodes].sort((a, b) => a - b)) {
    const origin = graph.origins[node];
    if (origin?.kind !== 'decl') continue;
    const before = bits.at(-1);
    if (before?.port === origin.decl && before.hi === origin.lo) before.hi = origin.hi;
    else bits.push({ port: origin.decl as PortDecl, lo: origin.lo, hi: origin.hi });
  }
  return bits;
}

/**
 * A black box is taken for what its model is. Without a model, one that has a clock is taken for registered, as
 * vendor primitives are used, and one without a clock for combinational in every bit.
 */
function blackBoxSummary(module: Module, fine: boolean): CombSummary {
  const data = module.ports.filter((port) => port.role === 'data' && port.width > 0);
  const model = module.blackBox?.model;
  if (model) {
    const ports = new Map(data.map((port) => [port.name, port]));
    const own = (list: readonly PortBits[]): PortBits[] =>
      list.flatMap(({ port, lo, hi }) => (ports.has(port.name) ? [{ port: ports.get(port.name)!, lo, hi }] : []));
    return combSummary(model, fine).map(({ inputs, outputs }) => ({ inputs: own(inputs), outputs: own(outputs) }));
  }
  if (module.domains.length > 0) return [];
  const whole = (direction: PortDecl['direction']): PortBits[] =>
    data.filter((port) => port.direction === direction).map((port) => ({ port, lo: 0, hi: port.width }));
  return [{ inputs: whole('input'), outputs: whole('output') }];
}
