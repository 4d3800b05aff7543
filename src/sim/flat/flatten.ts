// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { Decl, Design, MemReadDecl, Module, PortDecl, RegDecl, Stmt } from '../../ir/module.ts';
import { ExprPool } from '../../ir/pool.ts';
import { ioLayout } from '../layout.ts';
import { driversOf, type Drivers } from './drivers.ts';
import type { Check, Flat, FlatDomain, FlatMemory, FlatReg, FlatUpdate, MemoryLoad, MemoryWrite } from './flat.ts';
import { flattenMemory, type MemoryContext } from './memories.ts';
import { flatRegister, type RegisterBody, registerBodies } from './registers.ts';
import { Resolver, type Target } from './resolve.ts';
import { Scope } from './scope.ts';

export interface FlattenOptions {
  /** What a read with collision `undefined` gives. */
  readonly randomCollisions: boolean;
  /** Report enabled accesses beyond a memory's depth. */
  readonly strictMemory: boolean;
  readonly properties: boolean;
}

/** Removes the hierarchy of a design. Cost: linear in the instances and their statements. */
export function flatten(
  design: Design,
  options: FlattenOptions,
): { readonly flat: Flat; readonly root: Scope; readonly resolver: Resolver } {
  return new Flattener(design, options).run();
}

class Flattener {
  readonly #pool = new ExprPool();
  readonly #drivers = new Map<Module, Drivers>();
  readonly #regs: FlatReg[] = [];
  readonly #memories: FlatMemory[] = [];
  readonly #loads = new Map<MemReadDecl, MemoryLoad>();
  readonly #writes: MemoryWrite[] = [];
  readonly #checks: Check[] = [];
  readonly #updates: FlatUpdate[] = [];
  readonly #domains: FlatDomain[];
  readonly #resolver: Resolver;
  readonly #root: Scope;
  readonly #scopes: Scope[] = [];
  readonly #registerBodies = new Map<Module, readonly RegisterBody[]>();

  constructor(
    readonly design: Design,
    readonly options: FlattenOptions,
  ) {
    const { top } = design;
    this.#domains = top.domains.map((use) => ({
      name: use.domain.name,
      reset: use.reset ? this.#pool.ref(use.reset) : this.#pool.constant(0n, 1),
    }));
    this.#resolver = new Resolver(this.#pool, (scope, decl) => this.#target(scope, decl));
    const domains = new Map(top.domains.map((use, i) => [use.domain.name, i]));
    this.#root = new Scope([], simulated(top), null, null, domains, this.#driversOf(simulated(top)));
  }

  run(): { readonly flat: Flat; readonly root: Scope; readonly resolver: Resolver } {
    this.#open(this.#root);
    const { top } = this.design;
    const special = { clocked: this.#domains.map((_, i) => clockedPort(i)), random: new Set<PortDecl>() };
    for (const scope of this.#scopes) {
      this.#registers(scope);
      if (this.options.properties) this.#properties(scope);
      const context: MemoryContext = {
        pool: this.#pool,
        domains: this.#domains,
        special,
        resolve: (expr) => this.#resolver.resolve(scope, expr),
        loads: this.#loads,
        writes: this.#writes,
        checks: this.#checks,
        updates: this.#updates,
        randomCollisions: this.options.randomCollisions,
        strict: this.options.strictMemory,
      };
      for (const memory of scope.module.memories) flattenMemory(context, scope, memory);
    }
    const outputs = top.ports
      .filter((port) => port.direction === 'output' && port.role !== 'clock' && port.width > 0)
      .map((port) => ({ port, value: this.#resolver.resolve(this.#root, this.#root.port(port.name)) }));
    // Addresses of combinational reads that nothing has asked for yet.
    for (const scope of this.#scopes) this.#asyncReads(scope);
    const flat: Flat = {
      top: top.name,
      pool: this.#pool,
      layout: ioLayout(top),
      inputs: top.ports.filter((port) => port.direction === 'input' && port.role !== 'clock'),
      outputs,
      domains: this.#domains,
      regs: this.#regs,
      regOf: new Map(this.#regs.map((reg) => [reg.decl, reg])),
      updates: this.#updates,
      memories: this.#memories,
      loads: this.#loads,
      writes: this.#writes,
      checks: this.#checks,
      special,
    };
    return { flat, root: this.#root, resolver: this.#resolver };
  }

  #driversOf(module: Module): Drivers {
    let drivers = this.#drivers.get(module);
    if (!drivers) this.#drivers.set(module, (drivers = driversOf(module)));
    return drivers;
  }

  /** Makes the flat registers and memories of an instance and of everything below it. */
  #open(scope: Scope): void {
    this.#scopes.push(scope);
    const { module } = scope;
    for (const reg of module.regs) {
      const decl = flatRegister(reg, scope.name(reg.name), reg);
      scope.regs.set(reg, decl);
      if (reg.width > 0) this.#regs.push({ decl, domain: scope.domain(reg.domain) });
    }
    for (const memory of module.memories) {
      const written = memory.ports.some((port) => port.kind !== 'read');
      const flat: FlatMemory = { path: scope.name(memory.name), memory, written };
      scope.memories.set(memory, flat);
      this.#memories.push(flat);
      for (const port of memory.ports) {
        if (port.kind === 'write' || (port.kind === 'read' && !port.synchronous)) continue;
        const { name, width } = port.data;
        const state = { domain: port.domain, reset: null, powerUp: null, synchroniser: false };
        const decl = flatRegister(port.data, scope.name(name), state);
        scope.reads.set(port.data, this.#pool.ref(decl));
        if (width > 0) this.#regs.push({ decl, domain: scope.domain(port.domain) });
      }
    }
    for (const instance of module.instances) {
      const child = simulated(instance.module);
      const domains = new Map([...instance.domains].map(([name, domain]) => [name, scope.domain(domain)]));
      const path = [...scope.path, instance.name];
      const inner = new Scope(path, child, scope, instance, domains, this.#driversOf(child));
      scope.children.set(instance, inner);
      this.#open(inner);
    }
  }

  #target(scope: Scope, decl: Decl): Target {
    switch (decl.kind) {
      case 'port':
        return decl.direction === 'output' ? { scope, node: decl } : this.#input(scope, decl);
      case 'wire':
      case 'instin':
        return { scope, node: decl };
      case 'net':
        return { scope, node: decl.value };
      case 'reg':
        return { value: this.#pool.ref(scope.regs.get(decl)!) };
      case 'memread':
        return { value: scope.reads.get(decl) ?? this.#asyncRead(scope, decl) };
      case 'instout': {
        const child = scope.children.get(decl.instance)!;
        return { scope: child, node: child.port(decl.port.name) };
      }
      default:
        return assertNever(decl);
    }
  }

  #input(scope: Scope, port: PortDecl): Target {
    const { parent, instance } = scope;
    const use = scope.module.domains.find(({ reset }) => reset === port);
    if (!parent || !instance)
      return { value: this.#pool.ref(this.design.top.ports.find((p) => p.name === port.name)!) };
    const driver = instance.inputs.find((input) => input.port.name === port.name);
    if (driver) return { scope: parent, node: driver };
    if (use) return { value: this.#domains[scope.domain(use.domain)]!.reset };
    return { value: this.#pool.constant(0n, port.width) };
  }

  /** A combinational read: a word of the memory; its address is filled in by `#asyncReads`. */
  #asyncRead(scope: Scope, data: MemReadDecl): Expr {
    const decl: MemReadDecl = { ...data, name: scope.name(data.name) };
    const word = this.#pool.ref(decl);
    scope.reads.set(data, word);
    return word;
  }

  #asyncReads(scope: Scope): void {
    for (const memory of scope.module.memories) {
      for (const port of memory.ports) {
        if (port.kind !== 'read' || port.synchronous) continue;
        const word = scope.reads.get(port.data) ?? this.#asyncRead(scope, port.data);
        if (word.kind !== 'ref') continue;
        const address = this.#resolver.resolve(scope, port.address);
        this.#loads.set(word.decl as MemReadDecl, { memory: scope.memories.get(memory)!, address });
      }
    }
  }

  #registers(scope: Scope): void {
    let bodies = this.#registerBodies.get(scope.module);
    if (!bodies) this.#registerBodies.set(scope.module, (bodies = registerBodies(scope.module)));
    for (const { domain, hasReset, body } of bodies) {
      this.#updates.push({ domain: scope.domain(domain), hasReset, body: this.#stmts(scope, body) });
    }
  }

  #stmt(scope: Scope, stmt: Stmt): Stmt {
    switch (stmt.kind) {
      case 'assign': {
        const { lo, width } = stmt.target;
        const decl = scope.regs.get(stmt.target.decl as RegDecl)!;
        return {
          kind: 'assign',
          target: { decl, lo, width },
          value: this.#resolver.resolve(scope, stmt.value),
          span: stmt.span,
        };
      }
      case 'when': {
        const arms = stmt.arms.map((arm) => ({
          condition: this.#resolver.resolve(scope, arm.condition),
          body: this.#stmts(scope, arm.body),
          span: arm.span,
        }));
        return { kind: 'when', arms, otherwise: stmt.otherwise && this.#stmts(scope, stmt.otherwise), span: stmt.span };
      }
      case 'switch': {
        const cases = stmt.cases.map((one) => ({
          values: one.values,
          body: this.#stmts(scope, one.body),
          span: one.span,
        }));
        const otherwise = stmt.otherwise && this.#stmts(scope, stmt.otherwise);
        return {
          kind: 'switch',
          subject: this.#resolver.resolve(scope, stmt.subject),
          cases,
          otherwise,
          span: stmt.span,
        };
      }
      default:
        return assertNever(stmt);
    }
  }

  #stmts(scope: Scope, body: readonly Stmt[]): Stmt[] {
    const flat: Stmt[] = [];
    for (const stmt of body) flat.push(this.#stmt(scope, stmt));
    return flat;
  }

  #properties(scope: Scope): void {
    const pool = this.#pool;
    for (const property of scope.module.properties) {
      const domain = scope.domain(property.domain);
      const guard = this.#resolver.resolve(scope, property.guard);
      const condition = this.#resolver.resolve(scope, property.condition);
      const wanted = property.kind === 'cover' ? condition : pool.op('not', [condition]);
      const active = pool.op('and', [pool.op('not', [this.#domains[domain]!.reset]), guard]);
      this.#checks.push({
        kind: property.kind,
        name: property.name,
        instance: scope.path.join('.'),
        domain,
        hit: pool.op('and', [active, wanted]),
        text: property.message,
        span: property.span,
      });
    }
  }
}

/** What is simulated in place of a module: itself, or the model of a black box. */
function simulated(module: Module): Module {
  if (!module.blackBox) return module;
  if (module.blackBox.model) return module.blackBox.model;
  throw new Error(`Black box '${module.name}' has no simulation model; give it one or use the Verilator engine.`);
}

function clockedPort(domain: number): PortDecl {
  const name = `clocked${domain}`;
  const span = { file: 'simulator', line: 1, column: 1 };
  const format = { kind: 'unsigned' } as const;
  return {
    kind: 'port',
    direction: 'input',
    role: 'data',
    domain: null,
    name,
    width: 1,
    format,
    path: [name],
    comment: '',
    span,
  };
}
