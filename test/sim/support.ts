// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../src/ir/expr.ts';
import type { Design, Domain, Driven, Module, PortDecl, RegDecl, Stmt, WireDecl } from '../../src/ir/module.ts';
import { ExprPool } from '../../src/ir/pool.ts';
import type { EmbeddedEngine } from '../../src/sim/embedded.ts';

/** Hand-made modules for tests of the simulator: no checks, any structure. */
export const span = { file: 'test', line: 1, column: 1 };
export const clkDomain: Domain = { name: 'clk', clock: 'clk', reset: 'rst' };

const unsigned = { kind: 'unsigned' } as const;

function base(name: string, width: number) {
  return { name, width, format: unsigned, path: [name], comment: '', span };
}

export class ModuleDraft {
  readonly pool = new ExprPool();
  readonly module: Module;

  constructor(name: string, domain: Domain = clkDomain, withReset = true) {
    const clock = this.#port('clk', 1, 'input', 'clock');
    const reset = withReset ? this.#port('rst', 1, 'input', 'reset') : null;
    this.module = {
      name,
      block: name,
      params: '{}',
      doc: '',
      span,
      pool: this.pool,
      ports: reset ? [clock, reset] : [clock],
      wires: [],
      nets: [],
      regs: [],
      memories: [],
      instances: [],
      body: [],
      properties: [],
      domains: [{ domain, clock, reset }],
      streams: [],
      blackBox: null,
    } as unknown as Module;
  }

  get design(): Design {
    return { top: this.module, modules: [this.module] };
  }

  #port(name: string, width: number, direction: 'input' | 'output', role: PortDecl['role'] = 'data'): PortDecl {
    return { kind: 'port', direction, role, domain: null, ...base(name, width) };
  }

  input(name: string, width: number): Expr {
    const port = this.#port(name, width, 'input');
    this.module.ports.push(port);
    return this.pool.ref(port);
  }

  output(name: string, value: Expr): void {
    const port = this.#port(name, value.width, 'output');
    this.module.ports.push(port);
    this.assign(port, value);
  }

  wire(name: string, width: number): WireDecl {
    const wire: WireDecl = { kind: 'wire', ...base(name, width) };
    this.module.wires.push(wire);
    return wire;
  }

  reg(name: string, width: number, reset: bigint | null = 0n, domain = clkDomain): RegDecl {
    const reg: RegDecl = { kind: 'reg', ...base(name, width), domain, reset, powerUp: null, synchroniser: false };
    this.module.regs.push(reg);
    return reg;
  }

  assign(decl: Driven, value: Expr, lo = 0): void {
    this.module.body.push(set(decl, value, lo));
  }

  constant(value: bigint | number, width: number): Expr {
    return this.pool.constant(BigInt(value), width);
  }
}

export function set(decl: Driven, value: Expr, lo = 0): Stmt {
  return { kind: 'assign', target: { decl, lo, width: value.width }, value, span };
}

export function when(condition: Expr, body: Stmt[], otherwise: Stmt[] | null = null): Stmt {
  return { kind: 'when', arms: [{ condition, body, span }], otherwise, span };
}

/** Port values as patterns. */
export function poke(engine: EmbeddedEngine, name: string, value: bigint | number): void {
  const slot = engine.ports.find((port) => port.name === name)!;
  let rest = BigInt(value);
  for (let i = 0; i < slot.words; i++) {
    engine.io[slot.offset + i] = Number(rest & 0xffffffffn);
    rest >>= 32n;
  }
}

export function peek(engine: EmbeddedEngine, name: string): bigint {
  const slot = engine.ports.find((port) => port.name === name)!;
  let value = 0n;
  for (let i = slot.words - 1; i >= 0; i--) value = (value << 32n) | BigInt(engine.io[slot.offset + i]!);
  return value;
}

/** The value of a port once all that depends on the inputs has followed them. */
export function settled(engine: EmbeddedEngine, name: string): bigint {
  engine.settle();
  return peek(engine, name);
}
