// SPDX-License-Identifier: Apache-2.0
import type { PortDecl, RegDecl } from '../ir/module.ts';
import type { Flat, FlatMemory } from './flat/flat.ts';
import { limbsOf } from './plan/values.ts';

/** Hands out addresses of linear memory, upwards. */
export class Arena {
  top = 0;

  alloc(bytes: number, align = 8): number {
    this.top = Math.ceil(this.top / align) * align;
    const address = this.top;
    this.top += bytes;
    return address;
  }

  /** Makes sure that there is memory up to an address (exclusive). */
  reach(end: number): void {
    this.top = Math.max(this.top, end);
  }
}

/** Words of a memory in linear memory. */
export interface MemorySlot {
  readonly address: number;
  /** Bytes a word: 1, 2, 4, 8 or a multiple of 8. */
  readonly stride: number;
  readonly depth: number;
  /** There is one word more, always zero, that reads beyond the depth get. */
  readonly guarded: boolean;
}

/** Failed checks: a counter, then pairs of check number and step number. */
export const RING_ENTRIES = 256;
export const RING_BYTES = 8 + 8 * RING_ENTRIES;

/** Where everything of a design lies. Inputs, outputs and registers keep their place for the engine's life. */
export interface MemoryMap {
  readonly arena: Arena;
  /** State of the generator of random bits, 8 bytes. */
  readonly random: number;
  readonly ring: number;
  readonly io: number;
  /** Registers and memories, `stateEnd` exclusive: what a snapshot holds. */
  readonly stateStart: number;
  readonly stateEnd: number;
  readonly regs: ReadonlyMap<RegDecl, number>;
  /** For each domain the registers with reset values, and the image that a reset copies there. */
  readonly resets: readonly { readonly start: number; readonly bytes: number; readonly image: number }[];
  readonly memories: ReadonlyMap<FlatMemory, MemorySlot>;
  /** Byte offset of a port from the start of the inputs or of the outputs. */
  readonly ports: ReadonlyMap<PortDecl, number>;
  readonly outputs: number;
}

export function memoryMap(flat: Flat): MemoryMap {
  const arena = new Arena();
  const random = arena.alloc(8, 64);
  const ring = arena.alloc(RING_BYTES);
  const { layout } = flat;
  const io = arena.alloc(4 * layout.words, 64);
  const outputs = io + 4 * layout.inputWords;
  const ports = new Map<PortDecl, number>();
  for (const port of flat.inputs) ports.set(port, 4 * slotOf(flat, port.name));
  for (const { port } of flat.outputs) ports.set(port, 4 * slotOf(flat, port.name) - 4 * layout.inputWords);

  const stateStart = arena.alloc(0, 64);
  const regs = new Map<RegDecl, number>();
  const areas = flat.domains.map((_, domain) => {
    const start = arena.alloc(0);
    for (const reg of flat.regs) if (reg.domain === domain && reg.decl.reset !== null) place(arena, regs, reg.decl);
    const bytes = arena.alloc(0) - start;
    for (const reg of flat.regs) if (reg.domain === domain && reg.decl.reset === null) place(arena, regs, reg.decl);
    return { start, bytes };
  });
  const memories = new Map(flat.memories.map((memory) => [memory, memorySlot(arena, flat, memory)]));
  const stateEnd = arena.alloc(0);
  const resets = areas.map(({ start, bytes }) => ({ start, bytes, image: arena.alloc(bytes) }));
  return { arena, random, ring, io, outputs, ports, stateStart, stateEnd, regs, resets, memories };
}

function slotOf(flat: Flat, name: string): number {
  return flat.layout.ports.find((slot) => slot.name === name)!.offset;
}

function place(arena: Arena, regs: Map<RegDecl, number>, decl: RegDecl): void {
  regs.set(decl, allocStored(arena, decl.width));
}

/** Room for a value at rest; wide ones lie so that no pair of limbs crosses a cache line. */
export function allocStored(arena: Arena, width: number): number {
  const bytes = storedBytes(width);
  return arena.alloc(bytes, Math.min(bytes, 16));
}

/** Bytes of a value at rest: 4, 8, or whole limbs. */
export function storedBytes(width: number): number {
  return width <= 32 ? 4 : 8 * limbsOf(width);
}

function memorySlot(arena: Arena, flat: Flat, flatMemory: FlatMemory): MemorySlot {
  const { depth, width } = flatMemory.memory;
  const stride = width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8 * limbsOf(width);
  const reach = Math.max(...addressWidths(flat, flatMemory), 0);
  const guarded = reach >= 31 || 2 ** reach > depth;
  const address = arena.alloc(stride * (depth + (guarded ? 1 : 0)), 16);
  return { address, stride, depth, guarded };
}

function addressWidths(flat: Flat, memory: FlatMemory): number[] {
  const widths: number[] = [];
  for (const load of flat.loads.values()) if (load.memory === memory) widths.push(load.address.width);
  return widths;
}
