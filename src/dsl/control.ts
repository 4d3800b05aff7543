// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../ir/expr.ts';
import type { SwitchStmt, WhenStmt } from '../ir/module.ts';
import { captureSpan, type Span } from '../ir/span.ts';
import type { Owner } from './owner.ts';
import type { Scope } from './scope.ts';
import type { Signal } from './signal.ts';
import type { GroundType } from './types.ts';

type Condition = Signal | boolean | 0 | 1;

/** The rest of a `when`: arms are tried in order. */
export class WhenChain {
  readonly #owner: Owner;
  readonly #scope: Scope;
  readonly #stmt: WhenStmt;

  constructor(owner: Owner, scope: Scope, condition: Condition, describe: () => void, span: Span) {
    this.#owner = owner;
    this.#scope = scope;
    const expr = this.#conditionExpr(condition);
    const body = scope.inside(expr, describe);
    this.#stmt = { kind: 'when', arms: [{ condition: expr, body, span }], otherwise: null, span };
    scope.add(this.#stmt);
  }

  elsewhen(condition: Condition, describe: () => void): this {
    this.#open('elsewhen');
    const span = captureSpan();
    const expr = this.#conditionExpr(condition);
    const guard = (): Expr => this.#owner.pool.op('and', [this.#noArm(), expr]);
    this.#stmt.arms.push({ condition: expr, body: this.#scope.inside(guard, describe), span });
    return this;
  }

  otherwise(describe: () => void): void {
    this.#open('otherwise');
    this.#stmt.otherwise = this.#scope.inside(() => this.#noArm(), describe);
  }

  #open(word: string): void {
    if (this.#stmt.otherwise === null) return;
    this.#owner.fault('KLN-S003', `${word} follows otherwise.`, 'Put otherwise last.');
  }

  #conditionExpr(condition: Condition): Expr {
    if (typeof condition === 'object') {
      condition.checkCondition('when');
      return this.#owner.exprOf(condition);
    }
    if (![true, false, 0, 1].includes(condition)) {
      const text = `when needs a 1-bit condition, not ${String(condition)}.`;
      this.#owner.fault('KLN-W005', text, 'Give a signal of one bit, or a boolean that is known when it is described.');
    }
    return this.#owner.pool.constant(BigInt(condition), 1);
  }

  /** One bit: none of the arms so far is taken. */
  #noArm(): Expr {
    const { pool } = this.#owner;
    return this.#stmt.arms.reduce<Expr>(
      (all, arm) => pool.op('and', [all, pool.op('not', [arm.condition])]),
      pool.constant(1n, 1),
    );
  }
}

type CaseValue = number | bigint | string;

/** The cases of a `switch` over one value; names for enumerated types, numbers otherwise. */
export class SwitchChain<V extends CaseValue = CaseValue> {
  readonly #owner: Owner;
  readonly #scope: Scope;
  readonly #subject: Signal;
  readonly #stmt: SwitchStmt;

  constructor(owner: Owner, scope: Scope, subject: Signal) {
    this.#owner = owner;
    this.#scope = scope;
    this.#subject = subject;
    this.#stmt = { kind: 'switch', subject: owner.exprOf(subject), cases: [], otherwise: null, span: captureSpan() };
    scope.add(this.#stmt);
  }

  case(values: V | readonly V[], describe: () => void): this {
    const listed = (Array.isArray(values) ? values : [values]) as readonly V[];
    const patterns = listed.map((value) => this.#encode(value));
    const known = new Set(this.#stmt.cases.flatMap((c) => [...c.values]));
    const again = listed.find((_, i) => known.has(patterns[i]!) || patterns.indexOf(patterns[i]!) !== i);
    if (again !== undefined) {
      this.#owner.fault(
        'KLN-S005',
        `The switch over ${this.#subject.describe()} lists ${again} twice.`,
        'Join the two cases.',
      );
    }
    const body = this.#scope.inside(() => this.#isOneOf(patterns), describe);
    this.#stmt.cases.push({ values: patterns, body, span: captureSpan() });
    return this;
  }

  otherwise(describe: () => void): void {
    if (this.#stmt.otherwise !== null) {
      this.#owner.fault('KLN-S003', 'A switch has two otherwise parts.', 'Keep one.');
    }
    const { pool } = this.#owner;
    const listed = (): bigint[] => this.#stmt.cases.flatMap((c) => [...c.values]);
    this.#stmt.otherwise = this.#scope.inside(() => pool.op('not', [this.#isOneOf(listed())]), describe);
  }

  #encode(value: V): bigint {
    const type: GroundType = this.#subject.type;
    if (typeof value === 'string') {
      if (type.kind !== 'enum') {
        return this.#owner.fault(
          'KLN-S003',
          `${this.#subject.describe()} has no value named ${value}.`,
          'List numbers.',
        );
      }
      return type.encode(value);
    }
    // The operand rule of a comparison is the rule of a case.
    const pattern = this.#owner.exprOf(this.#subject.operand(value, 'switch', true));
    return pattern.kind === 'const' ? pattern.value : 0n;
  }

  #isOneOf(patterns: readonly bigint[]): Expr {
    const { pool } = this.#owner;
    const subject = this.#stmt.subject;
    return patterns.reduce<Expr>(
      (any, value) => pool.op('or', [any, pool.op('eq', [subject, pool.constant(value, subject.width)])]),
      pool.constant(0n, 1),
    );
  }
}
