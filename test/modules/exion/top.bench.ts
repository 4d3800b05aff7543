// SPDX-License-Identifier: Apache-2.0
import { openEngine } from '../../../sim/index.ts';
import { type BlockCall, elaborate } from '../../../src/dsl/index.ts';
import { createEmbedded } from '../../../src/sim/embedded.ts';
import type { Engine, EngineKind, PortSlot } from '../../../src/sim/engine.ts';

/** Ports of a design by name, of any width; after reset. */
export class PortBench {
  readonly #slots: ReadonlyMap<string, PortSlot>;

  private constructor(readonly engine: Engine) {
    this.#slots = new Map(engine.ports.map((slot) => [slot.name, slot]));
  }

  static async open(call: BlockCall, kind: EngineKind = 'embedded'): Promise<PortBench> {
    const engine =
      kind === 'embedded'
        ? createEmbedded(elaborate(call), { collisions: 'random' })
        : await openEngine(call, { engine: kind });
    const bench = new PortBench(engine);
    engine.io.fill(0);
    bench.reset();
    return bench;
  }

  reset(): void {
    this.set('rst', 1);
    this.engine.step(3);
    this.set('rst', 0);
    this.engine.settle();
    this.engine.takeEvents();
  }

  /** Ports that are not there (of 0 bits) take anything. */
  set(name: string, value: bigint | number): void {
    const slot = this.#slots.get(name);
    if (slot === undefined || slot.words === 0) return;
    const { io } = this.engine;
    if (slot.words === 1) io[slot.offset] = Number(value);
    else
      for (let w = 0; w < slot.words; w++)
        io[slot.offset + w] = Number(BigInt.asUintN(32, BigInt(value) >> BigInt(32 * w)));
  }

  get(name: string): number {
    const slot = this.#slot(name);
    return slot.words === 0 ? 0 : this.engine.io[slot.offset]!;
  }

  big(name: string): bigint {
    const slot = this.#slot(name);
    let value = 0n;
    for (let w = slot.words - 1; w >= 0; w--) value = (value << 32n) | BigInt(this.engine.io[slot.offset + w]!);
    return value;
  }

  settle(): void {
    this.engine.settle();
  }

  /** The clock edge; failed properties are errors. */
  edge(): void {
    this.engine.step();
    this.checkEvents();
  }

  checkEvents(): void {
    const failed = this.engine.takeEvents().filter(({ kind }) => kind !== 'message');
    if (failed.length === 0) return;
    const texts = failed.slice(0, 5).map((e) => `${e.kind} ${e.name} in ${e.instance}, cycle ${e.cycle} ${e.text}`);
    throw new Error(texts.join('; '));
  }

  close(): void {
    this.engine.close();
  }

  #slot(name: string): PortSlot {
    const slot = this.#slots.get(name);
    if (slot === undefined) throw new Error(`there is no port ${name}`);
    return slot;
  }
}
