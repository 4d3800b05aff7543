// SPDX-License-Identifier: Apache-2.0
import { didYouMean } from '../ir/closest.ts';
import type { Domain, Module } from '../ir/module.ts';
import type { BlockCall } from './block.ts';
import type { ModuleBuilder } from './builder.ts';

/**
 * Which domain of the parent clocks each domain of a child. What `clocked` says comes first. The only domain of a child follows the
 * domain in which the instance is made (`m.in`); one of several takes the parent's domain of equal name, which the parent gets if it
 * does not have it yet: tops pass the clocks of what they hold through without a word.
 */
export function connectDomains(m: ModuleBuilder, name: string, call: BlockCall, child: Module): Map<string, Domain> {
  refuseUnknown(m, name, call, child);
  const domains = new Map<string, Domain>();
  for (const { domain, reset } of child.domains) {
    const ofName = m.module.domains.find((use) => use.domain.name === domain.name)?.domain ?? domain;
    const mapped = call.domains[domain.name] ?? (child.domains.length === 1 ? m.domain : ofName);
    m.useDomain(mapped);
    if (reset !== null) {
      if (mapped.reset === null) {
        m.core.fault(
          'KLN-C002',
          `The domain ${domain.name} of instance ${name} has a reset, but ${mapped.name}, which clocks it, has none.`,
          'Connect it to a domain with a reset.',
          [{ span: child.span, label: 'its block' }],
        );
      }
      m.requireReset(mapped);
    }
    domains.set(domain.name, mapped);
  }
  return domains;
}

/** A block without clocks, as degenerate parameters make it, has nothing to connect and takes any name. */
function refuseUnknown(m: ModuleBuilder, name: string, call: BlockCall, child: Module): void {
  const known = child.domains.map(({ domain }) => domain.name);
  if (known.length === 0) return;
  for (const given of Object.keys(call.domains)) {
    if (known.includes(given)) continue;
    m.core.fault(
      'KLN-C002',
      `Instance ${name} of ${child.name} has no clock domain ${given}.${didYouMean(given, known)}`,
      `Connect its domains by the names that the block has for them: ${known.join(', ')}.`,
      [{ span: child.span, label: 'its block' }],
    );
  }
}
