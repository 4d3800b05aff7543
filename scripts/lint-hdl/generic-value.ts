// SPDX-License-Identifier: Apache-2.0
import { ts } from 'ts-morph';

/** Deep enough for `readonly Comb<V>[]` and an array of those, and an end for types that contain themselves. */
const DEPTH = 3;

/**
 * In `function majority<V>(a: Comb<V>, ...): V` nothing constrains `V`, yet its values are signals once the function
 * builds hardware. Returns the name of the hardware type that a parameter ties the type parameter to.
 */
export function hardwareTiedTo(
  type: ts.Type,
  checker: ts.TypeChecker,
  hardwareName: (symbol: ts.Symbol | undefined) => string | null,
): string | null {
  const search = (candidate: ts.Type, depth: number): string | null => {
    const name = hardwareName(candidate.getSymbol());
    const inner = argumentsOf(candidate, checker);
    if (name !== null && inner.includes(type)) return name;
    if (depth === 0) return null;
    for (const part of inner) {
      const found = search(part, depth - 1);
      if (found !== null) return found;
    }
    return null;
  };

  for (const declaration of type.getSymbol()?.declarations ?? []) {
    const owner = declaration.parent;
    const named = ts.isClassLike(owner) ? hardwareName(checker.getTypeAtLocation(owner).getSymbol()) : null;
    if (named !== null) return named;
    if (!ts.isFunctionLike(owner)) continue;
    for (const parameter of owner.parameters) {
      const found = search(checker.getTypeAtLocation(parameter), DEPTH);
      if (found !== null) return found;
    }
  }
  return null;
}

function argumentsOf(type: ts.Type, checker: ts.TypeChecker): readonly ts.Type[] {
  if (type.isUnionOrIntersection()) return type.types;
  if ((type.flags & ts.TypeFlags.Object) === 0) return [];
  const isReference = ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0;
  return isReference ? checker.getTypeArguments(type as ts.TypeReference) : [];
}
