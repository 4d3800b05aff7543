// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, operands } from '../../ir/expr.ts';
import type { AssignStmt, Driven, RegDecl, Stmt, SwitchStmt } from '../../ir/module.ts';
import type { ExprPool } from '../../ir/pool.ts';
import { isOp } from '../../ir/simplify.ts';
import { anyOf } from '../flat/drive.ts';
import { filterBody } from '../flat/drivers.ts';
import { ownCost } from './cost.ts';
import { addItem, type Block, newBlock } from './program.ts';

/** A switch becomes a jump table when its values are below this and not too sparse. */
const MAX_TABLE = 1024;

/** Largest cost of a value that is computed although it may not be needed. */
const MAX_CHEAP = 6;

/** Statements of independent origin under one condition: they write different registers, so their order is free. */
interface Branches {
  readonly yes: (readonly Stmt[])[];
  readonly no: (readonly Stmt[])[];
}

interface Jumps {
  readonly stmt: SwitchStmt;
  readonly bodies: (readonly Stmt[])[][];
  readonly otherwise: (readonly Stmt[])[];
}

/**
 * Turns register statements into items. `lists` write disjoint registers; conditions that several of them share are
 * tested once, which is what makes a design with a common enable fast. `clustered`: statements before these may have
 * written the same registers.
 */
export function buildItems(pool: ExprPool, block: Block, lists: readonly (readonly Stmt[])[], clustered = false): void {
  if (lists.length === 0) return;
  const builder = new ItemBuilder(pool, block, clustered);
  for (const list of lists) builder.list(list);
  builder.finish();
}

class ItemBuilder {
  readonly #branches = new Map<Expr, Branches>();
  readonly #switches = new Map<string, Jumps>();

  constructor(
    readonly pool: ExprPool,
    readonly block: Block,
    readonly clustered: boolean,
  ) {}

  list(list: readonly Stmt[]): void {
    if (list.length === 1) {
      this.#free(list[0]!);
      return;
    }
    for (const cluster of clusters(list)) {
      if (cluster.length === 1) this.#free(cluster[0]!);
      else this.#sequence(cluster);
    }
  }

  finish(): void {
    for (const [condition, branches] of this.#branches) this.#finishBranch(condition, branches);
    for (const { stmt, bodies, otherwise } of this.#switches.values()) {
      const cases = stmt.cases.map((one) => ({ values: one.values.map(Number), body: newBlock() }));
      const rest = newBlock();
      addItem(this.block, { kind: 'switch', subject: stmt.subject, cases, otherwise: rest });
      cases.forEach((one, i) => buildItems(this.pool, one.body, bodies[i]!, this.clustered));
      buildItems(this.pool, rest, otherwise, this.clustered);
    }
  }

  #finishBranch(condition: Expr, { yes, no }: Branches): void {
    const single = no.length === 0 && yes.length === 1 && yes[0]!.length === 1 ? yes[0]![0]! : null;
    if (!this.clustered && single?.kind === 'assign' && isCheap(single)) {
      const { decl, lo } = single.target;
      const value = this.pool.op('mux', [condition, single.value, this.pool.ref(decl)]);
      addItem(this.block, { kind: 'store', reg: decl as RegDecl, lo, value });
      return;
    }
    const [taken, other] = [newBlock(), newBlock()];
    addItem(this.block, { kind: 'if', condition, yes: taken, no: other });
    buildItems(this.pool, taken, yes, this.clustered);
    buildItems(this.pool, other, no, this.clustered);
  }

  #free(stmt: Stmt): void {
    switch (stmt.kind) {
      case 'assign':
        addItem(this.block, {
          kind: 'store',
          reg: stmt.target.decl as RegDecl,
          lo: stmt.target.lo,
          value: stmt.value,
        });
        break;
      case 'when': {
        const [first] = stmt.arms;
        const rest = stmt.arms.length > 1 ? [{ ...stmt, arms: stmt.arms.slice(1) }] : (stmt.otherwise ?? []);
        this.#branch(first!.condition, first!.body, rest);
        break;
      }
      case 'switch':
        if (isDense(stmt)) this.#jump(stmt);
        else this.#free(asWhen(this.pool, stmt));
        break;
      default:
        assertNever(stmt);
    }
  }

  #branch(condition: Expr, yes: readonly Stmt[], no: readonly Stmt[]): void {
    if (isOp(condition, 'not')) {
      this.#branch(condition.args[0]!, no, yes);
    } else if (condition.kind === 'const') {
      buildItems(this.pool, this.block, [condition.value === 1n ? yes : no], this.clustered);
    } else {
      let known = this.#branches.get(condition);
      if (!known) this.#branches.set(condition, (known = { yes: [], no: [] }));
      if (yes.length > 0) known.yes.push(yes);
      if (no.length > 0) known.no.push(no);
    }
  }

  #jump(stmt: SwitchStmt): void {
    const key = `${stmt.subject.id}:${stmt.cases.map((one) => one.values.join()).join(';')}`;
    let known = this.#switches.get(key);
    if (!known) this.#switches.set(key, (known = { stmt, bodies: stmt.cases.map(() => []), otherwise: [] }));
    for (const [i, one] of stmt.cases.entries()) known.bodies[i]!.push(one.body);
    if (stmt.otherwise) known.otherwise.push(stmt.otherwise);
  }

  /** Later assignments win, so these stay one after the other. */
  #sequence(cluster: readonly Stmt[]): void {
    const body = newBlock(true);
    for (const stmt of cluster) buildItems(this.pool, body, [[stmt]], true);
    addItem(this.block, { kind: 'sequence', body });
  }
}

/**
 * A lone assignment of a value that costs next to nothing is better computed always and chosen by a conditional move: a
 * branch that goes wrong costs more than several such assignments.
 */
function isCheap({ target, value }: AssignStmt): boolean {
  if (value.width > 64 || value.width !== target.decl.width) return false;
  return treeSize(value, MAX_CHEAP) <= MAX_CHEAP;
}

function treeSize(expr: Expr, limit: number): number {
  if (expr.kind === 'const') return 0;
  let size = ownCost(expr);
  for (const arg of operands(expr)) if (size <= limit) size += treeSize(arg, limit - size);
  return size;
}

function isDense(stmt: SwitchStmt): boolean {
  const values = stmt.cases.flatMap((one) => one.values);
  if (stmt.subject.kind === 'const' || stmt.subject.width > 32 || values.length < 3) return false;
  const largest = values.reduce((max, value) => (value > max ? value : max), 0n);
  return largest < BigInt(Math.min(MAX_TABLE, 4 * values.length + 8));
}

function asWhen(pool: ExprPool, { subject, cases, otherwise, span }: SwitchStmt): Stmt {
  const arms = cases.map((one) => ({ condition: anyOf(pool, subject, one.values), body: one.body, span: one.span }));
  return { kind: 'when', arms, otherwise, span };
}

/** Groups the statements of a list that write a common register; each group keeps the order. */
function clusters(list: readonly Stmt[]): Stmt[][] {
  const group = list.map((_, i) => i);
  const find = (i: number): number => (group[i] === i ? i : (group[i] = find(group[i]!)));
  const first = new Map<Driven, number>();
  list.forEach((stmt, i) => {
    filterBody([stmt], ({ target: { decl } }) => {
      const known = first.get(decl);
      if (known === undefined) first.set(decl, i);
      else if (find(known) !== find(i)) group[find(i)] = find(known);
      return false;
    });
  });
  const result = new Map<number, Stmt[]>();
  list.forEach((stmt, i) => {
    const root = find(i);
    const known = result.get(root);
    if (known) known.push(stmt);
    else result.set(root, [stmt]);
  });
  return [...result.values()];
}
