// SPDX-License-Identifier: Apache-2.0
import type { Module, PortDecl } from '../ir/module.ts';
import type { DomainSlot, PortSlot, StreamSlot } from './engine.ts';

/** Where the ports of a top module lie in an engine's `io`. The same for every engine. */
export interface IoLayout {
  readonly ports: readonly PortSlot[];
  readonly domains: readonly DomainSlot[];
  readonly streams: readonly StreamSlot[];
  /** Words of all ports; of the inputs alone; of the outputs alone. */
  readonly words: number;
  readonly inputWords: number;
  readonly outputWords: number;
}

export function wordsOf(width: number): number {
  return Math.ceil(width / 32);
}

/** Inputs first, then outputs, each in declaration order. */
export function ioLayout(top: Module): IoLayout {
  const data = top.ports.filter((port) => port.role !== 'clock');
  const ordered = [...data.filter((p) => p.direction === 'input'), ...data.filter((p) => p.direction === 'output')];
  const slots = new Map<PortDecl, PortSlot>();
  let offset = 0;
  for (const port of ordered) {
    const words = wordsOf(port.width);
    const { name, direction, width, format } = port;
    slots.set(port, { name, direction, width, format, offset, words });
    offset += words;
  }
  const ports = [...slots.values()];
  const inputWords = ports.filter((p) => p.direction === 'input').reduce((sum, p) => sum + p.words, 0);
  const slot = (port: PortDecl): PortSlot => slots.get(port)!;
  return {
    ports,
    domains: top.domains.map((use) => ({
      name: use.domain.name,
      clock: use.clock.name,
      reset: use.reset?.name ?? null,
    })),
    streams: top.streams.map(({ name, direction, valid, ready, payload }) => ({
      name,
      direction,
      valid: slot(valid),
      ready: slot(ready),
      payload: payload.map(slot),
      words: payload.reduce((sum, port) => sum + wordsOf(port.width), 0),
    })),
    words: offset,
    inputWords,
    outputWords: offset - inputWords,
  };
}
