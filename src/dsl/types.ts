// SPDX-License-Identifier: Apache-2.0
import { clog2 } from '../ir/bits.ts';
import { didYouMean } from '../ir/closest.ts';
import type { Format } from '../ir/module.ts';
import { refuse } from './refuse.ts';

/**
 * Hardware types. A type is a value of the host language and apart from the values that it describes. Width literals are TypeScript
 * types (`UInt<8>`) and catch unequal widths while typing; computed widths are `UInt<number>` and are checked when a node is made.
 */
export type Type = GroundType | BundleType | VecType;

/** What one signal can have. */
export type GroundType = UIntType | SIntType | EnumType;

abstract class TypeBase {
  /** This type with a reset value: `Bool.init(0)`, `Vec(4, UInt(8)).init(0)`, `Bundle({...}).init({...})`. */
  init(value: InitValue): Init<this> {
    return { kind: 'init', type: this, value };
  }
}

/** A number for a ground type or for every part of an aggregate, or a list or record that follows the aggregate. */
export type InitValue = number | bigint | string | readonly InitValue[] | { readonly [field: string]: InitValue };

export interface Init<T = Type> {
  readonly kind: 'init';
  readonly type: T;
  readonly value: InitValue;
}

export class UIntType<W extends number = number> extends TypeBase {
  readonly kind = 'uint';
  constructor(readonly width: W) {
    super();
  }
}

export class SIntType<W extends number = number> extends TypeBase {
  readonly kind = 'sint';
  constructor(readonly width: W) {
    super();
  }
}

/** Named values 0, 1, 2 ...; Verilog gets a `localparam` for each, waves show the names. */
export class EnumType<N extends string = string> extends TypeBase {
  readonly kind = 'enum';
  readonly width: number;
  constructor(
    readonly name: string,
    readonly names: readonly N[],
  ) {
    super();
    this.width = clog2(names.length);
  }
  /** The pattern of a name. */
  encode(name: string): bigint {
    const index = this.names.indexOf(name as N);
    if (index < 0) {
      const text = `${this.name} has no value ${name}.${didYouMean(name, this.names)}`;
      refuse('KLN-D005', text, `Use one of its names: ${this.names.join(', ')}.`);
    }
    return BigInt(index);
  }
}

export type Fields = Readonly<Record<string, Type>>;

/** Named fields side by side; the first lies in the most significant bits when packed. */
export class BundleType<F extends Fields = Fields> extends TypeBase {
  readonly kind = 'bundle';
  constructor(readonly fields: F) {
    super();
  }
}

/** `length` elements of one type; element 0 lies in the least significant bits when packed. */
export class VecType<E extends Type = Type> extends TypeBase {
  readonly kind = 'vec';
  constructor(
    readonly length: number,
    readonly element: E,
  ) {
    super();
  }
}

const unsigned: UIntType[] = [];
const signed: SIntType[] = [];

/** The type of a computed value; one object a width, since every node of an expression has one. */
export function groundOf(width: number, isSigned: boolean): UIntType | SIntType {
  return isSigned ? (signed[width] ??= new SIntType(width)) : (unsigned[width] ??= new UIntType(width));
}

function checkedWidth<W extends number>(width: W): W {
  if (Number.isSafeInteger(width) && width >= 0) return width;
  return refuse(
    'KLN-W007',
    `A width must be a whole number of bits, 0 or more, not ${width}.`,
    'Round or check the number first.',
  );
}

/** Unsigned number of `width` bits. */
export function UInt<const W extends number>(width: W): UIntType<W> {
  return new UIntType(checkedWidth(width));
}

/** Two's complement number of `width` bits. */
export function SInt<const W extends number>(width: W): SIntType<W> {
  return new SIntType(checkedWidth(width));
}

/** One bit. */
export const Bool: UIntType<1> = new UIntType(1);

/** A value that is one of `names`, as wide as telling them apart takes: 0 bits for one name. */
export function Enum<const N extends string>(name: string, names: readonly N[]): EnumType<N> {
  if (names.length === 0) refuse('KLN-W007', `The enumeration ${name} has no values.`, 'Name one value or more.');
  const again = names.find((each, i) => names.indexOf(each) !== i);
  if (again !== undefined) {
    refuse('KLN-N001', `The enumeration ${name} has two values named ${again}.`, 'Rename one of them.');
  }
  return new EnumType(name, names);
}

export function Bundle<const F extends Fields>(fields: F): BundleType<F> {
  return new BundleType(fields);
}

export function Vec<E extends Type>(length: number, element: E): VecType<E> {
  if (!Number.isSafeInteger(length) || length < 0) {
    refuse('KLN-W007', `A vector cannot have ${length} elements.`, 'Use a whole number, 0 or more.');
  }
  return new VecType(length, element);
}

/** Bits of a value of this type when packed. */
export function widthOf(type: Type): number {
  switch (type.kind) {
    case 'bundle':
      return Object.values(type.fields).reduce((sum, field) => sum + widthOf(field), 0);
    case 'vec':
      return type.length * widthOf(type.element);
    case 'uint':
    case 'sint':
    case 'enum':
      return type.width;
  }
}

const unsignedFormat: Format = { kind: 'unsigned' };
const signedFormat: Format = { kind: 'signed' };

export function formatOf(type: GroundType): Format {
  switch (type.kind) {
    case 'uint':
      return unsignedFormat;
    case 'sint':
      return signedFormat;
    case 'enum':
      return { kind: 'enum', type: type.name, names: type.names };
  }
}
