// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../src/ir/expr.ts';
import type {
  Decl,
  Design,
  InstInDecl,
  Instance,
  InstOutDecl,
  Module,
  PortDecl,
  RegDecl,
} from '../../src/ir/module.ts';
import { ExprPool } from '../../src/ir/pool.ts';

const span = { file: 'bench/sim/self-driven.ts', line: 1, column: 1 };

/**
 * A design with one clock under a top that drives all inputs with random bits and folds all outputs into `digest`: any block
 * runs alone, and two engines agree when their digests do. Inputs of one bit are 1 in three of four cycles, so that handshakes move.
 */
export function selfDriven(design: Design): Design {
  const draft = new Draft(design.top);
  return { top: draft.module, modules: [...design.modules, draft.module] };
}

class Draft {
  readonly #pool = new ExprPool();
  readonly module: Module;
  #word: Expr | null = null;
  #used = 32;

  constructor(child: Module) {
    const pool = this.#pool;
    const domain = { name: 'sys', clock: 'clk', reset: 'rst' };
    const port = (name: string, width: number, direction: 'input' | 'output', role: PortDecl['role']): PortDecl => {
      return { kind: 'port', direction, role, domain: null, ...base(name, width) };
    };
    const [clock, reset] = [port('clk', 1, 'input', 'clock'), port('rst', 1, 'input', 'reset')];
    const digest = port('digest', 32, 'output', 'data');
    const instance: Instance = {
      name: 'dut',
      module: child,
      inputs: [],
      outputs: [],
      domains: new Map(child.domains.map((use) => [use.domain.name, domain])),
      comment: '',
      span,
    };
    this.module = {
      name: `driven_${child.name}`,
      block: 'self_driven',
      params: '{}',
      doc: '',
      span,
      pool,
      ports: [clock, reset, digest],
      wires: [],
      nets: [],
      regs: [],
      memories: [],
      instances: [instance],
      body: [],
      properties: [],
      domains: [{ domain, clock, reset }],
      streams: [],
      interface: null,
      blackBox: null,
    };
    for (const each of child.ports) if (each.role === 'data' && each.width > 0) this.#connect(instance, each);
    const folded = this.#reg('folded', 0n);
    const rotated = pool.op('concat', [pool.slice(pool.ref(folded), 0, 31), pool.slice(pool.ref(folded), 31, 1)]);
    const words = instance.outputs.flatMap((output) => wordsOf(pool, pool.ref(output)));
    this.#assign(
      folded,
      words.reduce((all, word) => pool.op('xor', [all, word]), rotated),
    );
    this.#assign(digest, pool.ref(folded));
  }

  #connect(instance: Instance, port: PortDecl): void {
    const shared = { instance, port, ...base(`dut_${port.name}`, port.width) };
    if (port.direction === 'output') {
      instance.outputs.push({ kind: 'instout', ...shared } satisfies InstOutDecl);
      return;
    }
    const decl: InstInDecl = { kind: 'instin', ...shared };
    instance.inputs.push(decl);
    const pool = this.#pool;
    if (port.width === 1) {
      this.#assign(decl, pool.op('or', [this.#random(1), this.#random(1)]));
      return;
    }
    const parts: Expr[] = [];
    for (let left = port.width; left > 0; left -= 32) parts.push(this.#random(Math.min(32, left)));
    this.#assign(decl, pool.op('concat', parts));
  }

  /** Bits of a xorshift32 register, of a new one when the last has no more. */
  #random(width: number): Expr {
    const pool = this.#pool;
    if (this.#used + width > 32) {
      const index = this.module.regs.length;
      const reg = this.#reg(`random${index}`, BigInt(0x1234567 + 7919 * index));
      let next: Expr = pool.ref(reg);
      for (const [op, by] of [
        ['shl', 13],
        ['shrU', 17],
        ['shl', 5],
      ] as const) {
        next = pool.op('xor', [next, pool.op(op, [next, pool.constant(BigInt(by), 5)])]);
      }
      this.#assign(reg, next);
      this.#word = pool.ref(reg);
      this.#used = 0;
    }
    this.#used += width;
    return pool.slice(this.#word!, this.#used - width, width);
  }

  #reg(name: string, reset: bigint): RegDecl {
    const [{ domain }] = this.module.domains as [Module['domains'][number]];
    const reg: RegDecl = { kind: 'reg', ...base(name, 32), domain, reset, powerUp: null, synchroniser: false };
    this.module.regs.push(reg);
    return reg;
  }

  #assign(decl: PortDecl | RegDecl | InstInDecl, value: Expr): void {
    this.module.body.push({ kind: 'assign', target: { decl, lo: 0, width: decl.width }, value, span });
  }
}

function base(name: string, width: number): Pick<Decl, 'name' | 'width' | 'format' | 'path' | 'comment' | 'span'> {
  return { name, width, format: { kind: 'unsigned' }, path: [name], comment: '', span };
}

/** A value in words of 32 bits, the last one filled with zeros. */
function wordsOf(pool: ExprPool, value: Expr): Expr[] {
  const words: Expr[] = [];
  for (let lo = 0; lo < value.width; lo += 32) {
    const part = pool.slice(value, lo, Math.min(32, value.width - lo));
    words.push(pool.op('concat', [pool.constant(0n, 32 - part.width), part]));
  }
  return words;
}
