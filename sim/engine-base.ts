// SPDX-License-Identifier: Apache-2.0
import type {
  DomainSlot,
  Engine,
  EngineEvent,
  EngineKind,
  PortSlot,
  StreamPlan,
  StreamResult,
} from '../src/sim/engine.ts';
import type { IoLayout } from '../src/sim/layout.ts';
import { EngineError } from './protocol/errors.ts';

/** An engine that can write waves, as all those in this folder can. */
export interface WaveEngine extends Engine {
  /** Writes waves (VCD) from cycle `from` on, now by default. The engine must have been opened for it (`traced`). */
  waveOn(path: string, from?: number): void;
  waveOff(): void;
}

/** What the engines that run outside JavaScript share. */
export abstract class ForeignEngine implements WaveEngine {
  abstract readonly kind: EngineKind;
  readonly layout: IoLayout;
  /** Name of the top module. */
  readonly top: string;
  abstract readonly io: Uint32Array;
  protected cycles = 0;
  protected readonly everyDomain: number;
  #events: EngineEvent[] = [];
  #closed = false;

  constructor(layout: IoLayout, top: string) {
    this.layout = layout;
    this.top = top;
    // Without a clock, steps count as those of the first domain do, so that time passes.
    this.everyDomain = layout.domains.length === 32 ? 0xffffffff : 2 ** Math.max(1, layout.domains.length) - 1;
  }

  get ports(): readonly PortSlot[] {
    return this.layout.ports;
  }

  get domains(): readonly DomainSlot[] {
    return this.layout.domains;
  }

  get cycle(): number {
    return this.cycles;
  }

  abstract settle(): void;
  abstract step(cycles?: number, domainMask?: number): void;
  abstract runBlock(inputs: Uint32Array, cycles: number): Uint32Array;
  abstract runStreams(plan: StreamPlan): StreamResult;
  abstract waveOn(path: string, from?: number): void;
  abstract waveOff(): void;
  /** Makes the model do what it still owes and brings its events here by `note`. */
  protected abstract synchronize(): void;
  protected abstract shutDown(): void;

  takeEvents(): EngineEvent[] {
    this.synchronize();
    if (this.#events.length === 0) return NO_EVENTS;
    const taken = this.#events;
    this.#events = [];
    return taken;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.shutDown();
  }

  protected get closed(): boolean {
    return this.#closed;
  }

  /** Keeps events for `takeEvents`; a model that stopped itself is an error at once. */
  protected note(events: readonly EngineEvent[]): void {
    this.#events.push(...events);
    const stop = events.findIndex((event) => event.kind === 'message' && event.name === '$stop');
    if (stop < 0) return;
    const { cycle, text } = events[stop]!;
    const said = events.slice(Math.max(0, stop - 5), stop).map((event) => event.text);
    throw new EngineError('stopped', `${this.top} stopped in cycle ${cycle}: ${text}.`, { output: said.join('\n') });
  }

  protected checkOpen(): void {
    if (this.#closed) throw new EngineError('usage', `The engine of ${this.top} is closed.`);
  }

  protected checkBlock(inputs: Uint32Array, cycles: number): void {
    this.checkOpen();
    const needed = cycles * this.layout.inputWords;
    if (inputs.length < needed) {
      throw new EngineError(
        'usage',
        `runBlock needs ${needed} words for ${cycles} cycles but was given ${inputs.length}.`,
      );
    }
  }
}

/** Shared, so that a test that looks every cycle allocates nothing. Nobody may write to it. */
const NO_EVENTS: EngineEvent[] = Object.freeze([]) as unknown as EngineEvent[];
