// SPDX-License-Identifier: Apache-2.0

/** A named range of a memory. */
export interface Region {
  readonly name: string;
  readonly from: number;
  readonly count: number;
}

/** Hands out a memory from its start on; remembers the names. */
export class Regions {
  readonly list: Region[] = [];
  #end = 0;

  constructor(readonly align = 1) {}

  /** Places handed out so far. */
  get end(): number {
    return this.#end;
  }

  take(name: string, count: number): number {
    const from = Math.ceil(this.#end / this.align) * this.align;
    this.#end = from + count;
    this.list.push({ name, from, count });
    return from;
  }

  /** Name of the region that holds `place`, with the distance from its start. */
  nameOf(place: number): string | null {
    const region = this.list.findLast(({ from, count }) => place >= from && place < from + count);
    if (region === undefined) return null;
    const distance = place - region.from;
    return distance === 0 ? region.name : `${region.name}+${distance}`;
  }
}
