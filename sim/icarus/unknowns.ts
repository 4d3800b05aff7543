// SPDX-License-Identifier: Apache-2.0
import type { EngineEvent, PortSlot } from '../../src/sim/engine.ts';
import type { IoLayout } from '../../src/sim/layout.ts';

/**
 * Looks for X and Z on outputs, which is what Icarus is for: the other engines have two values only. By default from the end
 * of the first reset on, and a stream's payload only while it is valid: data paths have no reset, on purpose.
 */
export class UnknownCheck {
  readonly #layout: IoLayout;
  readonly #top: string;
  /** Payload ports and the valid that says when they count. */
  readonly #validOf = new Map<PortSlot, PortSlot>();
  readonly #resets: readonly PortSlot[];
  readonly #reported = new Set<PortSlot>();
  /** Before the first reset nothing can be known. */
  #armed: boolean;

  constructor(layout: IoLayout, top: string) {
    this.#layout = layout;
    this.#top = top;
    for (const stream of layout.streams) {
      if (stream.direction === 'source') for (const port of stream.payload) this.#validOf.set(port, stream.valid);
    }
    const names = new Set(layout.domains.map((domain) => domain.reset));
    this.#resets = layout.ports.filter((port) => port.direction === 'input' && names.has(port.name));
    this.#armed = false;
  }

  /** A cycle with these inputs has passed. */
  stepped(inputs: Uint32Array, at: number): void {
    if (this.#resets.length > 0) this.#armed ||= this.#resets.every((port) => inputs[at + port.offset] === 1);
  }

  /** Ports with unknown bits, each told once. `values` and `unknown`: the words of all outputs. */
  look(inputs: Uint32Array, at: number, values: Uint32Array, unknown: Uint32Array, cycle: number): EngineEvent[] {
    if (!this.#armed || this.#resets.some((port) => inputs[at + port.offset] !== 0)) return [];
    const first = this.#layout.inputWords;
    const events: EngineEvent[] = [];
    for (const port of this.#layout.ports) {
      if (port.direction === 'input' || this.#reported.has(port)) continue;
      const low = port.offset - first;
      if (!unknown.subarray(low, low + port.words).some((word) => word !== 0)) continue;
      const valid = this.#validOf.get(port);
      if (valid !== undefined && (values[valid.offset - first] !== 1 || unknown[valid.offset - first] !== 0)) continue;
      this.#reported.add(port);
      const text = `output ${port.name} has unknown bits: ${bitText(port, low, values, unknown)}`;
      events.push({ kind: 'assert', name: 'unknown_output', instance: this.#top, cycle, text });
    }
    return events;
  }
}

/** As Verilog would print it, with x for unknown bits; the middle of a long one is left out. */
function bitText(port: PortSlot, low: number, values: Uint32Array, unknown: Uint32Array): string {
  let text = '';
  for (let bit = port.width - 1; bit >= 0; bit--) {
    const word = low + (bit >>> 5);
    const isUnknown = (unknown[word]! >>> (bit & 31)) & 1;
    text += isUnknown === 1 ? 'x' : String((values[word]! >>> (bit & 31)) & 1);
  }
  const short = text.length > 80 ? `${text.slice(0, 40)}...${text.slice(-36)}` : text;
  return `${port.width}'b${short}`;
}
