// SPDX-License-Identifier: Apache-2.0
import type { MemItem, PortItem } from './circuit.ts';
import { compile, type Env, type Value } from './model-expr.ts';
import { leavesOf, packedLeaves, widthOf } from './shapes.ts';
import { span } from './value.ts';

/** What a port was asked for in this cycle. */
interface Access {
  readonly port: PortItem;
  readonly address: bigint;
  readonly writes: boolean;
  readonly data: bigint;
  /** Bits that a write replaces. */
  readonly mask: bigint;
}

/** Storage as documented in `src/ir/module.ts`: beyond its depth it reads 0 and writes nothing. */
export class MemoryModel {
  readonly #item: MemItem;
  readonly #width: number;
  #words = new Map<bigint, bigint>();
  #accesses: Access[] = [];

  constructor(item: MemItem) {
    this.#item = item;
    this.#width = widthOf(item.shape);
    item.init?.forEach((word, i) => this.#words.set(BigInt(i), word));
  }

  /** What a port does while values settle: an asynchronous read answers at once, the others wait for the edge. */
  port(env: Env, port: PortItem): () => void {
    const address = compile(env, port.address);
    if (port.access === 'async') return () => this.#answer(env.values, port, this.#word(address(), this.#words));
    const conditions = [port.enable, port.guard].flatMap((expr) => (expr ? [compile(env, expr)] : []));
    const write = port.write ? compile(env, port.write) : () => (port.access === 'write' ? 1n : 0n);
    const data = this.#data(env, port);
    const mask = this.#mask(env, port);
    return () => {
      if (!conditions.every((holds) => holds() === 1n)) return;
      this.#accesses.push({ port, address: address(), writes: write() === 1n, data: data(), mask: mask() });
    };
  }

  /** The clock edge: writes, and what appears at the read ports after it. */
  edge(shown: Map<string, bigint>): void {
    const before = this.#words;
    this.#words = new Map(before);
    for (const { writes, address, data, mask } of this.#accesses) {
      if (!writes || address >= BigInt(this.#item.depth)) continue;
      this.#words.set(address, (data & mask) | (this.#word(address, this.#words) & ~mask));
    }
    for (const { port, writes, address } of this.#accesses) {
      if (port.access === 'write' || (port.access === 'no-change' && writes)) continue;
      const isNew = port.access === 'read' ? port.collision === 'new' : port.access === 'write-first';
      this.#answer(shown, port, this.#word(address, isNew ? this.#words : before));
    }
    this.#accesses = [];
  }

  #word(address: bigint, words: ReadonlyMap<bigint, bigint>): bigint {
    return address >= BigInt(this.#item.depth) ? 0n : (words.get(address) ?? 0n);
  }

  #answer(into: Map<string, bigint>, port: PortItem, word: bigint): void {
    const leaves = packedLeaves(`${port.memory}_${port.name}`, this.#item.shape);
    let rest = word;
    for (const { path, kind } of leaves.reverse()) {
      into.set(path, rest % span(kind.width));
      rest /= span(kind.width);
    }
  }

  #data(env: Env, port: PortItem): Value {
    if (port.values.length === 0) return () => 0n;
    const values = new Map(leavesOf('', this.#item.shape).map(({ path }, i) => [path, compile(env, port.values[i]!)]));
    const parts = packedLeaves('', this.#item.shape).map(({ path, kind }) => ({ kind, value: values.get(path)! }));
    return () => parts.reduce((sum, { kind, value }) => sum * span(kind.width) + value(), 0n);
  }

  #mask(env: Env, port: PortItem): Value {
    const all = span(this.#width) - 1n;
    if (port.mask === null) return () => all;
    const lanes = compile(env, port.mask);
    const granule = this.#item.granule ?? this.#width;
    return () => {
      let mask = 0n;
      for (let i = 0; i * granule < this.#width; i++) {
        if ((lanes() / span(i)) % 2n === 1n) mask += (span(granule) - 1n) * span(i * granule);
      }
      return mask;
    };
  }
}
