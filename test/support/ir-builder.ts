// SPDX-License-Identifier: Apache-2.0
import { emptyModule } from '../../src/dsl/module-data.ts';
import type { Expr } from '../../src/ir/expr.ts';
import type {
  Design,
  Domain,
  Driven,
  Format,
  Module,
  NetDecl,
  PortDecl,
  RegDecl,
  Stmt,
  WireDecl,
} from '../../src/ir/module.ts';
import type { OpName } from '../../src/ir/ops.ts';
import type { Span } from '../../src/ir/span.ts';

const span: Span = { file: 'test.ts', line: 1, column: 1 };
const unsigned: Format = { kind: 'unsigned' };

/** Builds modules of the intermediate form directly, for tests that must choose every node. */
export class IrBuilder {
  readonly module: Module;
  readonly domain: Domain = { name: 'sys', clock: 'clk', reset: 'rst' };

  constructor(name: string) {
    this.module = emptyModule(name, name, '{}', '', span);
  }

  /** The clock and reset ports. */
  clocked(): this {
    const port = (name: string, role: 'clock' | 'reset'): PortDecl => {
      const decl: PortDecl = {
        kind: 'port',
        direction: 'input',
        role,
        domain: this.domain,
        ...this.#named(name, 1, unsigned),
      };
      this.module.ports.push(decl);
      return decl;
    };
    this.module.domains.push({ domain: this.domain, clock: port('clk', 'clock'), reset: port('rst', 'reset') });
    return this;
  }

  input(name: string, width: number, format = unsigned): Expr {
    const decl: PortDecl = {
      kind: 'port',
      direction: 'input',
      role: 'data',
      domain: null,
      ...this.#named(name, width, format),
    };
    this.module.ports.push(decl);
    return this.module.pool.ref(decl);
  }

  output(name: string, width: number, value?: Expr): PortDecl {
    const decl: PortDecl = {
      kind: 'port',
      direction: 'output',
      role: 'data',
      domain: null,
      ...this.#named(name, width, unsigned),
    };
    this.module.ports.push(decl);
    if (value) this.assign(decl, value);
    return decl;
  }

  /** An output port of the value's own width. */
  show(name: string, value: Expr): PortDecl {
    return this.output(name, value.width, value);
  }

  wire(name: string, width: number): WireDecl {
    const decl: WireDecl = { kind: 'wire', ...this.#named(name, width, unsigned) };
    this.module.wires.push(decl);
    return decl;
  }

  net(name: string, value: Expr): Expr {
    const decl: NetDecl = { kind: 'net', value, ...this.#named(name, value.width, unsigned) };
    this.module.nets.push(decl);
    return this.module.pool.ref(decl);
  }

  reg(
    name: string,
    width: number,
    more: Partial<Pick<RegDecl, 'reset' | 'powerUp' | 'format' | 'synchroniser'>> = {},
  ): RegDecl {
    const state = { reset: null, powerUp: null, synchroniser: false, domain: this.domain };
    const decl: RegDecl = { kind: 'reg', ...state, ...this.#named(name, width, unsigned), ...more };
    this.module.regs.push(decl);
    return decl;
  }

  assign(decl: Driven, value: Expr, lo = 0, width = value.width): void {
    this.module.body.push(this.set(decl, value, lo, width));
  }

  set(decl: Driven, value: Expr, lo = 0, width = value.width): Stmt {
    return { kind: 'assign', target: { decl, lo, width }, value, span };
  }

  when(condition: Expr, body: Stmt[], otherwise: Stmt[] | null = null): Stmt {
    return { kind: 'when', arms: [{ condition, body, span }], otherwise, span };
  }

  op(op: OpName, ...args: readonly Expr[]): Expr {
    return this.module.pool.op(op, args);
  }

  lit(value: number | bigint, width: number): Expr {
    return this.module.pool.constant(BigInt(value), width);
  }

  bits(expr: Expr, hi: number, lo: number): Expr {
    return this.module.pool.slice(expr, lo, hi - lo + 1);
  }

  ref(decl: Driven): Expr {
    return this.module.pool.ref(decl);
  }

  get design(): Design {
    return { top: this.module, modules: [this.module] };
  }

  #named(name: string, width: number, format: Format) {
    return { name, width, format, path: [name], comment: '', span };
  }
}
