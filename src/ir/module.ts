// SPDX-License-Identifier: Apache-2.0
import type { Expr } from './expr.ts';
import type { ExprPool } from './pool.ts';
import type { Span } from './span.ts';

/**
 * A module: declarations, and statements that drive them. Built once by the language, read by everything else.
 *
 * Driven declarations (`output` ports, wires, registers, instance inputs) get their values from statements; in `body`
 * the last executed assignment to a bit wins. An output, wire or instance input must be assigned on every path (checked); a
 * register keeps its value where nothing is assigned.
 */
export interface Module {
  /** Unique in a design; a legal identifier. */
  readonly name: string;
  /** The block that made it and the parameters it was made with, as canonical JSON. */
  readonly block: string;
  readonly params: string;
  readonly doc: string;
  readonly span: Span;
  readonly pool: ExprPool;
  readonly ports: PortDecl[];
  readonly wires: WireDecl[];
  readonly nets: NetDecl[];
  readonly regs: RegDecl[];
  readonly memories: Memory[];
  readonly instances: Instance[];
  readonly body: Stmt[];
  readonly properties: Property[];
  /** Clock domains in use, in order of first use, but the system's in front. */
  readonly domains: DomainUse[];
  readonly streams: StreamPort[];
  /** The language's description of the ports, by which a parent types its instances; opaque here. */
  interface: unknown;
  /** Set for a black box: there is no body; `verilog` is the foreign source, `model` simulates it. */
  readonly blackBox: BlackBox | null;
}

export interface BlackBox {
  /** Parameters of the foreign module, printed as `#(.NAME(text))`. */
  readonly parameters: readonly { readonly name: string; readonly text: string }[];
  /** Foreign Verilog source to ship beside the design, or null when the vendor's library has it. */
  readonly verilog: string | null;
  /** Kiln module with equal ports that simulates it, or null. */
  readonly model: Module | null;
}

/** How a value is shown in waves, data sheets and test benches. */
export type Format =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'signed' }
  | { readonly kind: 'enum'; readonly type: string; readonly names: readonly string[] };

interface DeclBase {
  readonly name: string;
  /** In bits; 0 is possible and such a declaration is left out of Verilog. */
  readonly width: number;
  readonly format: Format;
  /** Field path in the user's words: ['in', 'payload', 'last'] for the port in_payload_last. */
  readonly path: readonly string[];
  readonly comment: string;
  readonly span: Span;
}

/** Everything that an expression can refer to. */
export type Decl = PortDecl | WireDecl | NetDecl | RegDecl | MemReadDecl | InstInDecl | InstOutDecl;

export interface PortDecl extends DeclBase {
  readonly kind: 'port';
  readonly direction: 'input' | 'output';
  readonly role: 'data' | 'clock' | 'reset';
  /** Domain that an input is synchronous to or an output belongs to; null: the module's first domain, or none. */
  readonly domain: Domain | null;
}

/** A combinational variable, driven by statements. */
export interface WireDecl extends DeclBase {
  readonly kind: 'wire';
}

/** A named expression. */
export interface NetDecl extends DeclBase {
  readonly kind: 'net';
  readonly value: Expr;
}

export interface RegDecl extends DeclBase {
  readonly kind: 'reg';
  readonly domain: Domain;
  /** Value while the domain's reset is active, or null for a register without reset. */
  readonly reset: bigint | null;
  /** Value at power-up (Verilog `initial`), or null for unknown. */
  readonly powerUp: bigint | null;
  /** Marks both flip-flops of a synchroniser: exempt from the crossing check, `ASYNC_REG` in Verilog. */
  readonly synchroniser: boolean;
}

/** Read data of a memory port. */
export interface MemReadDecl extends DeclBase {
  readonly kind: 'memread';
  readonly memory: Memory;
}

/** An input of an instance, seen (and driven) from the parent. */
export interface InstInDecl extends DeclBase {
  readonly kind: 'instin';
  readonly instance: Instance;
  readonly port: PortDecl;
}

/** An output of an instance, seen from the parent. */
export interface InstOutDecl extends DeclBase {
  readonly kind: 'instout';
  readonly instance: Instance;
  readonly port: PortDecl;
}

/** A clock with its (synchronous, active-high) reset; the generator may turn the reset asynchronous or active-low. */
export interface Domain {
  readonly name: string;
  readonly clock: string;
  readonly reset: string | null;
}

export interface DomainUse {
  readonly domain: Domain;
  readonly clock: PortDecl;
  /** Null until something in the module is reset by it. */
  reset: PortDecl | null;
}

export interface Instance {
  readonly name: string;
  readonly module: Module;
  readonly inputs: InstInDecl[];
  readonly outputs: InstOutDecl[];
  /** Which domain of the parent drives each domain (by name) of the child. */
  readonly domains: ReadonlyMap<string, Domain>;
  readonly comment: string;
  readonly span: Span;
}

/**
 * Storage of `depth` words. An enabled access beyond `depth` reads zero and writes nothing in simulation, and the
 * embedded simulator reports it.
 */
export interface Memory {
  readonly name: string;
  readonly depth: number;
  /** Bits a word. */
  readonly width: number;
  /** Bits a write-enable lane; equal to `width` when words are written whole. */
  readonly granule: number;
  /** Contents at power-up, `depth` words, or null for unknown. */
  readonly init: readonly bigint[] | null;
  readonly style: 'auto' | 'block' | 'distributed' | 'registers';
  readonly ports: MemoryPort[];
  readonly comment: string;
  readonly span: Span;
}

export type MemoryPort = ReadPort | WritePort | ReadWritePort;

/**
 * What a read gives when another port writes the same word at the same clock edge: the word before (`old`), the word
 * after (`new`), or anything (`undefined`, the cheapest in hardware).
 */
export type Collision = 'old' | 'new' | 'undefined';

/** Synchronous: data appear after the clock edge and hold while not enabled. Asynchronous: combinational, always enabled. */
export interface ReadPort {
  readonly kind: 'read';
  readonly name: string;
  readonly synchronous: boolean;
  readonly domain: Domain;
  readonly collision: Collision;
  readonly address: Expr;
  readonly enable: Expr;
  readonly data: MemReadDecl;
}

export interface WritePort {
  readonly kind: 'write';
  readonly name: string;
  readonly domain: Domain;
  readonly address: Expr;
  readonly enable: Expr;
  readonly data: Expr;
  /** One bit a granule, or null when whole words are written. */
  readonly mask: Expr | null;
}

/**
 * One access a cycle, read or write (1RW; two of them make a true dual port). `mode` is what the read register does
 * during a write: keep (`no-change`), take the old word (`read-first`) or the new word (`write-first`).
 */
export interface ReadWritePort {
  readonly kind: 'readwrite';
  readonly name: string;
  readonly domain: Domain;
  readonly mode: 'no-change' | 'read-first' | 'write-first';
  readonly address: Expr;
  readonly enable: Expr;
  readonly write: Expr;
  readonly writeData: Expr;
  readonly mask: Expr | null;
  readonly data: MemReadDecl;
}

/** What a statement can drive. */
export type Driven = PortDecl | WireDecl | RegDecl | InstInDecl;

/** Bits lo .. lo+width-1 of a driven declaration. */
export interface Target {
  readonly decl: Driven;
  readonly lo: number;
  readonly width: number;
}

export type Stmt = AssignStmt | WhenStmt | SwitchStmt;

/** Combinational for wires, outputs and instance inputs; the value after the clock edge for registers. */
export interface AssignStmt {
  readonly kind: 'assign';
  readonly target: Target;
  readonly value: Expr;
  readonly span: Span;
}

/** The first arm whose 1-bit condition is 1 is executed, otherwise `otherwise`. */
export interface WhenStmt {
  readonly kind: 'when';
  readonly arms: WhenArm[];
  otherwise: Stmt[] | null;
  readonly span: Span;
}

export interface WhenArm {
  readonly condition: Expr;
  readonly body: Stmt[];
  readonly span: Span;
}

/** The case that lists the subject's value is executed, otherwise `otherwise`. Values are distinct over all cases. */
export interface SwitchStmt {
  readonly kind: 'switch';
  readonly subject: Expr;
  readonly cases: SwitchCase[];
  otherwise: Stmt[] | null;
  readonly span: Span;
}

export interface SwitchCase {
  readonly values: readonly bigint[];
  readonly body: Stmt[];
  readonly span: Span;
}

/**
 * Sampled at every clock edge of its domain while reset is inactive: an `assert` or `assume` fails when `guard` is 1 and `condition`
 * is 0; a `cover` counts when both are 1.
 */
export interface Property {
  readonly kind: 'assert' | 'assume' | 'cover';
  readonly name: string;
  readonly domain: Domain;
  readonly guard: Expr;
  readonly condition: Expr;
  readonly message: string;
  readonly span: Span;
}

/** A valid/ready stream among the ports. `sink`: the module consumes. */
export interface StreamPort {
  readonly name: string;
  readonly direction: 'sink' | 'source';
  readonly valid: PortDecl;
  readonly ready: PortDecl;
  readonly payload: readonly PortDecl[];
}

/** A top module and everything below it, each module once, children before parents. */
export interface Design {
  readonly top: Module;
  readonly modules: readonly Module[];
}
