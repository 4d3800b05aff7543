// SPDX-License-Identifier: Apache-2.0
import type { StallPattern, StreamPlan, StreamResult, StreamSlot } from '../../src/sim/engine.ts';
import type { IoLayout } from '../../src/sim/layout.ts';
import { EngineError } from './errors.ts';

/** The stream that a driver or monitor names, with the direction checked. */
export function streamOf(layout: IoLayout, name: string, role: 'driver' | 'monitor'): StreamSlot {
  const slot = layout.streams.find((stream) => stream.name === name);
  const known = layout.streams.map((stream) => stream.name).join(', ');
  if (slot === undefined) {
    throw new EngineError('usage', `There is no stream "${name}"; the top module's streams are: ${known || 'none'}.`);
  }
  const wanted = role === 'driver' ? 'sink' : 'source';
  if (slot.direction !== wanted) {
    throw new EngineError('usage', `Stream "${name}" is a ${slot.direction}, so it cannot have a ${role}.`);
  }
  return slot;
}

/**
 * A stream plan as words, in parts so that items are not copied; the format is at the top of
 * sim/verilator/native/streams.cpp.
 */
export function encodePlan(layout: IoLayout, plan: StreamPlan): Uint32Array[] {
  const head = [plan.drivers.length, plan.monitors.length, ...pair(plan.maxCycles), ...pair(plan.drain)];
  const parts: Uint32Array[] = [Uint32Array.from(head)];
  for (const driver of plan.drivers) {
    const slot = streamOf(layout, driver.stream, 'driver');
    if (driver.items.length < driver.count * slot.words) {
      const have = `${driver.items.length} words of items`;
      throw new EngineError(
        'usage',
        `Driver "${slot.name}" has ${have} for ${driver.count} items of ${slot.words} words.`,
      );
    }
    parts.push(encodeStream(slot, driver.count), encodeStall(driver.stall));
    parts.push(driver.items.subarray(0, driver.count * slot.words));
  }
  for (const monitor of plan.monitors) {
    const slot = streamOf(layout, monitor.stream, 'monitor');
    parts.push(encodeStream(slot, monitor.count), encodeStall(monitor.stall));
  }
  return parts;
}

function encodeStream(slot: StreamSlot, count: number): Uint32Array {
  const fields = slot.payload.flatMap((port) => [port.offset, port.words]);
  return Uint32Array.of(slot.valid.offset, slot.ready.offset, slot.payload.length, ...fields, slot.words, count);
}

function encodeStall(stall: StallPattern): Uint32Array {
  switch (stall.kind) {
    case 'none':
      return new Uint32Array(4);
    case 'random':
      if (stall.seed >>> 0 === 0) {
        throw new EngineError('usage', 'The seed of a random stall pattern must not be 0.');
      }
      return Uint32Array.of(1, stall.seed, stall.threshold, 0);
    case 'script': {
      const words = new Uint32Array(4 + Math.ceil(stall.pattern.length / 4));
      words.set([2, 0, 0, stall.pattern.length]);
      new Uint8Array(words.buffer).set(stall.pattern, 16);
      return words;
    }
  }
}

const LOW = 2 ** 32;

/** A count beyond 32 bits, low word first. */
export function pair(value: number): [number, number] {
  return [value % LOW, Math.floor(value / LOW)];
}

/** Items and cycles are views of `words`. */
export function decodeResult(layout: IoLayout, plan: StreamPlan, words: Uint32Array): StreamResult {
  let at = 3;
  const sent = plan.drivers.map(() => words[at++]!);
  const received = plan.monitors.map((monitor) => {
    const count = words[at++]!;
    const when = words.subarray(at, at + count);
    at += count;
    const size = count * streamOf(layout, monitor.stream, 'monitor').words;
    const items = words.subarray(at, at + size);
    at += size;
    return { items, count, at: when };
  });
  return { cycles: words[0]! + words[1]! * LOW, complete: words[2] === 1, sent, received };
}

export function concatWords(parts: readonly Uint32Array[]): Uint32Array {
  const words = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    words.set(part, at);
    at += part.length;
  }
  return words;
}
