// SPDX-License-Identifier: Apache-2.0
import type { Case, FsmVar, Stmt, Var } from './circuit.ts';
import { alsoReads, type ExprMaker, type Reads } from './generate-expr.ts';
import type { Random } from './prng.ts';
import { leavesOfVar } from './shapes.ts';
import { corners, type Kind, unsigned } from './value.ts';

/** Variables to drive together, and what the value of each may read. */
export interface Targets {
  readonly vars: readonly Var[];
  /** Of the variable at each place: what its value reads. A condition around several reads what all of them may. */
  readonly reads: readonly Reads[];
  readonly fsms: readonly FsmVar[];
}

/** Wires in order: each reads those before it. */
export function wireTargets(vars: readonly Var[], outside: Reads): Targets {
  return { vars, reads: vars.map((_, i) => alsoReads(outside, vars.slice(0, i))), fsms: [] };
}

export function regTargets(vars: readonly Var[], fsms: readonly FsmVar[], reads: Reads): Targets {
  return { vars, reads: vars.map(() => reads), fsms };
}

/** Makes nests of when, switch and assignments that the checks of the language accept. */
export class StmtMaker {
  readonly #random: Random;
  readonly #exprs: ExprMaker;

  constructor(random: Random, exprs: ExprMaker) {
    this.#random = random;
    this.#exprs = exprs;
  }

  /** `must`: every target is assigned on every path. */
  body(targets: Targets, levels: number, must: boolean): Stmt[] {
    const r = this.#random;
    const depth = this.#exprs.spent ? 0 : levels;
    const stmts: Stmt[] = [];
    const open: number[] = [];
    targets.vars.forEach((_, i) => {
      if (must && depth > 0 && r.chance(30)) open.push(i);
      else if (must || r.chance(50)) stmts.push(...this.#unconditional(targets, i, must));
    });
    if (open.length > 0) stmts.push(this.#branch(subset(targets, open), depth - 1, true));
    const branches = depth > 0 ? r.between(0, 2) : 0;
    for (let i = 0; i < branches && targets.vars.length + targets.fsms.length > 0; i++) {
      const some = targets.vars.map((_, each) => each).filter(() => r.chance(60));
      const inner = subset(targets, some);
      if (inner.vars.length > 0) stmts.push(this.#branch(inner, depth - 1, false));
    }
    return stmts;
  }

  /** An assignment of everything or, where defaults stand outside, of a part. */
  #unconditional(targets: Targets, index: number, must: boolean): Stmt[] {
    const r = this.#random;
    const { name, shape } = targets.vars[index]!;
    const reads = targets.reads[index]!;
    const width = shape.k === 'ground' ? shape.width : 0;
    const value = (kind: Kind): ReturnType<ExprMaker['of']> => this.#exprs.of(kind, reads, 2);
    const whole = (): Stmt => ({ k: 'set', path: name, part: null, values: this.#exprs.leaves(shape, reads, 3) });
    const part = (hi: number, lo: number): Stmt => ({
      k: 'set',
      path: name,
      part: [hi, lo],
      values: [value(unsigned(hi - lo + 1))],
    });
    if (shape.k === 'ground' && width >= 2 && r.chance(25)) {
      const cut = r.between(1, width - 1);
      const [low, high] = [part(cut - 1, 0), part(width - 1, cut)];
      if (must) return r.chance(50) ? [low, high] : [whole(), r.pick([low, high])];
      return [r.pick([low, high])];
    }
    if (shape.k === 'ground' || must) return [whole()];
    if (shape.k === 'vec' && shape.length > 0 && r.chance(60)) {
      const index = this.#exprs.of(unsigned(r.between(0, 3)), reads, 2);
      return [{ k: 'write', path: name, index, values: this.#exprs.leaves(shape.element, reads, 2) }];
    }
    const leaves = leavesOfVar({ name, shape });
    if (leaves.length === 0) return [];
    const leaf = r.pick(leaves);
    return [{ k: 'set', path: leaf.path, part: null, values: [value(leaf.kind)] }];
  }

  /** One `when` or `switch` over some targets. */
  #branch(targets: Targets, depth: number, must: boolean): Stmt {
    const r = this.#random;
    const reads = this.#common(targets);
    if (r.chance(60)) {
      const arms = r.list(r.between(1, 3), () => ({
        condition: this.#exprs.bit(reads, 2),
        body: this.body(targets, depth, must),
      }));
      const otherwise = must || r.chance(50) ? this.body(targets, depth, must) : null;
      return { k: 'when', arms, otherwise };
    }
    const kind: Kind = { width: r.pick([0, 1, 2, 2, 3, 3, 5, 33]), signed: r.chance(25) };
    const subject = this.#exprs.of(kind, reads, 2);
    const cases = this.#cases(kind, targets, depth, must);
    const covered = kind.width <= 3 && cases.flatMap(({ values }) => values).length === 2 ** kind.width;
    const otherwise = (must && !covered) || r.chance(40) ? this.body(targets, depth, must) : null;
    return { k: 'switch', subject, cases, otherwise };
  }

  #cases(kind: Kind, targets: Targets, depth: number, must: boolean): Case[] {
    const r = this.#random;
    const all = kind.width <= 3 ? Array.from({ length: 2 ** kind.width }, (_, i) => BigInt(i)) : corners(kind.width);
    const listed = r.chance(30) ? all : all.filter(() => r.chance(60));
    const cases: Case[] = [];
    for (let i = 0; i < listed.length;) {
      const take = r.chance(25) ? 2 : 1;
      cases.push({ values: listed.slice(i, i + take), body: this.body(targets, depth, must) });
      i += take;
    }
    return cases.length > 0 ? cases : [{ values: [all[0]!], body: this.body(targets, depth, must) }];
  }

  /** What a condition around the targets may read: what the first of them may. */
  #common({ reads }: Targets): Reads {
    return reads[0]!;
  }

  /** The behaviour of a state machine over registers. */
  states(fsm: FsmVar, targets: Targets, depth: number, reads: Reads): Stmt {
    const r = this.#random;
    const actions = fsm.states.flatMap((state): [string, Stmt[]][] => {
      if (r.chance(15)) return [];
      const some = targets.vars.map((_, i) => i).filter(() => r.chance(40));
      const goto: Stmt = { k: 'goto', fsm: fsm.name, state: r.pick(fsm.states) };
      const move: Stmt = r.chance(30)
        ? goto
        : { k: 'when', arms: [{ condition: this.#exprs.bit(reads, 2), body: [goto] }], otherwise: null };
      return [[state, [...this.body(subset(targets, some), depth - 1, false), move]]];
    });
    const first = fsm.states[0]!;
    const least: [string, Stmt[]][] = [[first, [{ k: 'goto', fsm: fsm.name, state: fsm.states.at(-1)! }]]];
    return { k: 'states', fsm: fsm.name, actions: actions.length > 0 ? actions : least };
  }
}

function subset(targets: Targets, places: readonly number[]): Targets {
  return { vars: places.map((i) => targets.vars[i]!), reads: places.map((i) => targets.reads[i]!), fsms: [] };
}
