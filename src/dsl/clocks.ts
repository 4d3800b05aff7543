// SPDX-License-Identifier: Apache-2.0
import type { Domain, DomainUse, Module, PortDecl } from '../ir/module.ts';
import { captureSpan } from '../ir/span.ts';
import { refuse } from './refuse.ts';

/** The module's use of a domain; its clock port appears with the first use. */
export function clockOf(module: Module, domain: Domain): DomainUse {
  const known = module.domains.find((use) => use.domain.name === domain.name);
  if (known) {
    if (!isSameDomain(known.domain, domain)) refuseTwins(known.domain, domain);
    return known;
  }
  const use: DomainUse = { domain, clock: controlPort(module, domain.clock, 'clock', domain), reset: null };
  module.domains.push(use);
  return use;
}

function isSameDomain(a: Domain, b: Domain): boolean {
  return a.clock === b.clock && a.reset === b.reset;
}

function refuseTwins(a: Domain, b: Domain): never {
  const pins = (domain: Domain): string =>
    `clock ${domain.clock} and ${domain.reset ? `reset ${domain.reset}` : 'no reset'}`;
  const text = `Two clock domains have the name ${a.name}: one with ${pins(a)}, one with ${pins(b)}.`;
  return refuse('KLN-N001', text, 'Use one domain object for both, or another name for one of them.');
}

/** The module's reset port of a domain, or null when the domain has none. */
export function resetOf(module: Module, domain: Domain): PortDecl | null {
  const use = clockOf(module, domain);
  if (domain.reset !== null) use.reset ??= controlPort(module, domain.reset, 'reset', domain);
  return use.reset;
}

/** Clocks and resets lead the port list, in order of first use. */
function controlPort(module: Module, name: string, role: 'clock' | 'reset', domain: Domain): PortDecl {
  const port: PortDecl = {
    kind: 'port',
    direction: 'input',
    role,
    domain,
    name,
    width: 1,
    format: { kind: 'unsigned' },
    path: [name],
    comment: '',
    span: captureSpan(),
  };
  const lead = module.ports.findIndex((each) => each.role === 'data');
  module.ports.splice(lead < 0 ? module.ports.length : lead, 0, port);
  return port;
}
