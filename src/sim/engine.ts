// SPDX-License-Identifier: Apache-2.0
import type { Format } from '../ir/module.ts';

/**
 * What every simulation engine offers: the embedded simulator, Verilator and Icarus. All calls are synchronous, so
 * that a test that only moves data never awaits; coroutines live one layer above.
 *
 * One clock cycle, the same everywhere: **drive** (inputs written to `io`), **settle** (combinational logic follows),
 * **sample** (properties are checked, monitors look at the outputs), **edge** (registers and memories take their next values).
 */
export interface Engine {
  readonly kind: EngineKind;
  /** Data ports of the top module in declaration order; clocks are not among them, resets are. 0-bit ports take no words. */
  readonly ports: readonly PortSlot[];
  /** Clock domains of the top module in order; `step` takes a bit mask over them. */
  readonly domains: readonly DomainSlot[];
  /**
   * All port values. A port lies at `slot.offset` in `slot.words` 32-bit words, least significant first, bits above its
   * width zero. Inputs are written here by the user, outputs are right after `settle`. The view can change: read it anew after any
   * call if in doubt (`io` is a getter).
   */
  readonly io: Uint32Array;
  /** Number of `step`ped cycles of domain 0 so far. */
  readonly cycle: number;
  /** Makes the outputs follow the inputs and the state. Cheap when nothing has changed. */
  settle(): void;
  /** `cycles` times settle, sample, edge with the inputs held. Outputs are stale until the next `settle`. */
  step(cycles?: number, domainMask?: number): void;
  /**
   * Runs one cycle a row of `inputs` and returns the outputs sampled in each (before its edge). A row of
   * inputs holds the words of all input ports in order, a row of the result those of all output ports in order.
   */
  runBlock(inputs: Uint32Array, cycles: number): Uint32Array;
  /** Moves whole streams with the drivers and monitors inside the engine. See `StreamPlan`. */
  runStreams(plan: StreamPlan): StreamResult;
  /** Property failures and messages since the last call. */
  takeEvents(): EngineEvent[];
  close(): void;
}

export type EngineKind = 'embedded' | 'verilator' | 'icarus';

export interface PortSlot {
  readonly name: string;
  readonly direction: 'input' | 'output';
  readonly width: number;
  readonly format: Format;
  /** In 32-bit words from the start of `io`. */
  readonly offset: number;
  readonly words: number;
}

export interface DomainSlot {
  readonly name: string;
  readonly clock: string;
  /** Port name of the active-high reset, or null. */
  readonly reset: string | null;
}

/** When a driver or monitor holds back. Drawn once every cycle, transfer or not. */
export type StallPattern =
  | { readonly kind: 'none' }
  /** xorshift32 (13, 17, 5) from `seed` (non-zero); after each draw it stalls while (state >>> 16) < threshold, threshold in 0..65536. */
  | { readonly kind: 'random'; readonly seed: number; readonly threshold: number }
  /** Element i mod length is non-zero: stall in cycle i. */
  | { readonly kind: 'script'; readonly pattern: Uint8Array };

/**
 * A test that only moves streams. A driver offers item after item; once it has raised valid it keeps valid and payload until the
 * transfer, and a stall only delays the next offer. A monitor's ready is low in its stalled cycles. Payload words: the
 * ports of the stream's payload in order, each padded to whole 32-bit words. Runs until every driver is empty and every monitor has `count` items,
 * then `drain` cycles more (items beyond `count` are recorded too), or until `maxCycles`.
 */
export interface StreamPlan {
  readonly drivers: readonly StreamDriver[];
  readonly monitors: readonly StreamMonitor[];
  readonly maxCycles: number;
  readonly drain: number;
}

export interface StreamDriver {
  readonly stream: string;
  /** Items back to back, each `words` of the payload long. */
  readonly items: Uint32Array;
  readonly count: number;
  readonly stall: StallPattern;
}

export interface StreamMonitor {
  readonly stream: string;
  readonly count: number;
  readonly stall: StallPattern;
}

export interface StreamResult {
  /** Cycles run. */
  readonly cycles: number;
  /** False when `maxCycles` ended the run. */
  readonly complete: boolean;
  /** Items accepted from each driver. */
  readonly sent: readonly number[];
  readonly received: readonly {
    readonly items: Uint32Array;
    readonly count: number;
    /** Cycle of each transfer. */ readonly at: Uint32Array;
  }[];
}

export interface EngineEvent {
  readonly kind: 'assert' | 'assume' | 'message';
  /** Property name. */
  readonly name: string;
  /** Instance path from the top module, `top.u_fifo`. */
  readonly instance: string;
  readonly cycle: number;
  readonly text: string;
}

/** Names of a top module's streams with the ports that make them, as drivers and monitors need them. */
export interface StreamSlot {
  readonly name: string;
  readonly direction: 'sink' | 'source';
  readonly valid: PortSlot;
  readonly ready: PortSlot;
  readonly payload: readonly PortSlot[];
  /** Words of one item. */
  readonly words: number;
}
