// SPDX-License-Identifier: Apache-2.0
import { assertNever, type ConstExpr, type Expr, type OpExpr, type SliceExpr } from './expr.ts';
import type { OpName } from './ops.ts';

/** The expressions that are found by content; a reference is found by its declaration. */
type Interned = ConstExpr | SliceExpr | OpExpr;

/**
 * Finds an expression by its content. An open hash table of positions in a list of nodes: no key is kept, since a node is its own
 * key, so an expression costs eight bytes here and no garbage. Amortised constant time.
 */
export class InternTable {
  readonly #nodes: Interned[] = [];
  /** Position in `#nodes` plus one; 0 is free. At most half full. */
  #slots = new Int32Array(1024);
  /** Where the last search ended: the free slot that `add` takes. */
  #free = 0;

  constant(value: bigint, width: number): ConstExpr | undefined {
    for (let at = this.#start(constHash(value, width)); ; at = this.#after(at)) {
      const node = this.#at(at);
      if (!node || (node.kind === 'const' && node.width === width && node.value === value)) return node;
    }
  }

  slice(arg: Expr, lo: number, width: number): SliceExpr | undefined {
    for (let at = this.#start(sliceHash(arg, lo, width)); ; at = this.#after(at)) {
      const node = this.#at(at);
      if (!node || (node.kind === 'slice' && node.arg === arg && node.lo === lo && node.width === width)) return node;
    }
  }

  op(op: OpName, args: readonly Expr[]): OpExpr | undefined {
    for (let at = this.#start(opHash(args)); ; at = this.#after(at)) {
      const node = this.#at(at);
      if (!node || (node.kind === 'op' && node.op === op && isSameList(node.args, args))) return node;
    }
  }

  /** Adds what the search just before did not find. */
  add<E extends Interned>(node: E): E {
    this.#slots[this.#free] = this.#nodes.push(node);
    if (this.#nodes.length * 2 > this.#slots.length) this.#grow();
    return node;
  }

  #start(hash: number): number {
    return hash & (this.#slots.length - 1);
  }

  #after(at: number): number {
    return (at + 1) & (this.#slots.length - 1);
  }

  #at(at: number): Interned | undefined {
    const position = this.#slots[at]!;
    if (position === 0) this.#free = at;
    return position === 0 ? undefined : this.#nodes[position - 1];
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4);
    this.#nodes.forEach((node, position) => {
      let at = this.#start(hashOf(node));
      while (this.#slots[at] !== 0) at = this.#after(at);
      this.#slots[at] = position + 1;
    });
  }
}

function hashOf(node: Interned): number {
  switch (node.kind) {
    case 'const':
      return constHash(node.value, node.width);
    case 'slice':
      return sliceHash(node.arg, node.lo, node.width);
    case 'op':
      return opHash(node.args);
    default:
      return assertNever(node);
  }
}

function constHash(value: bigint, width: number): number {
  return mixed(mixed(1, Number(BigInt.asUintN(32, value)) | 0), width);
}

function sliceHash(arg: Expr, lo: number, width: number): number {
  return mixed(mixed(mixed(2, arg.id), lo), width);
}

/** Operators over the same operands are few, so the operator's name is left to the comparison. */
function opHash(args: readonly Expr[]): number {
  let hash = 3;
  for (const arg of args) hash = mixed(hash, arg.id);
  return hash;
}

/** Numbers of neighbours differ in low bits only; the product spreads them and the shift brings high bits down. */
function mixed(hash: number, part: number): number {
  const product = Math.imul(hash ^ part, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function isSameList(a: readonly Expr[], b: readonly Expr[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
