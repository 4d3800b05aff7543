// SPDX-License-Identifier: Apache-2.0
import { refuse } from './refuse.ts';
import { Signal } from './signal.ts';
import { BundleType, formatOf, type GroundType, type Type, widthOf } from './types.ts';
import { type AnyView, bundleType, VecView, type View } from './view.ts';

/** The type that a view stands for. */
export function typeOfView(view: AnyView): Type {
  if (view instanceof Signal || view instanceof VecView) return view.type;
  const type = (view as { [bundleType]?: BundleType })[bundleType];
  if (type) return type;
  // A plain record of views is a bundle of what it holds.
  const fields = Object.entries(view as Readonly<Record<string, AnyView>>);
  return new BundleType(Object.fromEntries(fields.map(([name, field]) => [name, typeOfView(field)])));
}

/** The signals of a view in packing order, most significant first. */
export function leavesOf(view: AnyView): Signal[] {
  if (view instanceof Signal) return [view];
  if (view instanceof VecView) return [...view.elements].reverse().flatMap((element) => leavesOf(element));
  return Object.values(view as Readonly<Record<string, AnyView>>).flatMap((field) => leavesOf(field));
}

/** All bits of a view side by side: the first bundle field and the last vector element in the most significant bits. */
export function pack(view: AnyView): Signal {
  const leaves = leavesOf(view);
  if (leaves.length === 0) refuse('KLN-S003', 'A value without fields cannot be packed.', 'Leave it out.');
  return leaves[0]!.concat(...leaves.slice(1));
}

/** The opposite of `pack`. */
export function unpack<T extends Type>(packed: Signal, type: T): View<T> {
  if (packed.width !== widthOf(type)) {
    packed.owner.fault(
      'KLN-W001',
      `${packed.describe()} has ${packed.width} bits, but the type to unpack has ${widthOf(type)}.`,
      'Give as many bits as the type has: slice takes some of a wider value.',
    );
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
