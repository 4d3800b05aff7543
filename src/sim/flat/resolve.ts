// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr } from '../../ir/expr.ts';
import type { Decl, Driven, Stmt } from '../../ir/module.ts';
import type { ExprPool } from '../../ir/pool.ts';
import { exprsOfStmt, forEachStmt } from '../../ir/walk.ts';
import { BitResolver } from './bitwise.ts';
import { drivenValue } from './drive.ts';
import type { Scope } from './scope.ts';

/** Either the flat value of a reference, or the expression or declaration in some scope that it stands for. */
export type Target = { readonly value: Expr } | Task;

/** An expression or a driven declaration of one instance. */
export interface Task {
  readonly value?: undefined;
  readonly scope: Scope;
  readonly node: Expr | Driven;
}

/** Thrown when a value needs itself as a whole; the same bits need not depend on themselves. */
class CoarseLoop extends Error {
  constructor(readonly tasks: readonly Task[]) {
    super('combinational loop');
  }
}

/**
 * Brings expressions of instances into the flat pool. References through ports, wires and nets vanish; what is left refers to
 * registers, memory words and top-level inputs. Works with its own stack, so that depth of logic is not limited by
 * the host's. Cost: linear in instances times statements, unless there are loops through slices, which go bit by bit.
 */
export class Resolver {
  /** Declarations that depend on other bits of themselves. */
  readonly #bitwise = new Map<Scope, Set<Driven>>();
  readonly #bits: BitResolver;
  readonly #constants = new Map<Expr, Expr>();
  readonly #reads = new Map<readonly Stmt[], readonly Expr[]>();
  /** What is being resolved: scope, node and the position among what the node needs. */
  readonly #scopes: Scope[] = [];
  readonly #nodes: (Expr | Driven)[] = [];
  readonly #positions: number[] = [];

  constructor(
    readonly pool: ExprPool,
    readonly target: (scope: Scope, decl: Decl) => Target,
  ) {
    this.#bits = new BitResolver(this);
  }

  resolve(scope: Scope, node: Expr | Driven): Expr {
    for (;;) {
      const known = this.known(scope, node);
      if (known) return known;
      try {
        this.#run(scope, node);
      } catch (fault) {
        if (!(fault instanceof CoarseLoop)) throw fault;
        this.#refine(fault.tasks);
      }
    }
  }

  isBitwise(scope: Scope, decl: Driven): boolean {
    return this.#bitwise.get(scope)?.has(decl) ?? false;
  }

  known(scope: Scope, node: Expr | Driven): Expr | undefined {
    return isExpr(node) ? scope.exprs[node.id] : scope.driven.get(node);
  }

  /** The declarations on a coarse loop are resolved bit by bit from now on; everything unfinished starts anew. */
  #refine(tasks: readonly Task[]): void {
    let news = 0;
    for (const { scope, node } of tasks) {
      if (isExpr(node) || this.isBitwise(scope, node)) continue;
      let set = this.#bitwise.get(scope);
      if (!set) this.#bitwise.set(scope, (set = new Set()));
      set.add(node);
      news++;
    }
    if (news === 0) throw new Error(`Combinational loop: ${tasks.map(describe).join(' -> ')}`);
    this.#bits.restart();
  }

  /** Depth first with explicit stacks. Resolving bit by bit comes back here: every run has its own part of the stacks. */
  #run(scope: Scope, node: Expr | Driven): void {
    const base = this.#nodes.length;
    try {
      this.#enter(scope, node);
      for (let top = base; top >= base; top = this.#nodes.length - 1) {
        if (this.#descend(top)) continue;
        this.#finish(this.#scopes[top]!, this.#nodes[top]!);
        this.#leave();
      }
    } finally {
      while (this.#nodes.length > base) this.#leave();
    }
  }

  #enter(scope: Scope, node: Expr | Driven): void {
    if (!isExpr(node)) {
      if (scope.busy.has(node)) throw new CoarseLoop([...this.#loop(scope, node), { scope, node }]);
      scope.busy.add(node);
    }
    this.#scopes.push(scope);
    this.#nodes.push(node);
    this.#positions.push(0);
  }

  #leave(): void {
    const scope = this.#scopes.pop()!;
    const node = this.#nodes.pop()!;
    this.#positions.pop();
    if (!isExpr(node)) scope.busy.delete(node);
  }

  #loop(scope: Scope, node: Expr | Driven): Task[] {
    const from = this.#nodes.findIndex((each, i) => each === node && this.#scopes[i] === scope);
    return this.#nodes.slice(from).map((each, i) => ({ scope: this.#scopes[from + i]!, node: each }));
  }

  /** Enters the next thing that the node at `top` needs and that is not known; false when all is known. */
  #descend(top: number): boolean {
    const scope = this.#scopes[top]!;
    const node = this.#nodes[top]!;
    if (isExpr(node)) {
      if (node.kind === 'ref') {
        const target = this.target(scope, node.decl);
        if (target.value || this.known(target.scope, target.node)) return false;
        this.#enter(target.scope, target.node);
        return true;
      }
      if (node.kind === 'slice') {
        if (scope.exprs[node.arg.id]) return false;
        this.#enter(scope, node.arg);
        return true;
      }
    }
    const needs = this.#needs(scope, node);
    for (let i = this.#positions[top]!; i < needs.length; i++) {
      const need = needs[i]!;
      if (scope.exprs[need.id]) continue;
      this.#positions[top] = i + 1;
      this.#enter(scope, need);
      return true;
    }
    return false;
  }

  #needs(scope: Scope, node: Expr | Driven): readonly Expr[] {
    if (isExpr(node)) return node.kind === 'op' ? node.args : nothing;
    const body = scope.drivers.get(node);
    if (!body || this.isBitwise(scope, node)) return nothing;
    let reads = this.#reads.get(body);
    if (!reads) this.#reads.set(body, (reads = exprsOf(body)));
    return reads;
  }

  #finish(scope: Scope, node: Expr | Driven): void {
    if (isExpr(node)) {
      scope.exprs[node.id] = this.#translate(scope, node);
    } else if (this.isBitwise(scope, node)) {
      scope.driven.set(node, this.#bits.value(scope, node));
    } else {
      const body = scope.drivers.get(node) ?? [];
      scope.driven.set(
        node,
        drivenValue(this.pool, body, node.width, (expr) => scope.exprs[expr.id]!),
      );
    }
  }

  #translate(scope: Scope, expr: Expr): Expr {
    switch (expr.kind) {
      case 'const': {
        let constant = this.#constants.get(expr);
        if (!constant) this.#constants.set(expr, (constant = this.pool.constant(expr.value, expr.width)));
        return constant;
      }
      case 'op': {
        const args = new Array<Expr>(expr.args.length);
        for (let i = 0; i < args.length; i++) args[i] = scope.exprs[expr.args[i]!.id]!;
        return this.pool.op(expr.op, args);
      }
      case 'slice':
        return this.pool.slice(scope.exprs[expr.arg.id]!, expr.lo, expr.width);
      case 'ref': {
        const target = this.target(scope, expr.decl);
        return target.value ?? this.known(target.scope, target.node)!;
      }
      default:
        return assertNever(expr);
    }
  }
}

const nothing: readonly Expr[] = [];

export function isExpr(node: Expr | Driven): node is Expr {
  const { kind } = node;
  return kind === 'op' || kind === 'ref' || kind === 'slice' || kind === 'const';
}

function describe({ scope, node }: Task): string {
  return isExpr(node) ? (node.kind === 'ref' ? scope.name(node.decl.name) : node.kind) : scope.name(node.name);
}

/** All expressions that a body reads, conditions included. */
function exprsOf(body: readonly Stmt[]): Expr[] {
  const found = new Set<Expr>();
  forEachStmt(body, (stmt) => {
    for (const expr of exprsOfStmt(stmt)) found.add(expr);
  });
  return [...found];
}
