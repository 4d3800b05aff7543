// SPDX-License-Identifier: Apache-2.0

/** The linked-list bucket memory of paper 4.3, structure by structure. */

/** A point and its bucket. */
export interface Item<P> {
  readonly key: number;
  readonly point: P;
}

/** Two points of one bucket that are to be added; `x` arrived after `y`. */
export interface Pair<P> {
  readonly key: number;
  readonly x: P;
  readonly y: P;
}

/** Which two points of a bucket are issued: the newest ones, as in the paper file, or the oldest ones. */
export type BucketOrder = 'lifo' | 'fifo';

export interface LlbSize {
  readonly pool: number;
  readonly keys: number;
  readonly order?: BucketOrder;
}

const NIL = -1;

interface Node<P> {
  point: P | null;
  next: number;
}

export class Llb<P> {
  readonly #size: LlbSize;
  readonly #head: number[];
  readonly #len: number[];
  readonly #nodes: Node<P>[];
  #free = 0;
  #freeCount: number;
  readonly #reserved: number[] = [];
  readonly #ready: number[] = [];

  constructor(size: LlbSize) {
    this.#size = size;
    this.#freeCount = size.pool;
    this.#head = Array.from({ length: size.keys }, () => NIL);
    this.#len = Array.from({ length: size.keys }, () => 0);
    this.#nodes = Array.from({ length: size.pool }, (_, n) => ({
      point: null,
      next: n + 1 < size.pool ? n + 1 : NIL,
    }));
  }

  /** An input is accepted only if a free node exists. */
  get accepts(): boolean {
    return this.#free !== NIL;
  }

  /** Something can be issued. */
  get pairs(): number {
    return this.#ready.length;
  }

  /** Results that are still to come. */
  get inFlight(): number {
    return this.#reserved.length;
  }

  /** Nodes that are occupied or reserved. */
  get used(): number {
    return this.#nodes.length - this.#freeCount;
  }

  input({ key, point }: Item<P>): void {
    const n = this.#free;
    if (n === NIL) throw new Error('no free node');
    this.#free = this.#nodes[n]!.next;
    this.#freeCount -= 1;
    this.#arrive(key, point, n);
  }

  /** A result takes the node that its pair left for it: it never waits. */
  result({ key, point }: Item<P>): void {
    const n = this.#reserved.pop();
    if (n === undefined) throw new Error('no result is expected');
    this.#arrive(key, point, n);
  }

  #arrive(key: number, point: P, n: number): void {
    this.#nodes[n] = { point, next: this.#head[key]! };
    this.#head[key] = n;
    this.#len[key]! += 1;
    if (this.#len[key]! % 2 === 0) this.#ready.push(key);
  }

  issue(): Pair<P> | null {
    const key = this.#ready.shift();
    if (key === undefined) return null;
    const [x, y] = this.#popTwo(key);
    this.#len[key]! -= 2;
    const pair = { key, x: this.#nodes[x]!.point!, y: this.#nodes[y]!.point! };
    this.#release(x);
    this.#reserved.push(y);
    return pair;
  }

  #popTwo(key: number): [number, number] {
    const list = this.#chain(this.#head[key]!);
    if (this.#size.order !== 'fifo') {
      const [x, y] = list as [number, number];
      this.#head[key] = this.#nodes[y]!.next;
      return [x, y];
    }
    const [x, y] = list.slice(-2) as [number, number];
    if (list.length === 2) this.#head[key] = NIL;
    else this.#nodes[list.at(-3)!]!.next = NIL;
    return [x, y];
  }

  /** The way out of a pool that is too small, full with nothing ready and nothing in flight: the lowest-numbered non-empty bucket leaves. */
  spill(): Item<P> {
    if (this.pairs > 0 || this.inFlight > 0) throw new Error('there is still something to add');
    return this.#take(this.#head.findIndex((head) => head !== NIL));
  }

  /** Takes what is left of every bucket, in key order. */
  drain(): Item<P>[] {
    if (this.pairs > 0 || this.inFlight > 0) throw new Error('there is still something to add');
    return this.#head.flatMap((head, key) => (head === NIL ? [] : [this.#take(key)]));
  }

  #take(key: number): Item<P> {
    const n = this.#head[key]!;
    const point = this.#nodes[n]!.point!;
    this.#head[key] = NIL;
    this.#len[key] = 0;
    this.#release(n);
    return { key, point };
  }

  #release(n: number): void {
    this.#nodes[n] = { point: null, next: this.#free };
    this.#free = n;
    this.#freeCount += 1;
  }

  /** The nodes of a list, from its head on. */
  #chain(from: number): number[] {
    const list: number[] = [];
    for (let n = from; n !== NIL; n = this.#nodes[n]!.next) list.push(n);
    return list;
  }

  /** The laws of paper 8; throws at the first one that is broken. */
  check(): void {
    const lists = this.#head.map((head) => this.#chain(head));
    const all = [...lists.flat(), ...this.#chain(this.#free), ...this.#reserved];
    const law = (holds: boolean, text: string): void => {
      if (!holds) throw new Error(text);
    };
    law(all.length === this.#nodes.length, 'allocated + free + reserved = POOL');
    law(this.#chain(this.#free).length === this.#freeCount, 'the free nodes are counted');
    law(new Set(all).size === all.length, 'no node is on two lists');
    lists.forEach((list, key) => {
      law(list.length === this.#len[key], 'len is the length of the list, and NIL iff it is 0');
      const copies = this.#ready.filter((each) => each === key).length;
      law(copies === Math.floor(list.length / 2), 'ready holds floor(len / 2) copies of a key');
    });
  }
}
