// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic, LabelledSpan } from '../diagnostics.ts';
import type { Decl, Module } from '../module.ts';
import type { Span } from '../span.ts';
import { type DomainCones, domainCones, nodesOfDecl } from './clocks/cones.ts';
import { DirectSources } from './clocks/direct.ts';
import { hasSeveralDomains } from './clocks/domains.ts';
import { clockInterface, isRegistered } from './clocks/interface.ts';
import { type Sink, sinksOf } from './clocks/sinks.ts';
import { capital, describeDecl, joinWords, limit } from './describe.ts';

/**
 * Values that pass from one clock domain to another (KLN-C001), by bit range and through instances. Guarantees that registers,
 * memory ports, properties, tagged outputs and instance inputs take values of their own domain only. A port without
 * a tag belongs to the module's first domain; memory read data belong to the domain of the read port, so that a memory
 * with two clocks is a crossing that its user answers for. The one exception are synchronisers, fed by a register
 * with no logic between.
 *
 * Assumes that domains are mapped and loops are absent. Cost: linear, and nothing in a module of one domain.
 */
export function checkCrossings(module: Module): Diagnostic[] {
  if (module.blackBox || !hasSeveralDomains(module)) return [];
  const sinks = sinksOf(module);
  const cones = domainCones(
    module,
    sinks.map(({ takes }) => ('kind' in takes ? [] : takes)),
    clockInterface,
  );
  const direct = new DirectSources(module);
  return sinks.flatMap((sink, i) => {
    const starts = startsOf(cones, sink, cones.asked[i]!);
    const foreign = new Set(starts.flatMap((node) => cones.of(node)));
    foreign.delete(sink.domain);
    if (foreign.size === 0) return [];
    const isSynchroniser = synchronises(sink);
    if (isSynchroniser && isFedByRegister(sink, direct)) return [];
    return [crossing(module, cones, sink, starts, isSynchroniser)];
  });
}

function startsOf(cones: DomainCones, { takes }: Sink, asked: number): number[] {
  if (!('kind' in takes)) return [asked];
  if (takes.kind !== 'reg') return nodesOfDecl(cones.graph, takes);
  const next = cones.graph.next.get(takes);
  return next === undefined ? [] : [next];
}

function synchronises({ takes }: Sink): boolean {
  if (!('kind' in takes)) return false;
  if (takes.kind === 'reg') return takes.synchroniser;
  return takes.kind === 'instin' && clockInterface(takes.instance.module).synchronised.has(takes.port);
}

/** Ports count as registers: whether they are is the parent's to check. */
function isFedByRegister({ takes }: Sink, direct: DirectSources): boolean {
  const value = 'kind' in takes ? direct.onlyValue(takes) : null;
  const source = value && direct.of(value);
  return isRegistered(source) || (source?.kind === 'port' && source.direction === 'input');
}

interface Source {
  readonly decl: Decl;
  readonly domains: readonly string[];
}

/** The signals of other domains nearest to a sink, and the assignment that each of them is taken in. */
function foreignSources(cones: DomainCones, starts: readonly number[], domain: string): [Source[], Span | null] {
  const { graph, ownDomains } = cones;
  const sources = new Map<Decl, Source>();
  let assigned: Span | null = null;
  const seen = new Set(starts);
  const queue = [...starts];
  for (const node of queue) {
    const origin = graph.origins[node];
    const own = origin?.kind === 'decl' ? ownDomains(origin.decl) : null;
    if (own && origin?.kind === 'decl') {
      const domains = own.filter((name) => name !== domain);
      if (domains.length > 0) sources.set(origin.decl, { decl: origin.decl, domains });
      continue;
    }
    if (!cones.of(node).some((name) => name !== domain)) continue;
    if (origin?.kind === 'assign') assigned ??= origin.stmt.span;
    for (const source of graph.edges[node]!) {
      if (!seen.has(source)) queue.push(source);
      seen.add(source);
    }
  }
  return [[...sources.values()], assigned];
}

function crossing(
  module: Module,
  cones: DomainCones,
  sink: Sink,
  starts: number[],
  isSynchroniser: boolean,
): Diagnostic {
  const [sources, assigned] = foreignSources(cones, starts, sink.domain);
  const names = sources.map(({ decl, domains }) => `${describeDecl(decl)} of domain ${joinWords(domains)}`);
  const from = joinWords(limit(names, 4));
  const spans: LabelledSpan[] = [
    ...(assigned ? [{ span: assigned, label: 'taken over here' }] : []),
    { span: sink.span, label: `${sink.text}, domain ${sink.domain}` },
    ...sources.slice(0, 8).map(({ decl, domains }) => ({
      span: decl.span,
      label: `${describeDecl(decl)}, domain ${joinWords(domains)}`,
    })),
  ];
  const common = { code: 'KLN-C001', module: module.name, spans } as const;
  if (isSynchroniser) {
    return {
      ...common,
      message: `Logic stands before the synchroniser at ${sink.text} of domain ${sink.domain}: it takes its value from ${from}.`,
      cause: 'The output of logic glitches while its inputs change, and the other clock may sample a glitch.',
      cure: 'Put the value into a register of its own domain first, and assign that register alone, unconditionally.',
    };
  }
  return {
    ...common,
    message: `${capital(sink.text)} of domain ${sink.domain} takes a value from ${from}.`,
    cause:
      'The edges of two clocks have no fixed distance: flip-flops sample while the value changes, bits of a word apart.',
    cure: 'Pass one bit through a synchroniser (regs with synchroniser: true), a word through an asynchronous FIFO or a handshake.',
  };
}
