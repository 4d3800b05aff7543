// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, operands } from '../../ir/expr.ts';
import type { Decl, Driven, Stmt } from '../../ir/module.ts';
import type { ExprPool } from '../../ir/pool.ts';
import { BitResolver } from './bitwise.ts';
import { drivenValue } from './drive.ts';
import type { Scope } from './scope.ts';

/** Either the flat value of a reference, or the expression or declaration in some scope that it stands for. */
export type Target = { readonly value: Expr } | Task;

/** An expression or a driven declaration of one instance. */
export interface Task {
  readonly scope: Scope;
  readonly node: Expr | Driven;
}

interface Frame extends Task {
  readonly needs: readonly Task[];
  next: number;
}

/** Thrown when a value needs itself as a whole; the same bits need not depend on themselves. */
class CoarseLoop extends Error {
  constructor(readonly frames: readonly Task[]) {
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

  constructor(
    readonly pool: ExprPool,
    readonly target: (scope: Scope, decl: Decl) => Target,
  ) {
    this.#bits = new BitResolver(this);
  }

  resolve(scope: Scope, node: Expr | Driven): Expr {
    for (;;) {
      try {
        return this.#run({ scope, node });
      } catch (fault) {
        if (!(fault instanceof CoarseLoop)) throw fault;
        this.#refine(fault.frames);
      }
    }
  }

  isBitwise(scope: Scope, decl: Driven): boolean {
    return this.#bitwise.get(scope)?.has(decl) ?? false;
  }

  known({ scope, node }: Task): Expr | undefined {
    return isExpr(node) ? scope.exprs[node.id] : scope.driven.get(node);
  }

  /** The declarations on a coarse loop are resolved bit by bit from now on; everything unfinished starts anew. */
  #refine(frames: readonly Task[]): void {
    let news = 0;
    for (const { scope, node } of frames) {
      if (isExpr(node) || this.isBitwise(scope, node)) continue;
      let set = this.#bitwise.get(scope);
      if (!set) this.#bitwise.set(scope, (set = new Set()));
      set.add(node);
      news++;
    }
    if (news === 0) throw new Error(`Combinational loop: ${frames.map(describe).join(' -> ')}`);
    this.#bits.restart();
  }

  #run(root: Task): Expr {
    const done = this.known(root);
    if (done) return done;
    const stack: Frame[] = [];
    try {
      this.#enter(stack, root);
      while (stack.length > 0) {
        const frame = stack.at(-1)!;
        const need = frame.needs[frame.next++];
        if (need) {
          if (!this.known(need)) this.#enter(stack, need);
          continue;
        }
        this.#finish(frame);
        frame.scope.busy.delete(frame.node);
        stack.pop();
      }
    } finally {
      for (const { scope, node } of stack) scope.busy.delete(node);
    }
    return this.known(root)!;
  }

  #enter(stack: Frame[], task: Task): void {
    if (task.scope.busy.has(task.node)) {
      const from = stack.findIndex((frame) => frame.node === task.node && frame.scope === task.scope);
      throw new CoarseLoop([...stack.slice(Math.max(from, 0)), task]);
    }
    task.scope.busy.add(task.node);
    stack.push({ ...task, needs: this.#needs(task), next: 0 });
  }

  #needs({ scope, node }: Task): Task[] {
    if (!isExpr(node)) {
      if (this.isBitwise(scope, node)) return [];
      return exprsOf(scope.drivers.get(node) ?? []).map((expr) => ({ scope, node: expr }));
    }
    if (node.kind !== 'ref') return operands(node).map((arg) => ({ scope, node: arg }));
    const target = this.target(scope, node.decl);
    return 'value' in target ? [] : [target];
  }

  #finish({ scope, node }: Task): void {
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
      case 'const':
        return this.pool.constant(expr.value, expr.width);
      case 'op':
        return this.pool.op(
          expr.op,
          expr.args.map((arg) => scope.exprs[arg.id]!),
        );
      case 'slice':
        return this.pool.slice(scope.exprs[expr.arg.id]!, expr.lo, expr.width);
      case 'ref': {
        const target = this.target(scope, expr.decl);
        return 'value' in target ? target.value : this.known(target)!;
      }
      default:
        return assertNever(expr);
    }
  }
}

export function isExpr(node: Expr | Driven): node is Expr {
  return 'id' in node;
}

function describe({ scope, node }: Task): string {
  return isExpr(node) ? (node.kind === 'ref' ? scope.name(node.decl.name) : node.kind) : scope.name(node.name);
}

/** All expressions that a body reads, conditions included. */
export function exprsOf(body: readonly Stmt[]): Expr[] {
  const found: Expr[] = [];
  const visit = (stmts: readonly Stmt[]): void => {
    for (const stmt of stmts) {
      switch (stmt.kind) {
        case 'assign':
          found.push(stmt.value);
          break;
        case 'when':
          for (const arm of stmt.arms) {
            found.push(arm.condition);
            visit(arm.body);
          }
          visit(stmt.otherwise ?? []);
          break;
        case 'switch':
          found.push(stmt.subject);
          for (const one of stmt.cases) visit(one.body);
          visit(stmt.otherwise ?? []);
          break;
        default:
          assertNever(stmt);
      }
    }
  };
  visit(body);
  return found;
}
