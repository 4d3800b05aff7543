// SPDX-License-Identifier: Apache-2.0
import { Bits } from './bits.ts';
import type { HostInt } from './comb.ts';
import type { Reg, Wire } from './signal.ts';
import { Signal, type ValueOf } from './signal.ts';
import {
  type BundleType,
  type Fields,
  formatOf,
  type GroundType,
  type Init,
  SIntType,
  type Type,
  UIntType,
  type VecType,
  widthOf,
} from './types.ts';
import { VecView } from './vec-view.ts';

/** How a value of some type is held: read only, as registers, or as wires. */
export type Mode = 'read' | 'reg' | 'wire';

type Leaf<T extends GroundType, M extends Mode> = M extends 'reg' ? Reg<T> : M extends 'wire' ? Wire<T> : Signal<T>;

/** The signals that stand for a value of type `T`: one signal, a record of views, or a vector of views. */
export type View<T, M extends Mode = 'read'> =
  T extends Init<infer U>
    ? View<U, M>
    : T extends GroundType
      ? Leaf<T, M>
      : T extends BundleType<infer F>
        ? BundleView<F, M>
        : T extends VecType<infer E>
          ? VecView<E, M>
          : never;

export type BundleView<F extends Fields, M extends Mode = 'read'> = { readonly [K in keyof F]: View<F[K], M> } & {
  readonly [bundleType]?: BundleType<F>;
};

/** What can be given for a value of type `T`: signals, literals, and lists or records of them. */
export type Value<T> =
  T extends Init<infer U>
    ? Value<U>
    : T extends GroundType
      ? ValueOf<T>
      : T extends BundleType<infer F>
        ? { readonly [K in keyof F]: Value<F[K]> }
        : T extends VecType<infer E>
          ? VecView<E, Mode> | readonly Value<E>[]
          : never;

/** Marks a record of signals as a bundle and holds its type. */
export const bundleType: unique symbol = Symbol('kiln.bundle');

/** Any view, for code that walks over it. */
export type AnyView = Signal | VecView<Type, Mode> | { readonly [field: string]: AnyView };

/** Builds the view of a type: `leaf` makes each signal from its type and field path. */
export function makeView(
  type: Type,
  path: readonly string[],
  leaf: (type: GroundType, path: readonly string[]) => Signal,
): AnyView {
  switch (type.kind) {
    case 'vec':
      return new VecView(
        type,
        Array.from({ length: type.length }, (_, i) => makeView(type.element, [...path, String(i)], leaf)),
      );
    case 'bundle': {
      const fields = Object.entries(type.fields).map(
        ([name, field]) => [name, makeView(field, [...path, name], leaf)] as const,
      );
      const view: Record<string, AnyView> = Object.fromEntries(fields);
      Object.defineProperty(view, bundleType, { value: type });
      return view;
    }
    case 'uint':
    case 'sint':
    case 'enum':
      return leaf(type, path);
  }
}

/** The type that a view stands for. */
export function typeOfView(view: AnyView): Type {
  if (view instanceof Signal || view instanceof VecView) return view.type;
  const type = (view as { [bundleType]?: BundleType })[bundleType];
  if (!type) throw new TypeError('A plain record of signals has no bundle type; give it one with m.nets or m.wires.');
  return type;
}

/** The signals of a view in packing order, most significant first. */
export function leavesOf(view: AnyView): Signal[] {
  if (view instanceof Signal) return [view];
  if (view instanceof VecView) return [...view.elements].reverse().flatMap((element) => leavesOf(element));
  return Object.values(view).flatMap((field) => leavesOf(field));
}

/** All bits of a view side by side: the first bundle field and the last vector element in the most significant bits. */
export function pack(view: AnyView): Signal {
  const leaves = leavesOf(view);
  if (leaves.length === 0) throw new RangeError('A value without fields cannot be packed.');
  return leaves[0]!.concat(...leaves.slice(1));
}

/** The opposite of `pack`. */
export function unpack<T extends Type>(packed: Signal, type: T): View<T> {
  if (packed.width !== widthOf(type)) {
    throw new RangeError(`${packed.describe()} has ${packed.width} bits, but the type to unpack has ${widthOf(type)}.`);
  }
  return unpackAt(packed, type, 0) as View<T>;
}

function unpackAt(packed: Signal, type: Type, base: number): AnyView {
  if (type.kind === 'bundle') {
    let lo = base + widthOf(type);
    const view: Record<string, AnyView> = {};
    for (const [name, field] of Object.entries(type.fields)) {
      lo -= widthOf(field);
      view[name] = unpackAt(packed, field, lo);
    }
    Object.defineProperty(view, bundleType, { value: type });
    return view;
  }
  if (type.kind === 'vec') {
    const step = widthOf(type.element);
    const elements = Array.from({ length: type.length }, (_, i) => unpackAt(packed, type.element, base + i * step));
    return new VecView(type, elements);
  }
  const part = packed.slice(base + type.width - 1, base);
  return new Signal(packed.owner, part.expr, type, packed.stage);
}

/** Calls `visit` for each ground part of a type with what `value` gives for it. */
export function matchLeaves(
  type: Type,
  view: AnyView,
  value: unknown,
  visit: (leaf: Signal, value: unknown) => void,
  mismatch: (text: string) => never,
): void {
  if (type.kind === 'vec') {
    const parts = value instanceof VecView ? value.elements : value;
    if (!Array.isArray(parts) || parts.length !== type.length) {
      const got = Array.isArray(parts) ? `${parts.length} elements` : describeValue(value);
      return mismatch(`a vector of ${type.length} elements is needed, not ${got}`);
    }
    const { elements } = view as VecView;
    elements.forEach((element, i) => matchLeaves(type.element, element, parts[i], visit, mismatch));
  } else if (type.kind === 'bundle') {
    if (typeof value !== 'object' || value === null || value instanceof Signal || value instanceof VecView) {
      return mismatch(
        `a record with the fields ${Object.keys(type.fields).join(', ')} is needed, not ${describeValue(value)}`,
      );
    }
    const given = value as Record<string, unknown>;
    const extra = Object.keys(given).find((name) => !(name in type.fields));
    if (extra !== undefined)
      return mismatch(`there is no field ${extra}; the fields are ${Object.keys(type.fields).join(', ')}`);
    for (const [name, field] of Object.entries(type.fields)) {
      if (given[name] === undefined) return mismatch(`the field ${name} is missing`);
      matchLeaves(field, (view as Record<string, AnyView>)[name]!, given[name], visit, mismatch);
    }
  } else {
    visit(view as Signal, value);
  }
}

function describeValue(value: unknown): string {
  if (value instanceof Signal || value instanceof Bits) return value.describe();
  if (value instanceof VecView) return `a vector of ${value.length} elements`;
  return Array.isArray(value) ? `a list of ${value.length}` : typeof value;
}

/** The type that a ground value of this width and sign has. */
export function groundType(width: number, signed: boolean): GroundType {
  return signed ? new SIntType(width) : new UIntType(width);
}

/** Width and format in words, for messages and data sheets: `UInt<8>`. */
export function typeName(type: GroundType): string {
  const format = formatOf(type);
  switch (format.kind) {
    case 'unsigned':
      return type.width === 1 ? 'Bool' : `UInt<${type.width}>`;
    case 'signed':
      return `SInt<${type.width}>`;
    case 'enum':
      return format.type;
  }
}

export type { HostInt };
