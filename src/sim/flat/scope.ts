// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Domain, Driven, Instance, MemReadDecl, Memory, Module, PortDecl, RegDecl } from '../../ir/module.ts';
import type { Drivers } from './drivers.ts';
import type { FlatMemory } from './flat.ts';

/** One instance of a module in the flattened design, with what its declarations have become. */
export class Scope {
  readonly children = new Map<Instance, Scope>();
  readonly regs = new Map<RegDecl, RegDecl>();
  /** What a reference to memory read data has become. */
  readonly reads = new Map<MemReadDecl, Expr>();
  readonly memories = new Map<Memory, FlatMemory>();
  /** Flat expressions by the id of the module's expression. */
  readonly exprs: (Expr | undefined)[] = [];
  readonly driven = new Map<Driven, Expr>();
  /** Being resolved right now. */
  readonly busy = new Set<Driven>();

  constructor(
    /** Instance names from the top module down; empty for the top. */
    readonly path: readonly string[],
    readonly module: Module,
    readonly parent: Scope | null,
    readonly instance: Instance | null,
    /** Number of the top module's domain for each domain name of this module. */
    readonly domains: ReadonlyMap<string, number>,
    readonly drivers: Drivers,
  ) {}

  /** The name of a declaration from the top module down. */
  name(local: string): string {
    return [...this.path, local].join('.');
  }

  /** Ports are matched by name, because a black box and its model are different modules. */
  port(name: string): PortDecl {
    const port = this.module.ports.find((each) => each.name === name);
    if (!port) throw new Error(`Module ${this.module.name} has no port '${name}'.`);
    return port;
  }

  domain(domain: Domain): number {
    const index = this.domains.get(domain.name);
    if (index === undefined) {
      const where = this.path.length === 0 ? this.module.name : this.path.join('.');
      throw new Error(`Clock domain '${domain.name}' of ${where} is connected to no domain of the top module.`);
    }
    return index;
  }
}
