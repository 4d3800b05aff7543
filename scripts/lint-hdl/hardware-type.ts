// SPDX-License-Identifier: Apache-2.0
import { ts } from 'ts-morph';
import { HARDWARE_TYPE_FOLDER, HARDWARE_TYPES } from './config.ts';
import { hardwareTiedTo } from './generic-value.ts';

const NULLISH = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void;

/** Answers for one program whether a type stands for hardware. */
export class HardwareTypes {
  readonly #known = new Map<ts.Type, string | null>();

  constructor(private readonly checker: ts.TypeChecker) {}

  /** The name of the hardware type that a value of this type is or may be, such as `Signal`; null for host values. */
  nameOf(type: ts.Type): string | null {
    const known = this.#known.get(type);
    if (known !== undefined) return known;
    this.#known.set(type, null); // ends the recursion of a type that contains itself
    const name = this.#find(type);
    this.#known.set(type, name);
    return name;
  }

  isNullish(type: ts.Type): boolean {
    return (type.flags & NULLISH) !== 0;
  }

  /** Whether the value may be absent, which is a fair question to ask in JavaScript. */
  mayBeNullish(type: ts.Type): boolean {
    if (type.isUnion()) return type.types.some((part) => this.mayBeNullish(part));
    const constraint = this.#constraint(type);
    return constraint === undefined ? this.isNullish(type) : this.mayBeNullish(constraint);
  }

  #find(type: ts.Type): string | null {
    const named = this.#declaredName(type.aliasSymbol) ?? this.#declaredName(type.getSymbol());
    if (named !== null) return named;
    for (const part of this.#parts(type)) {
      const name = this.nameOf(part);
      if (name !== null) return name;
    }
    if (!type.isTypeParameter()) return null;
    return hardwareTiedTo(type, this.checker, (symbol) => this.#declaredName(symbol));
  }

  #declaredName(symbol: ts.Symbol | undefined): string | null {
    if (symbol === undefined || !HARDWARE_TYPES.has(symbol.name)) return null;
    const ours = symbol.declarations?.some((node) => HARDWARE_TYPE_FOLDER.test(node.getSourceFile().fileName));
    return ours === true ? symbol.name : null;
  }

  /** The types one of which has to be hardware for `type` to be. */
  #parts(type: ts.Type): readonly ts.Type[] {
    if (type.isUnionOrIntersection()) return type.types;
    const constraint = this.#constraint(type);
    if (constraint !== undefined) return [constraint];
    const declared = isReference(type) ? type.target : type;
    if (!declared.isClassOrInterface()) return [];
    return [...this.checker.getBaseTypes(declared), ...this.#implemented(declared)];
  }

  /** What is known of a type parameter or another type that generic code leaves open. */
  #constraint(type: ts.Type): ts.Type | undefined {
    if ((type.flags & ts.TypeFlags.Instantiable) === 0) return undefined;
    const constraint = this.checker.getBaseConstraintOfType(type);
    return constraint === type ? undefined : constraint;
  }

  /** `class Lane implements Comb<Lane>` is hardware too, though `Comb` is not its base. */
  #implemented(type: ts.InterfaceType): ts.Type[] {
    const clauses = (type.symbol.declarations ?? []).flatMap((node) =>
      ts.isClassLike(node) ? [...(node.heritageClauses ?? [])] : [],
    );
    return clauses
      .filter((clause) => clause.token === ts.SyntaxKind.ImplementsKeyword)
      .flatMap((clause) => clause.types.map((node) => this.checker.getTypeAtLocation(node)));
  }
}

function isReference(type: ts.Type): type is ts.TypeReference {
  return (
    (type.flags & ts.TypeFlags.Object) !== 0 && ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Reference) !== 0
  );
}
