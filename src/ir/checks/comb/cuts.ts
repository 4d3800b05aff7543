// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type OpExpr } from '../../expr.ts';
import type { AssignStmt, Decl } from '../../module.ts';
import { opTable } from '../../ops.ts';

/** The parts of what is never cut: most declarations and operators. */
const uncut: readonly number[] = [0];

/**
 * Where declarations and operators have to be cut so that bit ranges are followed exactly: at the ends of every slice and
 * of every assignment, and at whatever bits of their sources these fall on. Bits between two cuts are always read together,
 * so one node stands for them all. A chain of whole words stays one node wide; only what is really taken apart costs more.
 *
 * Assumes that every expression in use is announced with `explore`. Cost: linear in the cuts that come out.
 */
export class Cuts {
  readonly #cuts = new Map<Decl | OpExpr, Set<number>>();
  readonly #concatBases = new Map<OpExpr, readonly number[]>();
  readonly #sources: ReadonlyMap<Decl, readonly AssignStmt[]>;
  readonly #pending: { readonly expr: Expr; readonly at: number }[] = [];

  /** `assigns` are the combinational assignments. Those of one bit cannot be cut and are left out. */
  constructor(assigns: readonly AssignStmt[]) {
    const sources = new Map<Decl, AssignStmt[]>();
    for (const stmt of assigns) {
      if (stmt.target.width < 2) continue;
      const list = sources.get(stmt.target.decl);
      if (list) list.push(stmt);
      else sources.set(stmt.target.decl, [stmt]);
    }
    this.#sources = sources;
    for (const { target } of assigns) {
      this.cutDecl(target.decl, target.lo);
      this.cutDecl(target.decl, target.lo + target.width);
    }
  }

  /** First bits of the parts of a declaration or operator, ascending, the first 0. */
  starts(item: Decl | OpExpr): readonly number[] {
    const cuts = this.#cuts.get(item);
    return cuts ? [0, ...[...cuts].sort((a, b) => a - b)] : uncut;
  }

  /** Announces an expression in use (not the ones inside it). */
  explore(expr: Expr): void {
    if (expr.kind !== 'slice') return;
    this.#push(expr.arg, expr.lo);
    this.#push(expr.arg, expr.lo + expr.width);
    this.#drain();
  }

  cutDecl(decl: Decl, at: number): void {
    this.#cut(decl, at);
    this.#drain();
  }

  #push(expr: Expr, at: number): void {
    if (at > 0 && at < expr.width && expr.kind !== 'const') this.#pending.push({ expr, at });
  }

  #drain(): void {
    for (let next = this.#pending.pop(); next; next = this.#pending.pop()) {
      const { expr, at } = next;
      switch (expr.kind) {
        case 'const':
          break;
        case 'ref':
          this.#cut(expr.decl, at);
          break;
        case 'slice':
          this.#push(expr.arg, expr.lo + at);
          break;
        case 'op':
          if (this.#note(expr, at, expr.width)) this.#cutOperands(expr, at);
          break;
        default:
          assertNever(expr);
      }
    }
  }

  #note(item: Decl | OpExpr, at: number, width: number): boolean {
    if (at <= 0 || at >= width) return false;
    let cuts = this.#cuts.get(item);
    if (!cuts) this.#cuts.set(item, (cuts = new Set()));
    if (cuts.has(at)) return false;
    cuts.add(at);
    return true;
  }

  #cut(decl: Decl, at: number): void {
    if (!this.#note(decl, at, decl.width)) return;
    if (decl.kind === 'net') this.#push(decl.value, at);
    for (const { target, value } of this.#sources.get(decl) ?? []) this.#push(value, at - target.lo);
  }

  #cutOperands(expr: OpExpr, at: number): void {
    const { op, args } = expr;
    const { depends } = opTable[op];
    switch (depends) {
      case 'bitwise':
      case 'carry':
        for (const arg of args) this.#push(arg, at);
        break;
      case 'choose':
        for (const arg of args.slice(1)) this.#push(arg, at);
        break;
      case 'concat': {
        const bases = this.#bases(expr);
        const i = lastAtMost(bases, at);
        this.#push(args[args.length - 1 - i]!, at - bases[i]!);
        break;
      }
      case 'all':
        break;
      default:
        assertNever(depends);
    }
  }

  /** First bits of the operands of a concat, the least significant operand first. */
  #bases(concat: OpExpr): readonly number[] {
    let bases = this.#concatBases.get(concat);
    if (!bases) {
      bases = basesOf(concat);
      this.#concatBases.set(concat, bases);
    }
    return bases;
  }
}

function basesOf(concat: OpExpr): number[] {
  let base = 0;
  return [...concat.args].reverse().map((part) => (base += part.width) - part.width);
}

/** Position of the last entry of an ascending list that is not above `value`; the first entry is not. */
export function lastAtMost(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
