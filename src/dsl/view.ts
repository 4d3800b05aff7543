// SPDX-License-Identifier: Apache-2.0
import { captureSpan, type Span } from '../ir/span.ts';
import { Reg, Signal, type ValueOf, Wire } from './signal.ts';
import type { BundleType, Fields, GroundType, Init, Type, VecType } from './types.ts';
import { matchLeaves } from './match-leaves.ts';
import { refuse } from './refuse.ts';

/** How a value of some type is held: read only, as registers, or as wires. */
export type Mode = 'read' | 'reg' | 'wire';

type Leaf<T extends GroundType, M extends Mode> = M extends 'reg' ? Reg<T> : M extends 'wire' ? Wire<T> : Signal<T>;

/**
 * The signals that stand for a value of type `T`: one signal, a record of views, or a vector of views. Of a type that is not
 * known (`Type` itself) nothing is said; expanding it would never end.
 */
export type View<T, M extends Mode = 'read'> = [Type] extends [T] ? AnyView : KnownView<T, M>;

type KnownView<T, M extends Mode> =
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
export type Value<T> = [Type] extends [T] ? unknown : KnownValue<T>;

type KnownValue<T> =
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
export type AnyView = Signal | AnyVec | { readonly [field: string]: AnyView };

/** A vector of anything. */
export interface AnyVec {
  readonly type: VecType;
  readonly elements: readonly AnyView[];
  readonly length: number;
}

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

/** The signals of a vector: elements by host number, and dynamic reads and writes by a signal. */
export class VecView<E extends Type = Type, M extends Mode = 'read'> implements Iterable<View<E, M>> {
  constructor(
    readonly type: VecType<E>,
    readonly elements: readonly AnyView[],
  ) {}

  get length(): number {
    return this.elements.length;
  }

  /** Element number `index`, fixed at elaboration. */
  at(index: number): View<E, M> {
    const element = this.elements[index];
    if (element === undefined) {
      const cure = 'Use a number below the length.';
      return refuse('KLN-W004', `A vector of ${this.length} elements has no element ${index}.`, cure);
    }
    return element as View<E, M>;
  }

  map<R>(visit: (element: View<E, M>, index: number) => R): R[] {
    return this.elements.map((element, i) => visit(element as View<E, M>, i));
  }

  [Symbol.iterator](): Iterator<View<E, M>> {
    return (this.elements as readonly View<E, M>[])[Symbol.iterator]();
  }

  /** Dynamic read: the element whose number is `index`; the last one when `index` is beyond it. */
  read(index: Signal): View<E> {
    return pickView(index, this.type.element, this.elements) as View<E>;
  }

  /** Dynamic write of registers: the element whose number is `index` gets `value`, the others keep; beyond the end nothing happens. */
  write(index: Signal, value: M extends 'read' ? never : Value<E>): void {
    const span = captureSpan();
    this.elements.forEach((element, i) => {
      // An index too narrow for this element never reaches it.
      if (index.width < 31 && i >= 2 ** index.width) return;
      index.owner.whenTrue(index.eq(i), span, () => driveView(this.type.element, element, value, span));
    });
  }

  /** For registers: all elements after the clock edge. */
  next(values: M extends 'reg' ? Value<VecType<E>> : never): void {
    driveView(this.type, this, values);
  }

  /** For wires: all elements. */
  assign(values: M extends 'wire' ? Value<VecType<E>> : never): void {
    driveView(this.type, this, values);
  }
}

/** Drives every leaf of a writable view with the matching part of `value`. */
export function driveView(type: Type, view: AnyView, value: unknown, span = captureSpan()): void {
  const mismatch = (text: string): never =>
    refuse('KLN-D005', `Value and target differ: ${text}.`, 'Give a value of the same shape as the target.');
  matchLeaves(
    type,
    view,
    value,
    (leaf, part) => {
      if (leaf instanceof Reg || leaf instanceof Wire) driveLeaf(leaf, part, span);
      else
        leaf.owner.fault(
          'KLN-D003',
          `${leaf.describe()} cannot be driven.`,
          'Drive a register, wire, output or instance input.',
        );
    },
    mismatch,
  );
}

/** An assignment as part of a statement that drives several leaves. */
function driveLeaf(leaf: Reg | Wire, value: unknown, span: Span): void {
  const { owner, target, type } = leaf;
  const enable = leaf instanceof Reg ? leaf.enable : null;
  if (enable === null) owner.drive(target, type, value, span);
  else owner.whenTrue(enable, span, () => owner.drive(target, type, value, span));
}

function pickView(index: Signal, type: Type, choices: readonly AnyView[]): AnyView {
  if (type.kind === 'vec') {
    const columns = Array.from({ length: type.length }, (_, i) =>
      choices.map((choice) => (choice as VecView).elements[i]!),
    );
    return new VecView(
      type,
      columns.map((column) => pickView(index, type.element, column)),
    );
  }
  if (type.kind === 'bundle') {
    const view: Record<string, AnyView> = {};
    for (const [name, field] of Object.entries(type.fields)) {
      view[name] = pickView(
        index,
        field,
        choices.map((choice) => (choice as Record<string, AnyView>)[name]!),
      );
    }
    Object.defineProperty(view, bundleType, { value: type });
    return view;
  }
  const picked = index.pick(choices as readonly Signal[]);
  return new Signal(picked.owner, picked.expr, type, picked.stage);
}
