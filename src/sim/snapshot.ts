// SPDX-License-Identifier: Apache-2.0
import { hashText } from '../ir/hash.ts';
import type { Flat } from './flat/flat.ts';
import type { Machine } from './machine.ts';

/**
 * State of an engine as bytes that can be kept and moved: magic, version, fingerprint of the design's state, cycle,
 * inputs, then registers and memories as they lie in memory.
 */
export type Snapshot = Uint8Array<ArrayBuffer>;

const MAGIC = 0x4e4c4b31;
const HEADER = 24;

/** Two designs whose registers, memories and ports agree in name, width and order have interchangeable states. */
export function fingerprint(flat: Flat): string {
  const ports = flat.layout.ports.map((port) => `${port.name}:${port.width}`);
  const regs = flat.regs.map(({ decl }) => `${decl.name}:${decl.width}`);
  const memories = flat.memories.map(({ path, memory }) => `${path}:${memory.width}x${memory.depth}`);
  return hashText([flat.top, ...ports, ...regs, ...memories].join('\n'));
}

export function saveState(machine: Machine, mark: string, cycle: number): Snapshot {
  const { map, flat, memory } = machine;
  const io = 4 * flat.layout.words;
  const bytes = new Uint8Array(HEADER + io + map.stateEnd - map.stateStart);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, MAGIC, true);
  header.setBigUint64(4, BigInt(`0x${mark}`), true);
  header.setFloat64(12, cycle, true);
  bytes.set(new Uint8Array(memory.buffer, map.io, io), HEADER);
  bytes.set(new Uint8Array(memory.buffer, map.stateStart, map.stateEnd - map.stateStart), HEADER + io);
  return bytes;
}

/** Puts a saved state back and returns its cycle. */
export function restoreState(machine: Machine, mark: string, snapshot: Uint8Array): number {
  const { map, flat, memory } = machine;
  const io = 4 * flat.layout.words;
  const header = new DataView(snapshot.buffer, snapshot.byteOffset, snapshot.byteLength);
  const whole = HEADER + io + map.stateEnd - map.stateStart;
  if (snapshot.length < HEADER || header.getUint32(0, true) !== MAGIC) throw new Error('These bytes are no snapshot.');
  if (header.getBigUint64(4, true) !== BigInt(`0x${mark}`) || snapshot.length !== whole) {
    throw new Error(`The snapshot was taken from another design than ${flat.top} as it is now.`);
  }
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(snapshot.subarray(HEADER, HEADER + io), map.io);
  bytes.set(snapshot.subarray(HEADER + io), map.stateStart);
  return header.getFloat64(12, true);
}
