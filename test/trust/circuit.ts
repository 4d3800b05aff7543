// SPDX-License-Identifier: Apache-2.0
import type { MethodName } from './methods.ts';
import type { Kind } from './value.ts';

/**
 * A circuit as plain data: made by the generator, built through the language, interpreted by the model, cut down by the
 * shrinker and printed for a reader. A path names a value or a part of one: `r`, `v.2`, `b.x`, `w.1.x`.
 */
export interface Circuit {
  readonly name: string;
  readonly inputs: readonly Var[];
  readonly outputs: readonly Var[];
  readonly regs: readonly RegVar[];
  readonly fsms: readonly FsmVar[];
  readonly items: readonly Item[];
  /** What registers do at the clock edge. */
  readonly body: readonly Stmt[];
  readonly properties: readonly Property[];
  /** Blocks that instances are made from; each variant is one parameter set. */
  readonly families: readonly Family[];
}

export interface Family {
  readonly name: string;
  readonly variants: readonly Circuit[];
}

export type Shape =
  | ({ readonly k: 'ground' } & Kind)
  | { readonly k: 'vec'; readonly length: number; readonly element: Shape }
  | { readonly k: 'bundle'; readonly fields: readonly (readonly [string, Shape])[] };

export interface Var {
  readonly name: string;
  readonly shape: Shape;
}

export interface RegVar extends Var {
  /** Pattern of each leaf in declaration order, or null without reset. */
  readonly reset: readonly bigint[] | null;
  readonly powerUp: bigint | null;
  /** Clock enable. */
  readonly enable: Expr | null;
}

export interface FsmVar {
  readonly name: string;
  readonly states: readonly string[];
}

/** Expressions carry the kind that they must have; the builder compares it with what the language makes of them. */
export type Expr =
  | { readonly k: 'const'; readonly kind: Kind; readonly pattern: bigint; readonly as: 'signal' | 'bits' | 'host' }
  | { readonly k: 'var'; readonly kind: Kind; readonly path: string }
  | {
      readonly k: 'op';
      readonly kind: Kind;
      readonly method: MethodName;
      readonly args: readonly Expr[];
      readonly n: readonly number[];
    }
  /** Leaf `rest` of the element of a vector that `index` chooses. */
  | { readonly k: 'read'; readonly kind: Kind; readonly path: string; readonly index: Expr; readonly rest: string }
  | { readonly k: 'pack'; readonly kind: Kind; readonly path: string }
  | { readonly k: 'is'; readonly kind: Kind; readonly fsm: string; readonly state: string };

export type Stmt =
  /** Values of the leaves in declaration order; `part` (hi, lo) only of ground values. */
  | {
      readonly k: 'set';
      readonly path: string;
      readonly part: readonly [number, number] | null;
      readonly values: readonly Expr[];
    }
  /** Dynamic write of one vector element. */
  | { readonly k: 'write'; readonly path: string; readonly index: Expr; readonly values: readonly Expr[] }
  | { readonly k: 'when'; readonly arms: readonly Arm[]; readonly otherwise: readonly Stmt[] | null }
  | {
      readonly k: 'switch';
      readonly subject: Expr;
      readonly cases: readonly Case[];
      readonly otherwise: readonly Stmt[] | null;
    }
  | { readonly k: 'states'; readonly fsm: string; readonly actions: readonly (readonly [string, readonly Stmt[]])[] }
  | { readonly k: 'goto'; readonly fsm: string; readonly state: string };

export interface Arm {
  readonly condition: Expr;
  readonly body: readonly Stmt[];
}

export interface Case {
  readonly values: readonly bigint[];
  readonly body: readonly Stmt[];
}

export interface Property {
  readonly k: 'property';
  readonly name: string;
  readonly kind: 'assert' | 'assume' | 'cover';
  /** What stands around it, from the outside in. */
  readonly places: readonly Place[];
  readonly condition: Expr;
}

/** Inside a `when` or its `otherwise`, or inside the only case of a `switch`. */
export type Place =
  | { readonly k: 'where'; readonly condition: Expr; readonly holds: boolean }
  | { readonly k: 'case'; readonly subject: Expr; readonly value: bigint };

/** Items in order; each reads inputs, registers and what earlier items made. */
export type Item =
  | { readonly k: 'net'; readonly name: string; readonly value: Expr }
  /** Wires (or output ports) driven together; the value of a wire reads only wires before it. */
  | { readonly k: 'wires'; readonly vars: readonly Var[]; readonly body: readonly Stmt[]; readonly ports: boolean }
  | MemItem
  | PortItem
  | {
      readonly k: 'instance';
      readonly name: string;
      readonly family: number;
      readonly variant: number;
      readonly inputs: readonly Expr[];
    };

export interface MemItem {
  readonly k: 'memory';
  readonly name: string;
  readonly shape: Shape;
  readonly depth: number;
  readonly init: readonly bigint[] | null;
  readonly granule: number | null;
  readonly style: 'auto' | 'block' | 'distributed' | 'registers';
}

export interface PortItem {
  readonly k: 'port';
  readonly memory: string;
  readonly name: string;
  readonly access: 'read' | 'async' | 'write' | 'no-change' | 'read-first' | 'write-first';
  readonly collision: 'old' | 'new' | 'undefined';
  readonly address: Expr;
  readonly enable: Expr | null;
  /** Condition of a `when` around the port. */
  readonly guard: Expr | null;
  /** For ports that do both: this cycle writes. */
  readonly write: Expr | null;
  readonly mask: Expr | null;
  readonly values: readonly Expr[];
}
