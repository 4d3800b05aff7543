// SPDX-License-Identifier: Apache-2.0

/** Sets of numbers, each distinct one held once and named by a number. Equal cones of logic share their set. */
export class Unions {
  static readonly empty = 0;
  readonly #sets: (readonly number[])[] = [[]];
  readonly #known = new Map<string, number>([['', Unions.empty]]);

  single(member: number): number {
    return this.#intern([member]);
  }

  /** The union of sets. Costs nothing unless at least two of them differ. */
  of(sets: readonly number[]): number {
    const distinct = new Set(sets);
    distinct.delete(Unions.empty);
    if (distinct.size < 2) return distinct.values().next().value ?? Unions.empty;
    const members = new Set<number>();
    for (const set of distinct) for (const member of this.#sets[set]!) members.add(member);
    return this.#intern([...members].sort((a, b) => a - b));
  }

  members(set: number): readonly number[] {
    return this.#sets[set]!;
  }

  #intern(members: readonly number[]): number {
    const key = members.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, this.#sets.length);
    return this.#sets.push(members) - 1;
  }
}
