// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type { Flat } from '../flat/flat.ts';
import type { MemoryMap } from '../memory-map.ts';
import { allocStored, storedBytes } from '../memory-map.ts';
import type { Placement } from '../plan/place.ts';
import type { Def } from '../plan/program.ts';
import { isWide, pairsOf, regOf } from '../plan/values.ts';
import type { Code } from '../wasm/code.ts';
import { I32, I64, type ValueType } from '../wasm/opcodes.ts';
import type { Kernels } from './kernels.ts';
import type { Routine } from './routine-code.ts';
import type { RunningSum } from './wide-sum.ts';

/** Parameters of every generated function: base addresses of inputs and outputs, clocked domains, number of the step. */
export const PARAMS: readonly ValueType[] = [I32, I32, I32, I32];
export const IN = 0;
export const OUT = 1;
export const DOMAINS = 2;
export const STEP = 3;

/** Constants and tables that the generated code reads from memory. */
export interface Constant {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** What lasts over all functions of one generated module. */
export interface EmitContext {
  readonly flat: Flat;
  readonly map: MemoryMap;
  readonly kernels: Kernels;
  readonly constants: Constant[];
  /** Room for a sum that has to be computed again, and for one of its operands: `SUM_PAIRS` each. */
  readonly scratch: number;
  /** Addresses of the tables for shifts by variable amounts, by the bytes of the values. */
  readonly shiftTables: Map<number, number>;
  /** By the keys of their shapes. */
  readonly routines: Map<string, Routine>;
}

/** Where a wide value lies: a local with a base address (or none) and a byte offset. */
export interface Place {
  readonly base: number | null;
  readonly offset: number;
  /** Bytes from `offset` that belong to the value; ports end at a multiple of 4. */
  readonly bytes: number;
}

/** Operands of a routine, and the locals that say where they lie or what they are. */
export interface Bound {
  readonly places: ReadonlyMap<Expr, Place>;
  readonly numbers: ReadonlyMap<Expr, number>;
}

/** State while the code of one function is written. */
export class Emitter {
  readonly #locals = new Map<Expr, number>();
  readonly #free = new Map<ValueType, number[]>();
  readonly #running = new Map<Expr, number>();
  /** Sums of which some pairs have been asked for, and not all. */
  readonly sums = new Map<Expr, RunningSum>();
  /** Branches around the code being written. Outside all of them a loaded value may be kept. */
  nesting = 0;

  constructor(
    readonly context: EmitContext,
    readonly placement: Placement,
    readonly code: Code,
    readonly func: number,
    /** Memory slots of values that several functions use, and of wide values. */
    readonly slots: Map<Expr, number>,
    /** wasm number of each function of the program. */
    readonly functions: readonly number[],
    /** Operands whose places and numbers a routine is given. */
    readonly bound: Bound | null = null,
  ) {}

  def(expr: Expr): Def | undefined {
    return this.placement.defs[expr.id];
  }

  /** What the bits above the width of a defined value are. */
  heldForm(expr: Expr): 'zero' | 'any' {
    return this.placement.dirty[expr.id] === 1 ? 'any' : 'zero';
  }

  slot(expr: Expr): number {
    let slot = this.slots.get(expr);
    if (slot === undefined) this.slots.set(expr, (slot = allocStored(this.context.map.arena, expr.width)));
    return slot;
  }

  /** The local of a defined narrow value, in the function that computes it. */
  localOf(expr: Expr): number {
    let local = this.#locals.get(expr);
    if (local === undefined) this.#locals.set(expr, (local = this.code.local(typeOf(expr))));
    return local;
  }

  /** The local that holds a value already, if any. */
  knownLocal(expr: Expr): number | undefined {
    return this.#locals.get(expr);
  }

  /** A local for the time of `use`. */
  scratch(type: ValueType, use: (local: number) => void): void {
    const local = this.take(type);
    use(local);
    this.give(type, local);
  }

  /** A local that goes with a wide value from its first pair of limbs, before which `start` fills it, to its last: see `end`. */
  running(expr: Expr, type: ValueType, pair: number, start: (local: number) => void): number {
    const known = this.#running.get(expr);
    if (pair > 0 && known !== undefined) return known;
    const local = this.take(type);
    start(local);
    this.#running.set(expr, local);
    return local;
  }

  /** Gives the running local of a value back once the code of its last pair stands. */
  end(expr: Expr, type: ValueType, pair: number): void {
    if (pair === pairsOf(expr.width) - 1) this.give(type, this.#running.get(expr)!);
  }

  /** A local until it is given back. */
  take(type: ValueType): number {
    return this.#free.get(type)?.pop() ?? this.code.local(type);
  }

  give(type: ValueType, local: number): void {
    const free = this.#free.get(type);
    if (free) free.push(local);
    else this.#free.set(type, [local]);
  }

  /** Address of a wide value that is in memory, or null when it must be computed. */
  place(expr: Expr): Place | null {
    const bound = this.bound?.places.get(expr);
    if (bound) return bound;
    if (this.def(expr)) return { base: null, offset: this.slot(expr), bytes: storedBytes(expr.width) };
    return this.source(expr);
  }

  /** Where a reference reads from, whether or not its value has been saved elsewhere. */
  source(expr: Expr): Place | null {
    const { map } = this.context;
    if (expr.kind !== 'ref') return null;
    const reg = regOf(expr);
    if (reg) return { base: null, offset: map.regs.get(reg)!, bytes: storedBytes(expr.width) };
    if (expr.decl.kind !== 'port' || !map.ports.has(expr.decl)) return null;
    return { base: IN, offset: map.ports.get(expr.decl)!, bytes: 4 * Math.ceil(expr.width / 32) };
  }

  /** Pushes a base address; offsets go into the instruction. */
  base(place: Pick<Place, 'base'>): void {
    if (place.base === null) this.code.i32(0);
    else this.code.get(place.base);
  }
}

export function typeOf(expr: Expr): ValueType {
  if (isWide(expr)) throw new Error('a wide value is no wasm number');
  return expr.width <= 32 ? I32 : I64;
}
