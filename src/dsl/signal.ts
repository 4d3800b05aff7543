// SPDX-License-Identifier: Apache-2.0
import { toSigned } from '../ir/bits.ts';
import type { DiagnosticCode } from '../ir/diagnostics.ts';
import type { Expr } from '../ir/expr.ts';
import type { Target } from '../ir/module.ts';
import type { OpName } from '../ir/ops.ts';
import { callerSpan } from '../ir/span.ts';
import { Bits } from './bits.ts';
import { Comb } from './comb.ts';
import type { HostInt, Operand } from './operation.ts';
import type { Owner } from './owner.ts';
import { type EnumType, type GroundType, groundOf, type SIntType, type UInt, type UIntType } from './types.ts';

/** Position of a value in a pipeline; values of different stages never meet in one expression. */
export interface Stage {
  readonly pipeline: string;
  readonly index: number;
}

/** Hardware: one combinational value in one module. Read-only; `Reg` and `Wire` can be driven. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging -- the interface only narrows inherited methods
export class Signal<T extends GroundType = GroundType> extends Comb<Signal> {
  constructor(
    readonly owner: Owner,
    readonly expr: Expr,
    readonly type: T,
    readonly stage: Stage | null = null,
  ) {
    super();
  }

  get width(): number {
    return this.expr.width;
  }

  get signed(): boolean {
    return this.type.kind === 'sint';
  }

  constant(value: bigint, width: number, signed = false): Signal {
    return this.#made(this.owner.pool.constant(value, width), signed, null);
  }

  /** For a signal of an enumerated type: has it the named value? One bit. */
  is(name: T extends EnumType<infer N> ? N : never): Signal<UIntType<1>> {
    const type: GroundType = this.type;
    if (type.kind !== 'enum') {
      return this.fault('KLN-S003', `${this.describe()} has no named values.`, 'Compare numbers with eq.');
    }
    return (this as Signal).eq(type.encode(name));
  }

  describe(): string {
    const { expr } = this;
    if (expr.kind === 'ref') return expr.decl.name;
    // A reference of 0 bits is a constant and has lost its name.
    if (expr.width === 0) return 'a 0-bit value';
    if (expr.kind === 'const') return `${this.signed ? toSigned(expr.value, expr.width) : expr.value}`;
    return `a ${this.width}-bit ${expr.kind === 'slice' ? 'slice' : `'${expr.op}' expression`}`;
  }

  protected self(): Signal {
    return this;
  }

  protected apply(op: OpName, args: readonly Comb<Signal>[], signed: boolean): Signal {
    let stage: Stage | null = null;
    let from: Signal | null = null;
    for (const each of args) {
      const arg = each as Signal | Bits;
      if (arg instanceof Bits || arg.stage === null || arg.expr.kind === 'const') continue;
      if (stage !== null && (arg.stage.index !== stage.index || arg.stage.pipeline !== stage.pipeline)) {
        this.#mixedStages(op, from!, arg);
      }
      stage = arg.stage;
      from = arg;
    }
    const exprs = args.map((arg) => this.owner.exprOf(arg));
    return this.#made(this.owner.pool.op(op, exprs), signed, stage);
  }

  protected cut(lo: number, width: number, signed = false): Signal {
    return this.#made(this.owner.pool.slice(this.expr, lo, width), signed, this.stage);
  }

  protected fault(code: DiagnosticCode, message: string, cure: string): never {
    return this.owner.fault(code, message, cure);
  }

  #made(expr: Expr, signed: boolean, stage: Stage | null): Signal {
    return new Signal(this.owner, expr, groundOf(expr.width, signed), stage);
  }

  #mixedStages(op: OpName, a: Signal, b: Signal): never {
    const where = (s: Signal): string => `${s.describe()} is in stage ${s.stage!.index} of ${s.stage!.pipeline}`;
    return this.fault(
      'KLN-S004',
      `${op} mixes pipeline stages: ${where(a)}, ${where(b)}.`,
      'Bring them to one stage with the balance method of the pipeline.',
    );
  }
}

/** Literal widths must agree; a computed width (`number`) is checked when the node is made. */
export type SameWidth<T extends GroundType, U extends GroundType> = number extends T['width']
  ? unknown
  : number extends U['width']
    ? unknown
    : T['width'] extends U['width']
      ? unknown
      : { readonly 'widths differ': [T['width'], U['width']] };

type Peer<T extends GroundType, U extends GroundType> = (Signal<U> & SameWidth<T, U>) | Bits | HostInt;
type Bit = Signal<UIntType<1>>;

// The inherited methods again, with the types that a Signal can promise.
export interface Signal<T extends GroundType> {
  not(): Signal<T>;
  and<U extends GroundType>(other: Peer<T, U>): Signal<T>;
  or<U extends GroundType>(other: Peer<T, U>): Signal<T>;
  xor<U extends GroundType>(other: Peer<T, U>): Signal<T>;
  addWrap<U extends GroundType>(other: Peer<T, U>): Signal<T>;
  subWrap<U extends GroundType>(other: Peer<T, U>): Signal<T>;
  addFull(other: Operand<Signal> | Bits): Signal;
  subFull(other: Operand<Signal> | Bits): Signal;
  mul(other: Operand<Signal> | Bits): Signal;
  neg(): Signal<T>;
  andR(): Bit;
  orR(): Bit;
  xorR(): Bit;
  eq<U extends GroundType>(other: Peer<T, U>): Bit;
  ne<U extends GroundType>(other: Peer<T, U>): Bit;
  lt<U extends GroundType>(other: Peer<T, U>): Bit;
  le<U extends GroundType>(other: Peer<T, U>): Bit;
  gt<U extends GroundType>(other: Peer<T, U>): Bit;
  ge<U extends GroundType>(other: Peer<T, U>): Bit;
  bit(index: number): Bit;
  msb(): Bit;
  toBits(): Bit[];
  shl(amount: Operand<Signal> | Bits): Signal<T>;
  shr(amount: Operand<Signal> | Bits): Signal<T>;
  concat(...lower: readonly (Signal | Bits)[]): Signal<ReturnType<typeof UInt>>;
  resize<const W extends number>(width: W): Signal<Resized<T, W>>;
  trunc<const W extends number>(width: W): Signal<Resized<T, W>>;
  saturate<const W extends number>(width: W): Signal<Resized<T, W>>;
  asUInt(): Signal<UIntType<T['width']>>;
  asSInt(): Signal<SIntType<T['width']>>;
  mux<A extends GroundType, B extends GroundType>(yes: Signal<A>, no: Peer<A, B>): Signal<A>;
  mux<A extends GroundType>(yes: HostInt | Bits, no: Signal<A>): Signal<A>;
  mux(yes: Operand<Signal> | Bits, no: Operand<Signal> | Bits): Signal;
  pick<A extends GroundType>(choices: readonly Signal<A>[]): Signal<A>;
  pick(choices: readonly (Signal | Bits)[]): Signal;
}

type Resized<T extends GroundType, W extends number> = T extends SIntType ? SIntType<W> : UIntType<W>;

/** What a driven signal accepts: a signal of equal width and sign, a literal, or the name of an enumerated value. */
export type ValueOf<T extends GroundType> = Signal | Bits | HostInt | (T extends EnumType<infer N> ? N : never);

/** A register; `next` says what it holds after the clock edge. Where nothing is said it keeps its value. */
export class Reg<T extends GroundType = GroundType> extends Signal<T> {
  constructor(
    owner: Owner,
    expr: Expr,
    type: T,
    readonly target: Target,
    stage: Stage | null = null,
    /** Clock enable: every assignment is under it. */
    readonly enable: Signal | null = null,
  ) {
    super(owner, expr, type, stage);
  }
  /** Last assignment wins. */
  next(value: ValueOf<T>): void {
    const span = callerSpan(this, 'next');
    if (this.enable === null) this.owner.drive(this.target, this.type, value, span);
    else this.owner.whenTrue(this.enable, span, () => this.owner.drive(this.target, this.type, value, span));
  }
  /** Bits hi..lo of the register, to be driven on their own. */
  part(hi: number, lo: number): Reg {
    const read = this.slice(hi, lo);
    return new Reg(this.owner, read.expr, read.type, subTarget(this.target, lo, read.width), this.stage, this.enable);
  }
}

/** A combinational variable, output or instance input; must be assigned on every path. */
export class Wire<T extends GroundType = GroundType> extends Signal<T> {
  constructor(
    owner: Owner,
    expr: Expr,
    type: T,
    readonly target: Target,
  ) {
    super(owner, expr, type);
  }
  /** Last assignment wins. */
  assign(value: ValueOf<T>): void {
    this.owner.drive(this.target, this.type, value, callerSpan(this, 'assign'));
  }
  /** Bits hi..lo of the wire, to be driven on their own. */
  part(hi: number, lo: number): Wire {
    const read = this.slice(hi, lo);
    return new Wire(this.owner, read.expr, read.type, subTarget(this.target, lo, read.width));
  }
}

function subTarget(target: Target, lo: number, width: number): Target {
  return { decl: target.decl, lo: target.lo + lo, width };
}
