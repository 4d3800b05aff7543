// SPDX-License-Identifier: Apache-2.0
import { fits, wrap } from '../ir/bits.ts';
import type { GroundType, Init, InitValue, Type } from './types.ts';

/** The reset pattern of a single signal, or of each leaf of an aggregate by its field path (`payload.last`, `3`). */
export type ResetValues = bigint | ReadonlyMap<string, bigint>;

export function resetValues({ type, value }: Init, fault: (text: string) => never): ResetValues {
  // Most registers are one signal; a table for it would be most of what it costs.
  if (type.kind !== 'vec' && type.kind !== 'bundle' && typeof value !== 'object') {
    return leafPattern(type, value, 'reset', fault);
  }
  const values = new Map<string, bigint>();
  spread(type, value, [], values, fault);
  return values;
}

/** The pattern of the leaf at `path`, which begins with the name of the whole. */
export function resetOfLeaf(values: ResetValues, path: readonly string[]): bigint | null {
  return typeof values === 'bigint' ? values : (values.get(path.slice(1).join('.')) ?? null);
}

function spread(
  type: Type,
  value: InitValue,
  path: readonly string[],
  into: Map<string, bigint>,
  fault: (text: string) => never,
): void {
  const scalar = typeof value !== 'object';
  if (type.kind === 'vec') {
    const list = Array.isArray(value) ? (value as readonly InitValue[]) : null;
    if (!scalar && list?.length !== type.length)
      fault(`a vector of ${type.length} elements needs one number or ${type.length}`);
    for (let i = 0; i < type.length; i++)
      spread(type.element, list ? list[i]! : value, [...path, String(i)], into, fault);
  } else if (type.kind === 'bundle') {
    if (Array.isArray(value)) fault('a bundle needs one number or a record');
    for (const [name, field] of Object.entries(type.fields)) {
      const part = scalar ? value : (value as Readonly<Record<string, InitValue>>)[name];
      if (part === undefined) fault(`the reset value of field ${name} is missing`);
      spread(field, part, [...path, name], into, fault);
    }
  } else {
    if (!scalar) fault('one number is needed');
    into.set(path.join('.'), leafPattern(type, value, 'reset', fault));
  }
}

/** The pattern of a number or name that a leaf starts with; `kind` says how messages call it. */
export function leafPattern(
  type: GroundType,
  value: string | number | bigint,
  kind: 'reset' | 'power-up',
  fault: (text: string) => never,
): bigint {
  if (typeof value === 'string') return type.kind === 'enum' ? type.encode(value) : fault(`'${value}' is not a number`);
  if (typeof value === 'number' && !Number.isInteger(value)) fault(`the ${kind} value ${value} is not a whole number`);
  const number = BigInt(value);
  if (!fits(number, type.width, type.kind === 'sint'))
    fault(`the ${kind} value ${number} does not fit in ${type.width} bits`);
  return wrap(number, type.width);
}
