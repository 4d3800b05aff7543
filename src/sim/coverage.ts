// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../ir/expr.ts';
import type { Stmt } from '../ir/module.ts';
import type { Span } from '../ir/span.ts';
import type { FlatSignal } from './flat/signals.ts';
import type { Resolver } from './flat/resolve.ts';
import type { Scope } from './flat/scope.ts';
import type { Flat } from './flat/flat.ts';
import type { MemoryMap } from './memory-map.ts';
import type { CoverageOptions } from './options.ts';
import { addItem, type Block, newBlock } from './plan/program.ts';
import { anyOf } from './flat/drive.ts';
import { limbsOf } from './plan/values.ts';

export interface CoverageReport {
  readonly covers: readonly {
    readonly name: string;
    readonly instance: string;
    readonly text: string;
    readonly hits: number;
  }[];
  /** Bits that have risen and fallen, as patterns. */
  readonly toggle: readonly {
    readonly path: string;
    readonly width: number;
    readonly rise: bigint;
    readonly fall: bigint;
  }[];
  readonly branch: readonly BranchCount[];
  readonly fsm: readonly FsmCount[];
}

export interface BranchCount {
  readonly instance: string;
  readonly arm: 'when' | 'case' | 'otherwise';
  readonly span: Span;
  readonly hits: number;
}

export interface FsmCount {
  readonly path: string;
  readonly states: readonly { readonly name: string; readonly cycles: number }[];
  readonly transitions: readonly { readonly from: string; readonly to: string; readonly count: number }[];
}

interface Watched {
  readonly signal: FlatSignal;
  readonly before: number;
  readonly rise: number;
  readonly fall: number;
}

interface Machine {
  readonly signal: FlatSignal;
  readonly names: readonly string[];
  readonly before: number;
  readonly table: number;
}

/** Counters compiled into the clock edge. Nothing here runs unless a kind of coverage is asked for. */
export class Coverage {
  readonly #toggles: Watched[] = [];
  readonly #branches: { readonly address: number; readonly count: Omit<BranchCount, 'hits'> }[] = [];
  readonly #machines: Machine[] = [];
  readonly #watch: (root: Block) => void;

  constructor(
    flat: Flat,
    map: MemoryMap,
    root: Scope,
    resolver: Resolver,
    signals: readonly FlatSignal[],
    options: CoverageOptions,
  ) {
    const { arena } = map;
    if (options.toggle) {
      for (const signal of signals) {
        if (signal.kind === 'wire') continue;
        const bytes = 8 * limbsOf(signal.width);
        const [before, rise, fall] = [arena.alloc(bytes), arena.alloc(bytes), arena.alloc(bytes)];
        this.#toggles.push({ signal, before: before, rise: rise, fall: fall });
      }
    }
    if (options.fsm) {
      for (const signal of signals) {
        const { format } = signal;
        if (!signal.reg || format.kind !== 'enum' || signal.width > 16) continue;
        const { names } = format;
        const [before, table] = [arena.alloc(8), arena.alloc(8 * names.length ** 2)];
        this.#machines.push({ signal, names, before: before, table: table });
      }
    }
    this.#watch = (block) => {
      for (const { signal, before, rise, fall } of this.#toggles) {
        addItem(block, { kind: 'toggle', value: signal.value(), before, rise, fall });
      }
      for (const { signal, names, before, table } of this.#machines) {
        addItem(block, { kind: 'tally', state: signal.value(), before, table, count: names.length });
      }
      if (options.branch) new BranchCounters(flat, map, resolver, this.#branches).add(root, block);
    };
  }

  /** Adds the counters to a clock edge. Every edge that is compiled counts into the same places. */
  readonly observe = (root: Block): void => this.#watch(root);

  /** Forgets the changes of the first cycle, which came from values that never were. */
  start(bytes: Uint8Array): void {
    for (const { signal, rise, fall } of this.#toggles) {
      for (const address of [rise, fall]) bytes.fill(0, address, address + 8 * limbsOf(signal.width));
    }
    for (const { names, table } of this.#machines) bytes.fill(0, table, table + 8 * names.length ** 2);
  }

  report(buffer: ArrayBuffer, covers: CoverageReport['covers']): CoverageReport {
    const counts = new DataView(buffer);
    const count = (address: number): number => Number(counts.getBigUint64(address, true));
    const pattern = (address: number, width: number): bigint => {
      let value = 0n;
      for (let k = limbsOf(width) - 1; k >= 0; k--) value = (value << 64n) | counts.getBigUint64(address + 8 * k, true);
      return value;
    };
    return {
      covers,
      toggle: this.#toggles.map(({ signal: { path, width }, rise, fall }) => {
        return { path, width, rise: pattern(rise, width), fall: pattern(fall, width) };
      }),
      branch: this.#branches.map((branch) => ({ ...branch.count, hits: count(branch.address) })),
      fsm: this.#machines.map((machine) => fsmCount(machine, count)),
    };
  }
}

function fsmCount({ signal, names, table }: Machine, count: (address: number) => number): FsmCount {
  const at = (from: number, to: number): number => count(table + 8 * (from * names.length + to));
  const states = names.map((name, to) => ({ name, cycles: names.reduce((sum, _, from) => sum + at(from, to), 0) }));
  const transitions = names.flatMap((from, i) =>
    names.flatMap((to, j) => (i !== j && at(i, j) > 0 ? [{ from, to, count: at(i, j) }] : [])),
  );
  return { path: signal.path, states, transitions };
}

/** Rebuilds the control flow of every instance with nothing but counters in the arms. */
class BranchCounters {
  /** Addresses are given once, in order; a second edge uses the same. */
  #next = 0;

  constructor(
    readonly flat: Flat,
    readonly map: MemoryMap,
    readonly resolver: Resolver,
    readonly branches: { readonly address: number; readonly count: Omit<BranchCount, 'hits'> }[],
  ) {}

  add(scope: Scope, block: Block): void {
    this.#body(scope, scope.module.body, block);
    for (const child of scope.children.values()) this.add(child, block);
  }

  #body(scope: Scope, body: readonly Stmt[], block: Block): void {
    for (const stmt of body) {
      switch (stmt.kind) {
        case 'assign':
          break;
        case 'when': {
          let rest = block;
          for (const arm of stmt.arms) {
            rest = this.#arm(scope, rest, this.resolver.resolve(scope, arm.condition), 'when', arm.span, arm.body);
          }
          if (stmt.otherwise) this.#count(scope, rest, 'otherwise', stmt.span, stmt.otherwise);
          break;
        }
        case 'switch': {
          const subject = this.resolver.resolve(scope, stmt.subject);
          let rest = block;
          for (const one of stmt.cases) {
            rest = this.#arm(scope, rest, anyOf(this.flat.pool, subject, one.values), 'case', one.span, one.body);
          }
          if (stmt.otherwise) this.#count(scope, rest, 'otherwise', stmt.span, stmt.otherwise);
          break;
        }
        default:
          assertNever(stmt);
      }
    }
  }

  /** Returns the block for what follows when the arm is not taken. */
  #arm(scope: Scope, block: Block, condition: Expr, arm: 'when' | 'case', span: Span, body: readonly Stmt[]): Block {
    const [yes, no] = [newBlock(), newBlock()];
    addItem(block, { kind: 'if', condition, yes, no });
    this.#count(scope, yes, arm, span, body);
    return no;
  }

  #count(scope: Scope, block: Block, arm: BranchCount['arm'], span: Span, body: readonly Stmt[]): void {
    const index = this.#next++;
    if (index === this.branches.length) {
      const instance = [this.flat.top, ...scope.path].join('.');
      this.branches.push({ address: this.map.arena.alloc(8), count: { instance, arm, span } });
    }
    addItem(block, { kind: 'count', address: this.branches[index]!.address, value: this.flat.pool.constant(1n, 1) });
    this.#body(scope, body, block);
  }
}
