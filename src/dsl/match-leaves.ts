// SPDX-License-Identifier: Apache-2.0
import { Bits } from './bits.ts';
import { Signal } from './signal.ts';
import type { Type } from './types.ts';
import type { AnyView } from './view.ts';

/** A vector's elements: of a `VecView`, or a list. */
function elementsOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value as readonly unknown[];
  const elements = (value as { readonly elements?: unknown } | null)?.elements;
  return Array.isArray(elements) ? (elements as readonly unknown[]) : null;
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
    const parts = elementsOf(value);
    if (parts?.length !== type.length) {
      return mismatch(`a vector of ${type.length} elements is needed, not ${describeValue(value)}`);
    }
    const elements = elementsOf(view) as readonly AnyView[];
    elements.forEach((element, i) => matchLeaves(type.element, element, parts[i], visit, mismatch));
  } else if (type.kind === 'bundle') {
    if (typeof value !== 'object' || value === null || value instanceof Signal || elementsOf(value)) {
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
  const elements = elementsOf(value);
  return elements ? `a vector of ${elements.length} elements` : typeof value;
}
