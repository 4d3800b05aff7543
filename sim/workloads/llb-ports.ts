// SPDX-License-Identifier: Apache-2.0
import type { Engine, PortSlot } from '../../src/sim/engine.ts';

/** A point and its bucket on the ports of a bucket memory. */
export interface PortItem {
  readonly key: number;
  readonly point: bigint;
}

export interface PortPair {
  readonly key: number;
  readonly x: bigint;
  readonly y: bigint;
}

/** The ports of a bucket memory (block `llb` and its baselines) in any engine. */
export class LlbPorts {
  readonly #engine: Engine;
  readonly #slots: ReadonlyMap<string, PortSlot>;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#slots = new Map(engine.ports.map((port) => [port.name, port]));
  }

  has(name: string): boolean {
    return this.#slots.has(name);
  }

  get(name: string): bigint {
    const { offset, words } = this.#slot(name);
    const { io } = this.#engine;
    let value = 0n;
    for (let word = words - 1; word >= 0; word -= 1) value = (value << 32n) | BigInt(io[offset + word]!);
    return value;
  }

  bit(name: string): boolean {
    return this.#engine.io[this.#slot(name).offset] === 1;
  }

  set(name: string, value: bigint): void {
    const { offset, words } = this.#slot(name);
    const { io } = this.#engine;
    for (let word = 0, rest = value; word < words; word += 1, rest >>= 32n) {
      io[offset + word] = Number(rest & 0xffff_ffffn);
    }
  }

  /** Offers an item on a sink, or nothing. */
  offer(stream: 'arrive' | 'result', item: PortItem | null): void {
    this.set(`${stream}_valid`, item === null ? 0n : 1n);
    if (item === null) return;
    this.set(`${stream}_payload_key`, BigInt(item.key));
    this.set(`${stream}_payload_point`, item.point);
  }

  item(stream: 'spill' | 'drained'): PortItem {
    return { key: Number(this.get(`${stream}_payload_key`)), point: this.get(`${stream}_payload_point`) };
  }

  pair(): PortPair {
    const [x, y] = [this.get('issue_payload_x'), this.get('issue_payload_y')];
    return { key: Number(this.get('issue_payload_key')), x, y };
  }

  #slot(name: string): PortSlot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw new Error(`the design has no port ${name}: expected a bucket memory`);
    return slot;
  }
}
