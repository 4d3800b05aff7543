// SPDX-License-Identifier: Apache-2.0
import type { Expr, Shape, Var } from './circuit.ts';
import { anyKind } from './method.ts';
import { type MethodName, methodNames, methodTable } from './methods.ts';
import type { Random } from './prng.ts';
import { type Leaf, leavesOf, leavesOfVar, widthOf } from './shapes.ts';
import { bit, corners, type Kind, patternOf, unsigned } from './value.ts';

/** What an expression may read. */
export interface Reads {
  readonly vars: readonly Var[];
  readonly fsms: readonly { readonly name: string; readonly states: readonly string[] }[];
}

export const nothing: Reads = { vars: [], fsms: [] };

export function alsoReads(reads: Reads, vars: readonly Var[]): Reads {
  return { ...reads, vars: [...reads.vars, ...vars] };
}

/** Makes expressions of a wanted kind from what they may read. */
export class ExprMaker {
  readonly #random: Random;
  /** Operators left: trees and nests grow exponentially, circuits must not. */
  #budget = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Allows this many operators more, whatever was left. */
  refill(operators: number): void {
    this.#budget = operators;
  }

  get spent(): boolean {
    return this.#budget <= 0;
  }

  /** `depth` levels of operators at most. */
  of(goal: Kind, reads: Reads, depth: number): Expr {
    const r = this.#random;
    if (depth <= 0 || this.spent || r.chance(12)) return this.#simple(goal, reads);
    if (r.chance(12)) {
      const special = this.#special(goal, reads, depth);
      if (special) return special;
    }
    for (let tries = 0; tries < 20; tries++) {
      const method = r.pick(methodNames);
      if (isCostly(method, goal.width) && r.chance(85)) continue;
      const shape = methodTable[method].reach(goal, r);
      if (!shape || shape.args.some(({ width }) => width > 260)) continue;
      this.#budget--;
      const args = shape.args.map((kind) => this.of(kind, reads, depth - 1));
      return op(method, hosted(method, args, r), shape.n ?? []);
    }
    return this.#simple(goal, reads);
  }

  bit(reads: Reads, depth: number): Expr {
    return this.of(bit, reads, depth);
  }

  leaves(shape: Shape, reads: Reads, depth: number): Expr[] {
    return leavesOf('', shape).map(({ kind }) => this.of(kind, reads, depth));
  }

  constant(kind: Kind): Expr {
    const r = this.#random;
    const pattern = r.chance(60) ? r.pick(corners(kind.width)) : r.pattern(kind.width);
    return { k: 'const', kind, pattern, as: r.pick(['signal', 'bits', 'host']) };
  }

  /** A leaf, brought to the wanted kind; sometimes a constant. */
  #simple(goal: Kind, reads: Reads): Expr {
    const r = this.#random;
    const leaves = reads.vars.flatMap(leavesOfVar);
    if (leaves.length === 0 || r.chance(15)) return this.constant(goal);
    const exact = leaves.filter(({ kind }) => kind.width === goal.width && kind.signed === goal.signed);
    const leaf = exact.length > 0 && r.chance(75) ? r.pick(exact) : r.pick(leaves);
    return this.#fit(variable(leaf), goal);
  }

  #fit(expr: Expr, goal: Kind): Expr {
    const from = expr.kind;
    if (from.signed !== goal.signed) return this.#fit(op(goal.signed ? 'asSInt' : 'asUInt', [expr], []), goal);
    if (from.width < goal.width) return op('resize', [expr], [goal.width]);
    if (from.width > goal.width) return op(this.#random.chance(70) ? 'trunc' : 'saturate', [expr], [goal.width]);
    return expr;
  }

  /** Dynamic vector reads, whole aggregates and states. */
  #special(goal: Kind, reads: Reads, depth: number): Expr | null {
    const r = this.#random;
    if (goal.width === 1 && !goal.signed && reads.fsms.length > 0 && r.chance(60)) {
      const fsm = r.pick(reads.fsms);
      return { k: 'is', kind: bit, fsm: fsm.name, state: r.pick(fsm.states) };
    }
    const aggregates = reads.vars.filter(({ shape }) => shape.k !== 'ground' && leavesOf('', shape).length > 0);
    if (aggregates.length === 0) return null;
    const { name, shape } = r.pick(aggregates);
    if (shape.k === 'vec' && r.chance(80)) {
      const leaf = r.pick(leavesOf('', shape.element));
      const index = this.of(unsigned(r.between(0, 4)), reads, depth - 1);
      return this.#fit({ k: 'read', kind: leaf.kind, path: name, index, rest: leaf.path }, goal);
    }
    return this.#fit({ k: 'pack', kind: unsigned(widthOf(shape)), path: name }, goal);
  }

  /** Any kind that fits something readable, so that expressions do not consist of resizing. */
  likelyKind(reads: Reads): Kind {
    const leaves = reads.vars.flatMap(leavesOfVar);
    return leaves.length > 0 && this.#random.chance(70) ? this.#random.pick(leaves).kind : anyKind(this.#random);
  }
}

/** Operators whose hardware grows with the square of the width; many of them would only cost time. */
function isCostly(method: MethodName, width: number): boolean {
  return ((method === 'div' || method === 'mod') && width > 8) || (method === 'mul' && width > 40);
}

export function op(method: MethodName, args: readonly Expr[], n: readonly number[]): Expr {
  const kind = methodTable[method].kind(
    args.map((arg) => arg.kind),
    n,
  );
  return { k: 'op', kind, method, args, n };
}

export function variable({ path, kind }: Leaf): Expr {
  return { k: 'var', kind, path };
}

/** The leaf of a variable that has one. */
export function read(from: Var): Expr {
  return variable(leavesOfVar(from)[0]!);
}

export function literal(value: bigint | number, kind: Kind): Expr {
  return { k: 'const', kind, pattern: patternOf(BigInt(value), kind.width), as: 'signal' };
}

/** Constants that stand where only signals may. */
function hosted(method: MethodName, args: readonly Expr[], random: Random): Expr[] {
  const { host } = methodTable[method];
  return args.map((arg, i) => {
    if (arg.k !== 'const') return arg;
    const as = arg.as === 'host' && (host !== true || i === 0) ? 'bits' : arg.as;
    return { ...arg, as: i === 0 ? 'signal' : as === 'bits' && random.chance(20) ? 'signal' : as };
  });
}
