// SPDX-License-Identifier: Apache-2.0
import type { Module, PortDecl } from '../../module.ts';

/** Domain that a port without a tag belongs to, by name; null in a module without clocks. */
export function domainOf(module: Module, port: PortDecl): string | null {
  return port.domain?.name ?? module.domains[0]?.domain.name ?? null;
}

export function hasSeveralDomains(module: Module): boolean {
  const names = new Set(module.domains.map((use) => use.domain.name));
  for (const port of module.ports) if (port.domain) names.add(port.domain.name);
  return names.size > 1;
}

/** What a parent has to know about the clocks behind a module's ports. Domains are the module's own, by name. */
export interface ClockInterface {
  /** Domains that each output's value comes from. Empty for a module without clocks: its outputs have those of its inputs. */
  readonly outputs: ReadonlyMap<PortDecl, readonly string[]>;
  /** Outputs that are a register, or bits of one, and no logic. */
  readonly registered: ReadonlySet<PortDecl>;
  /** Untagged inputs that only synchronisers read, directly: they may belong to any domain. */
  readonly synchronised: ReadonlySet<PortDecl>;
}
