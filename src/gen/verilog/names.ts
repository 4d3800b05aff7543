// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import { ExprMap } from '../../ir/expr-map.ts';
import type { Decl, Format, Instance, Memory, Module, PortDecl, Property } from '../../ir/module.ts';
import type { NetChoice, NetDecisions } from './decide-nets.ts';
import { NameDeriver } from './derive-name.ts';
import { Namer, upperSnake } from './namer.ts';
import type { ModulePlan } from './plan.ts';

type EnumFormat = Extract<Format, { kind: 'enum' }>;

/** A state name as a `localparam`. */
export interface EnumConstant {
  readonly name: string;
  readonly value: bigint;
  readonly width: number;
}

/** Every identifier of one module's text, decided before anything is printed. */
export class Names {
  readonly #decls = new Map<Decl, string>();
  readonly #items = new Map<Instance | Memory | Property, string>();
  readonly #nets: ExprMap<string>;
  readonly #outerResets = new Map<Decl, string>();
  readonly #enums = new Map<string, readonly EnumConstant[]>();
  readonly #namer: Namer;
  /** Collects signals that nobody reads. */
  readonly unused: string;
  readonly unusedByProperties: string;

  /**
   * `lowResets`: the reset ports have `_n` behind their names and mean the opposite. `inside`: the names of a module below, with
   * none of which an instance of it shares its name: Verilator takes the one in the module for a mistake (VARHIDDEN).
   */
  constructor(
    plan: ModulePlan,
    nets: NetDecisions,
    moduleName: string,
    lowResets: boolean,
    inside: (child: Module) => Pick<Names, 'has'>,
  ) {
    const { module } = plan;
    const namer = new Namer(moduleName);
    this.#namer = namer;
    this.#nets = new ExprMap(module.pool.size);
    const isLow = (port: PortDecl): boolean => lowResets && port.role === 'reset';
    for (const port of module.ports) {
      if (isLow(port)) this.#outerResets.set(port, namer.reservePort(`${port.name}_n`));
      else this.#decls.set(port, namer.reservePort(port.name));
    }
    for (const port of module.ports) if (isLow(port)) this.#decls.set(port, namer.claim(port.name));
    const claim = (decl: Decl): void => void this.#decls.set(decl, namer.claim(decl.name));
    for (const reg of module.regs) claim(reg);
    for (const wire of module.wires) claim(wire);
    for (const net of module.nets) claim(net);
    for (const memory of plan.memories) this.#items.set(memory, namer.claim(memory.name));
    for (const instance of module.instances) {
      const below = inside(instance.module);
      this.#items.set(
        instance,
        namer.claim(instance.name, (name) => below.has(name)),
      );
    }
    for (const instance of module.instances) {
      for (const input of instance.inputs) if (!plan.pins.has(input)) claim(input);
      for (const output of instance.outputs) if (!plan.aliases.has(output)) claim(output);
    }
    for (const memory of plan.memories) for (const port of memory.ports) if (port.kind !== 'write') claim(port.data);
    for (const property of plan.properties) this.#items.set(property, namer.claim(property.name));
    for (const [output, decl] of plan.aliases) this.#decls.set(output, this.#decls.get(decl)!);
    this.#nameEnums(plan);
    this.unused = namer.claim('_unused_ok');
    this.unusedByProperties = namer.claim('_unused_checks_ok');
    this.#nameNets(nets.withProperties, module.pool.size);
  }

  /** Is something in the module called so? */
  has(name: string): boolean {
    return this.#namer.has(name);
  }

  decl(decl: Decl): string {
    return this.#decls.get(decl)!;
  }

  /** A port's name outside. */
  port(port: PortDecl): string {
    return this.#outerResets.get(port) ?? this.decl(port);
  }

  item(item: Instance | Memory | Property): string {
    return this.#items.get(item)!;
  }

  /** The name of an expression that has become a net, or null. */
  net(expr: Expr): string | null {
    return this.#nets.get(expr) ?? null;
  }

  /** The name of a state, or null for a pattern that has none. */
  enumConstant(format: EnumFormat, width: number, value: bigint): EnumConstant | null {
    return this.#enums.get(enumKey(format, width))?.[Number(value)] ?? null;
  }

  /** State names as they were declared, whatever order they were used in. */
  inOrder(constants: Iterable<EnumConstant>): EnumConstant[] {
    const used = new Set(constants);
    return [...this.#enums.values()].flatMap((list) => list.filter((constant) => used.has(constant)));
  }

  /** A further identifier, for what only one template needs (a loop variable, a bypass register). */
  claim(wanted: string): string {
    return this.#namer.claim(wanted);
  }

  #nameEnums(plan: ModulePlan): void {
    const { module } = plan;
    for (const decl of [...module.ports, ...module.regs, ...module.wires, ...module.nets]) {
      if (decl.format.kind !== 'enum') continue;
      const { format, width } = decl;
      const key = enumKey(format, width);
      if (this.#enums.has(key)) continue;
      const constants = format.names.map((name, i) => {
        return { name: this.#namer.claim(`${upperSnake(format.type)}_${upperSnake(name)}`), value: BigInt(i), width };
      });
      this.#enums.set(key, constants);
    }
  }

  /** Derived names come last. Where two structures would share a name, all of them say which one they are. */
  #nameNets(nets: NetChoice, size: number): void {
    const deriver = new NameDeriver(size);
    const byName = new Map<string, Expr[]>();
    // Operands first, so that the deriver never goes deep.
    for (const expr of nets.keys().toSorted((a, b) => a.id - b.id)) {
      const owner = nets.get(expr);
      deriver.reach(expr);
      if (owner) {
        this.#nets.set(expr, this.#decls.get(owner)!);
        continue;
      }
      const name = deriver.nameOf(expr);
      const rivals = byName.get(name);
      if (rivals) rivals.push(expr);
      else byName.set(name, [expr]);
    }
    for (const [name, rivals] of byName) {
      for (const expr of rivals) {
        const isClear = rivals.length === 1 && this.#namer.isFree(name);
        this.#nets.set(expr, this.#namer.claim(isClear ? name : `${name}_${deriver.digest(expr)}`));
      }
    }
  }
}

function enumKey(format: EnumFormat, width: number): string {
  return `${width} ${format.type} ${format.names.join(' ')}`;
}
