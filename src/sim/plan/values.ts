// SPDX-License-Identifier: Apache-2.0
import { type Expr, operands } from '../../ir/expr.ts';
import type { MemReadDecl, RegDecl } from '../../ir/module.ts';
import type { Flat } from '../flat/flat.ts';
import { type Block, blocksOf, type Item, valuesOf } from './program.ts';

export type Storage = 'const' | 'i32' | 'i64' | 'wide';

/** Where values of an expression live: wasm numbers up to 64 bits, 64-bit limbs in memory above. */
export function isWide(expr: Expr): boolean {
  return expr.width > 64;
}

export function limbsOf(width: number): number {
  return Math.ceil(width / 64);
}

/** Operands, with the address of a memory word counted as one. */
export function inputsOf(flat: Flat, expr: Expr): readonly Expr[] {
  const load = loadOf(flat, expr);
  return load ? [load.address] : operands(expr);
}

/** Wide values are computed two limbs at a time. */
export function pairsOf(width: number): number {
  return Math.ceil(width / 128);
}

export function loadOf(flat: Flat, expr: Expr) {
  return expr.kind === 'ref' && expr.decl.kind === 'memread' ? flat.loads.get(expr.decl) : undefined;
}

export function regOf(expr: Expr): RegDecl | null {
  return expr.kind === 'ref' && expr.decl.kind === 'reg' ? expr.decl : null;
}

/** A value that lies in memory as it is: limbs of it can be read at will. */
export function isAddressable(expr: Expr): boolean {
  if (expr.kind === 'const') return true;
  return expr.kind === 'ref' && expr.decl.kind !== 'memread';
}

/** All items of a block tree, blocks before what is in them. */
export function allItems(root: Block): Item[] {
  const found: Item[] = [];
  const todo: Block[] = [root];
  for (let block = todo.pop(); block; block = todo.pop()) {
    for (const item of block.items) {
      found.push(item);
      todo.push(...blocksOf(item));
    }
  }
  return found;
}

/** Every expression that the items need, operands before users. Throws on a loop through a memory's combinational read. */
export function topological(flat: Flat, items: readonly Item[]): Expr[] {
  const order: Expr[] = [];
  const state = new Uint8Array(flat.pool.size);
  const stack: { readonly expr: Expr; readonly inputs: readonly Expr[]; next: number }[] = [];
  const enter = (expr: Expr): void => {
    if (state[expr.id] === 2) return;
    if (state[expr.id] === 1)
      throw new Error(`Combinational loop: ${stack.flatMap((f) => memoryName(f.expr)).join(' -> ')}`);
    state[expr.id] = 1;
    stack.push({ expr, inputs: inputsOf(flat, expr), next: 0 });
  };
  for (const item of items) {
    for (const value of valuesOf(item)) {
      enter(value);
      while (stack.length > 0) {
        const frame = stack.at(-1)!;
        const input = frame.inputs[frame.next++];
        if (input) {
          enter(input);
        } else {
          state[frame.expr.id] = 2;
          order.push(frame.expr);
          stack.pop();
        }
      }
    }
  }
  return order;
}

function memoryName(expr: Expr): string[] {
  return expr.kind === 'ref' && expr.decl.kind === 'memread' ? [(expr.decl satisfies MemReadDecl).name] : [];
}
