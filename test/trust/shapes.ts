// SPDX-License-Identifier: Apache-2.0
import type { Shape, Var } from './circuit.ts';
import type { Kind } from './value.ts';

export interface Leaf {
  readonly path: string;
  readonly kind: Kind;
}

export const ground = (kind: Kind): Shape => ({ k: 'ground', width: kind.width, signed: kind.signed });

const under = (path: string, name: string | number): string => (path === '' ? String(name) : `${path}.${name}`);

/** The leaves in declaration order. */
export function leavesOf(path: string, shape: Shape): Leaf[] {
  switch (shape.k) {
    case 'ground':
      return [{ path, kind: { width: shape.width, signed: shape.signed } }];
    case 'vec':
      return Array.from({ length: shape.length }, (_, i) => leavesOf(under(path, i), shape.element)).flat();
    case 'bundle':
      return shape.fields.flatMap(([name, field]) => leavesOf(under(path, name), field));
  }
}

export const leavesOfVar = (variable: Var): Leaf[] => leavesOf(variable.name, variable.shape);

/** The leaves from the most significant bits down, as they lie when packed. */
export function packedLeaves(path: string, shape: Shape): Leaf[] {
  switch (shape.k) {
    case 'ground':
      return leavesOf(path, shape);
    case 'vec':
      return Array.from({ length: shape.length }, (_, i) => {
        const index = shape.length - 1 - i;
        return packedLeaves(under(path, index), shape.element);
      }).flat();
    case 'bundle':
      return shape.fields.flatMap(([name, field]) => packedLeaves(under(path, name), field));
  }
}

export function widthOf(shape: Shape): number {
  return leavesOf('', shape).reduce((sum, leaf) => sum + leaf.kind.width, 0);
}

/** The shape of a part of a variable. */
export function shapeAt(shape: Shape, path: readonly string[]): Shape {
  const [first, ...rest] = path;
  if (first === undefined) return shape;
  switch (shape.k) {
    case 'ground':
      throw new RangeError(`A ground value has no part ${first}.`);
    case 'vec':
      return shapeAt(shape.element, rest);
    case 'bundle':
      return shapeAt(shape.fields.find(([name]) => name === first)![1], rest);
  }
}

/** Puts a list of leaf values (declaration order) into lists and records of the shape. */
export function nest<T>(shape: Shape, values: readonly T[]): unknown {
  const left = [...values];
  const take = (part: Shape): unknown => {
    switch (part.k) {
      case 'ground':
        return left.shift();
      case 'vec':
        return Array.from({ length: part.length }, () => take(part.element));
      case 'bundle':
        return Object.fromEntries(part.fields.map(([name, field]) => [name, take(field)]));
    }
  };
  return take(shape);
}
