// SPDX-License-Identifier: Apache-2.0
import type { Expr, Place, Property } from './circuit.ts';
import { type ExprMaker, literal, op, type Reads } from './generate-expr.ts';
import type { Random } from './prng.ts';
import { corners, unsigned } from './value.ts';

/** Makes properties that say something about expressions of the logic again, about parts of them, or about new ones. */
export class PropertyMaker {
  readonly #random: Random;
  readonly #exprs: ExprMaker;
  readonly #shared: readonly Expr[];
  readonly #reads: Reads;

  /** `logic`: the description that expressions are taken from. `reads`: what may be read at the end of it. */
  constructor(random: Random, exprs: ExprMaker, logic: unknown, reads: Reads) {
    this.#random = random;
    this.#exprs = exprs;
    this.#shared = operatorsIn(logic);
    this.#reads = reads;
  }

  properties(): Property[] {
    const r = this.#random;
    return r.list(r.between(0, 3), (i) => ({
      k: 'property',
      name: `p_${i}`,
      kind: r.pick(['assert', 'assert', 'assume', 'cover'] as const),
      places: r.list(r.pick([0, 0, 0, 1, 1, 2]), () => this.#place()),
      condition: this.#condition(),
    }));
  }

  #place(): Place {
    const r = this.#random;
    if (r.chance(70)) return { k: 'where', condition: this.#condition(), holds: r.chance(60) };
    const any = this.#any();
    const subject = any.kind.width <= 4 ? any : op('low', [any], [r.between(1, 3)]);
    return { k: 'case', subject, value: r.pick(corners(subject.kind.width)) };
  }

  #condition(): Expr {
    const r = this.#random;
    if (r.chance(30)) return op(r.pick(['and', 'or', 'xor']), [this.#about(this.#any()), this.#about(this.#any())], []);
    return this.#about(this.#any());
  }

  /** Something that the logic says too, more often than not. */
  #any(): Expr {
    const r = this.#random;
    if (this.#shared.length > 0 && r.chance(75)) return r.pick(this.#shared);
    return this.#exprs.of(this.#exprs.likelyKind(this.#reads), this.#reads, 2);
  }

  /** One bit about an expression. */
  #about(given: Expr): Expr {
    const r = this.#random;
    const expr = given.kind.signed ? op('asUInt', [given], []) : given;
    const { width } = expr.kind;
    if (width === 0) return this.#exprs.bit(this.#reads, 2);
    if (width === 1) return r.chance(30) ? op('not', [expr], []) : expr;
    // Verilator 5.006 gets `!a && b` wrong where b compares more than 64 bits and turns out to be constant.
    switch (width > 64 ? 0 : r.below(3)) {
      case 0:
        return op('bit', [expr], [r.below(width)]);
      case 1:
        return op(r.pick(['ne', 'ne', 'eq', 'lt']), [expr, literal(r.pick(corners(width)), unsigned(width))], []);
      default:
        return op(r.pick(['orR', 'andR', 'xorR']), [expr], []);
    }
  }
}

/** Every expression in a part of a description that is more than a name or a constant. */
function operatorsIn(part: unknown, found: Expr[] = []): readonly Expr[] {
  if (Array.isArray(part)) for (const each of part) operatorsIn(each, found);
  else if (typeof part === 'object' && part !== null) {
    if ('kind' in part && 'k' in part && ['op', 'read', 'pack', 'is'].includes(part.k as string))
      found.push(part as Expr);
    for (const each of Object.values(part)) operatorsIn(each, found);
  }
  return found;
}
