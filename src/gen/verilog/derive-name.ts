// SPDX-License-Identifier: Apache-2.0
import { assertNever, type Expr, type OpExpr } from '../../ir/expr.ts';
import type { OpName } from '../../ir/ops.ts';
import { extended, negated, replicated } from './shapes.ts';

/** Longest derived name; above it the structure is shortened to a hash. */
const LONGEST_NAME = 40;

/** What the result of an operator is called when its operands would make the name too long. */
const nouns: Readonly<Record<OpName, string>> = {
  not: 'inverse',
  and: 'both',
  or: 'either',
  xor: 'differ',
  add: 'sum',
  sub: 'difference',
  mulU: 'product',
  mulS: 'product',
  divU: 'quotient',
  divS: 'quotient',
  modU: 'remainder',
  modS: 'remainder',
  eq: 'equal',
  ne: 'unequal',
  ltU: 'less',
  leU: 'at_most',
  ltS: 'less',
  leS: 'at_most',
  shl: 'shifted',
  shrU: 'shifted',
  shrS: 'shifted',
  andR: 'all',
  orR: 'any',
  xorR: 'parity',
  mux: 'choice',
  select: 'selected',
  concat: 'joined',
};

/** What stands between the names of two operands. */
const words: Partial<Readonly<Record<OpName, string>>> = {
  or: 'or',
  xor: 'xor',
  add: 'plus',
  sub: 'minus',
  mulU: 'times',
  mulS: 'times',
  divU: 'div',
  divS: 'div',
  modU: 'mod',
  modS: 'mod',
  eq: 'eq',
  ne: 'ne',
  ltU: 'lt',
  leU: 'le',
  ltS: 'lt',
  leS: 'le',
  shl: 'shl',
  shrU: 'shr',
  shrS: 'sra',
  concat: 'cat',
};

/** Names for expressions, from their structure and the names of declarations alone. */
export class NameDeriver {
  /** By expression number. */
  readonly #names: (string | undefined)[];
  /** By expression number; 0 is not known. */
  readonly #hashes: Uint32Array;

  /** `size` is the pool's. */
  constructor(size: number) {
    this.#names = new Array<string | undefined>(size);
    this.#hashes = new Uint32Array(size);
  }

  /** A name that says what the expression is: `count_plus_1`, `a_times_b`, `sum_1x4f0q`. */
  nameOf(expr: Expr): string {
    if (expr.kind === 'ref') return expr.decl.name;
    let name = this.#names[expr.id];
    if (name === undefined) {
      name = this.#derive(expr);
      if (name.length > LONGEST_NAME) name = expr.kind === 'op' ? `${nouns[expr.op]}_${this.digest(expr)}` : name;
      this.#names[expr.id] = name;
    }
    return name;
  }

  /** Prepares for what is above an expression; whoever goes upwards so never makes the deriver go deep. */
  reach(expr: Expr): void {
    this.#hash(expr);
  }

  /** Six characters that depend on nothing but the structure. */
  digest(expr: Expr): string {
    return this.#hash(expr).toString(36).padStart(7, '0').slice(-6);
  }

  #derive(expr: Expr): string {
    switch (expr.kind) {
      case 'const':
        return expr.value < 1000n ? String(expr.value) : `h${expr.value.toString(16)}`;
      case 'ref':
        return expr.decl.name;
      case 'slice': {
        const bits = expr.width === 1 ? `${expr.lo}` : `${expr.lo + expr.width - 1}_${expr.lo}`;
        return `${this.nameOf(expr.arg)}_${bits}`;
      }
      case 'op':
        return this.#deriveOp(expr);
      default:
        return assertNever(expr);
    }
  }

  #deriveOp(expr: OpExpr): string {
    const inner = extended(expr);
    if (inner) return `${this.nameOf(inner)}_ext`;
    const repeated = replicated(expr);
    if (repeated) return `${this.nameOf(repeated)}_x${expr.args.length}`;
    const minus = negated(expr);
    if (minus) return `minus_${this.nameOf(minus)}`;
    const [a, b] = expr.args as readonly [Expr, Expr];
    switch (expr.op) {
      case 'and':
        return handshake(a, b) ?? `${this.#operand(a)}_and_${this.#operand(b)}`;
      case 'not':
        return `not_${this.nameOf(a)}`;
      case 'andR':
      case 'orR':
      case 'xorR':
        return `${nouns[expr.op]}_${this.nameOf(a)}`;
      case 'mux':
        return `${this.nameOf(b)}_if_${this.nameOf(a)}`;
      case 'select':
        return `by_${this.nameOf(a)}_${this.digest(expr)}`;
      default:
        if (expr.args.length > 2) return `${nouns[expr.op]}_${this.digest(expr)}`;
        return `${this.#operand(a)}_${words[expr.op] ?? expr.op}_${this.#operand(b)}`;
    }
  }

  /** Extension does not change what a value means. */
  #operand(expr: Expr): string {
    return this.nameOf(extended(expr) ?? expr);
  }

  #hash(expr: Expr): number {
    return this.#hashes[expr.id]! || (this.#hashes[expr.id] = this.#hashFresh(expr));
  }

  #hashFresh(expr: Expr): number {
    switch (expr.kind) {
      case 'const':
        return mix(mixText(7, expr.value.toString(36)), expr.width);
      case 'ref':
        return mixText(11, expr.decl.name);
      case 'slice':
        return mix(mix(mix(13, this.#hash(expr.arg)), expr.lo), expr.width);
      case 'op':
        return expr.args.reduce((hash, operand) => mix(hash, this.#hash(operand)), mixText(17, expr.op));
      default:
        return assertNever(expr);
    }
  }
}

/** `in_valid & in_ready` is what everybody calls a transfer: `in_fire`. */
function handshake(a: Expr, b: Expr): string | null {
  if (a.kind !== 'ref' || b.kind !== 'ref') return null;
  const names = [a.decl.name, b.decl.name];
  const valid = names.find((name) => name.endsWith('_valid'));
  const stream = valid?.slice(0, -'_valid'.length);
  return stream !== undefined && names.includes(`${stream}_ready`) ? `${stream}_fire` : null;
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

function mixText(hash: number, text: string): number {
  let mixed = hash;
  for (let i = 0; i < text.length; i++) mixed = mix(mixed, text.charCodeAt(i) + 1);
  return mixed;
}
