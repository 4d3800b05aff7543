// SPDX-License-Identifier: Apache-2.0
import type { RegDecl } from '../ir/module.ts';
import { readPattern, writePattern } from './emit/constants.ts';
import type { FlatMemory } from './flat/flat.ts';
import type { Machine } from './machine.ts';
import { storedBytes } from './memory-map.ts';
import type { EmbeddedOptions } from './options.ts';
import { RandomBits } from './random.ts';

/** Bytes of a register or memory word in linear memory. */
export function regBytes(machine: Machine, reg: RegDecl): Uint8Array {
  return new Uint8Array(machine.memory.buffer, machine.map.regs.get(reg), storedBytes(reg.width));
}

export function wordBytes(machine: Machine, memory: FlatMemory, address: number): Uint8Array {
  const slot = machine.map.memories.get(memory)!;
  if (!Number.isInteger(address) || address < 0 || address >= slot.depth) {
    throw new RangeError(`Memory '${memory.path}' has ${slot.depth} words; there is no word ${address}.`);
  }
  return new Uint8Array(machine.memory.buffer, slot.address + slot.stride * address, slot.stride);
}

export { readPattern, writePattern };

/** Puts registers and memories at their power-up values, and the reset images in place. */
export function powerUp(machine: Machine, options: EmbeddedOptions): void {
  const { flat, map } = machine;
  const random = typeof options.powerUp === 'object' ? new RandomBits(options.powerUp.random) : null;
  const bytes = new Uint8Array(machine.memory.buffer);
  bytes.fill(0, map.stateStart, map.stateEnd);
  for (const { decl, domain } of flat.regs) {
    const start = decl.powerUp ?? random?.pattern(decl.width) ?? 0n;
    if (start !== 0n) writePattern(regBytes(machine, decl), start);
    if (decl.reset === null) continue;
    const area = map.resets[domain]!;
    const at = area.image + map.regs.get(decl)! - area.start;
    writePattern(bytes.subarray(at, at + storedBytes(decl.width)), decl.reset);
  }
  for (const memory of flat.memories) {
    const { init, width, depth } = memory.memory;
    if (width === 0 || (!init && !random)) continue;
    for (let i = 0; i < depth; i++) {
      const word = init ? init[i]! : random!.pattern(width);
      if (word !== 0n) writePattern(wordBytes(machine, memory, i), word);
    }
  }
  // The generator of random bits must not start at zero.
  const seed = random ? random.word() | 1 : 0x2545f491;
  writePattern(bytes.subarray(map.random, map.random + 8), (BigInt(seed) << 32n) | 0x9e3779b9n);
}
