// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { MemReadDecl, Memory, PortDecl, RegDecl, Stmt } from '../../ir/module.ts';
import type { Span } from '../../ir/span.ts';
import type { ExprPool } from '../../ir/pool.ts';
import type { IoLayout } from '../layout.ts';

/**
 * A design without hierarchy: what the simulator compiles. All expressions live in one pool and refer only to ports of
 * the top module, flat registers (read registers of memories among them), words of memories (`loads`) and `special` inputs.
 */
export interface Flat {
  readonly top: string;
  readonly pool: ExprPool;
  readonly layout: IoLayout;
  readonly inputs: readonly PortDecl[];
  readonly outputs: readonly { readonly port: PortDecl; readonly value: Expr }[];
  readonly domains: readonly FlatDomain[];
  readonly regs: readonly FlatReg[];
  readonly regOf: ReadonlyMap<RegDecl, FlatReg>;
  readonly updates: readonly FlatUpdate[];
  readonly memories: readonly FlatMemory[];
  /** Combinational reads of memories; their declarations stand in expressions. */
  readonly loads: ReadonlyMap<MemReadDecl, MemoryLoad>;
  readonly writes: readonly MemoryWrite[];
  readonly checks: readonly Check[];
  readonly special: Special;
}

export interface FlatDomain {
  readonly name: string;
  /** 1 while the reset is active; constant 0 without reset. */
  readonly reset: Expr;
}

/** A register with its path from the top module, `u_fifo.count`, as name. */
export interface FlatReg {
  readonly decl: RegDecl;
  readonly domain: number;
}

/** Statements of one instance for the registers of one domain, those with and those without reset apart. */
export interface FlatUpdate {
  readonly domain: number;
  readonly hasReset: boolean;
  readonly body: readonly Stmt[];
}

export interface FlatMemory {
  /** Path from the top module. */
  readonly path: string;
  readonly memory: Memory;
  readonly written: boolean;
}

export interface MemoryLoad {
  readonly memory: FlatMemory;
  readonly address: Expr;
}

export interface MemoryWrite {
  readonly memory: FlatMemory;
  readonly domain: number;
  readonly enable: Expr;
  readonly address: Expr;
  readonly data: Expr;
  /** One bit a data bit, or null when the word is written whole. */
  readonly mask: Expr | null;
}

/** Sampled before each edge of its domain; `hit` is 1 where there is something to report (or, for a cover, to count). */
export interface Check {
  readonly kind: 'assert' | 'assume' | 'cover' | 'message';
  readonly name: string;
  readonly instance: string;
  readonly domain: number;
  readonly hit: Expr;
  readonly text: string;
  readonly span: Span | null;
}

/** Values that come from the engine itself. */
export interface Special {
  /** For each domain a bit: it is clocked in this step. */
  readonly clocked: readonly PortDecl[];
  /** Fresh random bits at each use of a memory word that a collision has made undefined. */
  readonly random: Set<PortDecl>;
}
