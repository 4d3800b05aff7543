// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic } from '../diagnostics.ts';
import type { Instance, Module } from '../module.ts';
import { joinWords } from './describe.ts';

/**
 * Clock domains of instances (KLN-C002). Guarantees that every domain of a child is mapped to one of this module's.
 * Cost: linear in the domains of all instances.
 */
export function checkDomainMap(module: Module): Diagnostic[] {
  const known = new Set(module.domains.map((use) => use.domain.name));
  return module.instances.flatMap((instance) =>
    instance.module.domains.flatMap(({ domain }) => {
      const mapped = instance.domains.get(domain.name);
      if (mapped && known.has(mapped.name)) return [];
      return [unconnected(module, instance, domain.name, mapped?.name ?? null, [...known])];
    }),
  );
}

function unconnected(
  module: Module,
  instance: Instance,
  name: string,
  mapped: string | null,
  known: string[],
): Diagnostic {
  const has = known.length > 0 ? `${module.name} has ${joinWords(known)}` : `${module.name} has no clock domain`;
  return {
    code: 'KLN-C002',
    message:
      mapped === null
        ? `Domain ${name} of instance ${instance.name} is not connected to a clock domain of ${module.name}.`
        : `Domain ${name} of instance ${instance.name} is connected to ${mapped}, which is not a clock domain of ${module.name}.`,
    module: module.name,
    spans: [
      { span: instance.span, label: `instance ${instance.name} of ${instance.module.name}` },
      { span: instance.module.span, label: 'its block' },
    ],
    cause: `${has}.`,
    cure: `Connect it: .clocked({ ${name}: domain }).`,
  };
}
