// SPDX-License-Identifier: Apache-2.0
import type { Decl, Driven, InstInDecl, Module, PortDecl, RegDecl } from '../../module.ts';
import { readDecls, rootExprs } from '../../walk.ts';
import { domainCones } from './cones.ts';
import { DirectSources } from './direct.ts';
import { type ClockInterface, domainOf, hasSeveralDomains } from './domains.ts';

const cache = new WeakMap<Module, ClockInterface>();

/** Made once a module. Cost: that of the module's dependency graph if it has several domains, linear otherwise. */
export function clockInterface(module: Module): ClockInterface {
  let known = cache.get(module);
  if (!known) cache.set(module, (known = describe(module)));
  return known;
}

function describe(module: Module): ClockInterface {
  const direct = new DirectSources(module);
  const outputs = new Map<PortDecl, readonly string[]>();
  const registered = new Set<PortDecl>();
  const cones = hasSeveralDomains(module) && !module.blackBox ? domainCones(module, [], clockInterface) : null;
  for (const port of module.ports) {
    if (port.direction !== 'output') continue;
    const own = domainOf(module, port);
    if (own !== null) outputs.set(port, cones && port.domain === null ? cones.domainsOf(port) : [own]);
    const value = direct.onlyValue(port);
    if (value && isRegistered(direct.of(value))) registered.add(port);
  }
  return { outputs, registered, synchronised: synchronisedInputs(module, direct) };
}

/** Is a signal what a flip-flop holds? */
export function isRegistered(decl: Decl | null): boolean {
  if (decl?.kind === 'instout') return clockInterface(decl.instance.module).registered.has(decl.port);
  return decl?.kind === 'reg';
}

function synchronisedInputs(module: Module, direct: DirectSources): Set<PortDecl> {
  const found = new Set<PortDecl>();
  const synchronisers = new Set<Driven>();
  const pass = (target: RegDecl | InstInDecl): void => {
    const value = direct.onlyValue(target);
    const source = value && direct.of(value);
    if (source?.kind !== 'port' || source.domain !== null) return;
    found.add(source);
    synchronisers.add(target);
  };
  for (const reg of module.regs) if (reg.synchroniser) pass(reg);
  for (const { module: child, inputs } of module.instances) {
    for (const pin of inputs) if (clockInterface(child).synchronised.has(pin.port)) pass(pin);
  }
  if (found.size === 0) return found;
  const others = rootExprs(module, (stmt) => stmt.kind !== 'assign' || !synchronisers.has(stmt.target.decl));
  for (const decl of readDecls(others)) if (decl.kind === 'port') found.delete(decl);
  return found;
}
