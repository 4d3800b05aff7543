// SPDX-License-Identifier: Apache-2.0
import type { Memory, MemoryPort, ReadPort, ReadWritePort, WritePort } from '../module.ts';
import { countOf, joinWords } from './describe.ts';
import type { MemoryFault } from './memory-shape.ts';

/**
 * Which sets of ports can be built.
 *
 * - Memory blocks and distributed RAM: at most one write port with any number of read ports (tools copy the memory for
 *   each), or one read-write port, or two read-write ports (true dual port), which keep their data while they write:
 *   no other mode of a true dual port is mapped by every tool.
 * - `block` has no combinational read.
 * - `registers`: any set, as long as all writes have one clock.
 * - What a read gives beside a write at the same edge exists only where both have one clock.
 */
export function portSetFault(memory: Memory): MemoryFault | null {
  return collisionFault(memory) ?? (memory.style === 'registers' ? registersFault(memory) : blockFault(memory));
}

function isRead(port: MemoryPort): port is ReadPort {
  return port.kind === 'read';
}

function isAccess(port: MemoryPort): port is ReadWritePort {
  return port.kind === 'readwrite';
}

function writers(memory: Memory): (WritePort | ReadWritePort)[] {
  return memory.ports.filter((port) => port.kind !== 'read');
}

function registersFault(memory: Memory): MemoryFault | null {
  const domains = new Set(writers(memory).map((port) => port.domain.name));
  if (domains.size < 2) return null;
  return {
    message: `The memory ${memory.name} of style registers is written in domains ${joinWords([...domains])}.`,
    cause: 'A flip-flop has one clock.',
    cure: 'Write it in one domain, or use two read-write ports of a memory block.',
  };
}

function blockFault(memory: Memory): MemoryFault | null {
  const { name, ports, style } = memory;
  const reads = ports.filter(isRead);
  const accesses = ports.filter(isAccess);
  const writes = writers(memory).length - accesses.length;
  const isSimple = accesses.length === 0 && writes <= 1;
  const isAccessOnly = accesses.length <= 2 && reads.length === 0 && writes === 0;
  if (!isSimple && !isAccessOnly) {
    const counts = [
      ...(reads.length > 0 ? [countOf(reads.length, 'read port')] : []),
      ...(writes > 0 ? [countOf(writes, 'write port')] : []),
      ...(accesses.length > 0 ? [countOf(accesses.length, 'read-write port')] : []),
    ];
    return {
      message: `No memory block has the ports of ${name}: ${joinWords(counts)}.`,
      cause: 'Memory blocks have one write port and read ports, or one or two read-write ports.',
      cure: "Share ports with multiplexers, split the memory into banks, or use style: 'registers' for a small one.",
    };
  }
  const other = accesses.length === 2 ? accesses.find((port) => port.mode !== 'no-change') : undefined;
  if (other) {
    return {
      message: `Port ${other.name} of the true dual port memory ${name} has the mode ${other.mode}.`,
      cause: 'Synthesis tools map true dual port memories only when the read data hold during a write.',
      cure: "Use mode: 'no-change' at both ports.",
    };
  }
  const asynchronous = style === 'block' ? reads.find((port) => !port.synchronous) : undefined;
  if (!asynchronous) return null;
  return {
    message: `The memory ${name} of style block has the combinational read port ${asynchronous.name}.`,
    cause: 'Memory blocks register their address: data come one clock later.',
    cure: "Use read instead of readAsync, or style: 'distributed'.",
  };
}

function collisionFault(memory: Memory): MemoryFault | null {
  for (const port of memory.ports.filter(isRead)) {
    if (!port.synchronous || port.collision === 'undefined') continue;
    const writer = writers(memory).find((other) => other.domain.name !== port.domain.name);
    if (!writer) continue;
    return {
      message:
        `Read port ${port.name} of the memory ${memory.name} is in domain ${port.domain.name} and asks for the ` +
        `${port.collision} word beside a write in domain ${writer.domain.name}.`,
      cause: 'Edges of different clocks have no order, so the word before or after a write is not defined.',
      cure: "Use collision: 'undefined', and keep readers away from words that are being written.",
    };
  }
  return null;
}
