// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type OpExpr } from '../../expr.ts';
import type { AssignStmt, Decl, RegDecl } from '../../module.ts';
import { opTable } from '../../ops.ts';
import { type Cuts, lastAtMost } from './cuts.ts';

/** What a node stands for, where that matters to a reader: bits of a signal, bits of an assignment, a register's input. */
export type Origin =
  | { readonly kind: 'decl'; readonly decl: Decl; readonly lo: number; readonly hi: number }
  | { readonly kind: 'assign'; readonly stmt: AssignStmt }
  | { readonly kind: 'next'; readonly decl: RegDecl };

interface Parts {
  readonly starts: readonly number[];
  /** Node of the first part; the others follow. */
  readonly base: number;
}

/**
 * Nodes and edges (user to source) of a dependency graph under construction: one node for each part of a declaration or operator
 * that `cuts` knows. Slices have no nodes of their own: they lead to the parts of what they slice.
 */
export class Nodes {
  readonly edges: number[][] = [];
  readonly origins: (Origin | undefined)[] = [];
  readonly #parts = new Map<Decl | OpExpr, Parts>();
  readonly #joined = new Map<Expr, number>();

  constructor(private readonly cuts: Cuts) {}

  add(origin?: Origin): number {
    this.origins.push(origin);
    return this.edges.push([]) - 1;
  }

  connect(user: number, source: number): void {
    this.edges[user]!.push(source);
  }

  hasDecl(decl: Decl): boolean {
    return this.#parts.has(decl);
  }

  /** Visits the parts of a declaration that overlap lo .. hi-1. */
  forEachDeclPart(decl: Decl, lo: number, hi: number, visit: (node: number, lo: number, hi: number) => void): void {
    let parts = this.#parts.get(decl);
    if (!parts) {
      const starts = this.cuts.starts(decl);
      parts = { starts, base: this.edges.length };
      this.#parts.set(decl, parts);
      for (const [i, start] of starts.entries()) {
        this.add({ kind: 'decl', decl, lo: start, hi: starts[i + 1] ?? decl.width });
      }
    }
    visitParts(parts, decl.width, lo, hi, visit);
  }

  /** Visits the nodes that bits lo .. hi-1 of an expression depend on first. Operators inside it have been added. */
  forEachPart(expr: Expr, lo: number, hi: number, visit: (node: number, lo: number, hi: number) => void): void {
    switch (expr.kind) {
      case 'const':
        break;
      case 'ref':
        this.forEachDeclPart(expr.decl, lo, hi, visit);
        break;
      case 'slice': {
        const by = expr.lo;
        this.forEachPart(expr.arg, lo + by, hi + by, (node, from, to) => visit(node, from - by, to - by));
        break;
      }
      case 'op':
        visitParts(this.#parts.get(expr)!, expr.width, lo, hi, visit);
        break;
      default:
        assertNever(expr);
    }
  }

  /** One node that depends on every bit of an expression; null for a constant. */
  whole(expr: Expr): number | null {
    if (expr.kind === 'const') return null;
    const single = expr.kind === 'op' ? this.#parts.get(expr) : undefined;
    if (single?.starts.length === 1) return single.base;
    const known = this.#joined.get(expr);
    if (known !== undefined) return known;
    const nodes: number[] = [];
    this.forEachPart(expr, 0, expr.width, (node) => nodes.push(node));
    let joined = nodes[0]!;
    if (nodes.length > 1) {
      joined = this.add();
      for (const node of nodes) this.connect(joined, node);
    }
    this.#joined.set(expr, joined);
    return joined;
  }

  connectWhole(user: number, expr: Expr): void {
    const source = this.whole(expr);
    if (source !== null) this.connect(user, source);
  }

  /** Connects each part of an operator with the same bits of an operand. */
  #connectAlike(base: number, starts: readonly number[], width: number, arg: Expr): void {
    for (const [i, lo] of starts.entries()) {
      const hi = Math.min(starts[i + 1] ?? width, arg.width);
      if (lo < hi) this.forEachPart(arg, lo, hi, (node) => this.connect(base + i, node));
    }
  }

  /** Adds the nodes of an operator whose operands have been added. */
  addOp(expr: OpExpr): void {
    const { op, args, width } = expr;
    const { depends } = opTable[op];
    // All bits of such a result depend on the same bits, wherever it is cut.
    const starts = depends === 'all' ? [0] : this.cuts.starts(expr);
    const base = this.edges.length;
    this.#parts.set(expr, { starts, base });
    for (let i = 0; i < starts.length; i++) this.add();
    if (starts.length === 1) {
      // Most operators are one node, which depends on all of its operands.
      for (const arg of args) this.connectWhole(base, arg);
      return;
    }
    const alike = (arg: Expr): void => this.#connectAlike(base, starts, width, arg);
    switch (depends) {
      case 'bitwise':
        args.forEach(alike);
        break;
      case 'carry':
        args.forEach(alike);
        for (let i = 1; i < starts.length; i++) this.connect(base + i, base + i - 1);
        break;
      case 'choose':
        for (let i = 0; i < starts.length; i++) this.connectWhole(base + i, args[0]!);
        args.slice(1).forEach(alike);
        break;
      case 'all':
        break;
      case 'concat': {
        let from = width;
        for (const arg of args) {
          from -= arg.width;
          const offset = from;
          visitParts({ starts, base }, width, from, from + arg.width, (node, lo, hi) => {
            const first = Math.max(lo - offset, 0);
            this.forEachPart(arg, first, Math.min(hi - offset, arg.width), (source) => this.connect(node, source));
          });
        }
        break;
      }
      default:
        assertNever(depends);
    }
  }
}

function visitParts(
  { starts, base }: Parts,
  width: number,
  lo: number,
  hi: number,
  visit: (node: number, lo: number, hi: number) => void,
): void {
  for (let i = lastAtMost(starts, lo); i < starts.length && starts[i]! < hi; i++) {
    visit(base + i, starts[i]!, starts[i + 1] ?? width);
  }
}
