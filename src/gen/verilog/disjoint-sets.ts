// SPDX-License-Identifier: Apache-2.0

/** Which things belong together: union-find, nearly constant time an operation. */
export class DisjointSets<T> {
  readonly #parent = new Map<T, T>();

  /** The representative of the set that holds `item`; an unknown item is a set of its own. */
  root(item: T): T {
    let at = item;
    for (let up = this.#parent.get(at); up !== undefined && up !== at; up = this.#parent.get(at)) {
      this.#parent.set(at, this.#parent.get(up) ?? up);
      at = up;
    }
    return at;
  }

  join(a: T, b: T): void {
    const [from, to] = [this.root(b), this.root(a)];
    if (from !== to) this.#parent.set(from, to);
  }
}
