// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic } from '../diagnostics.ts';
import type { Memory, Module } from '../module.ts';
import { portSetFault } from './memory-port-set.ts';
import { type MemoryFault, portFaults, shapeFaults } from './memory-shape.ts';

/**
 * Memories that do not fit together or that no memory block can be (KLN-M001). Guarantees for every memory: contents and
 * lanes fit its size, the expressions of each port have the widths that the size asks for, and the set of ports is one that
 * synthesis tools map to memory blocks, unless `registers` are asked for. Cost: linear in the ports.
 */
export function checkMemories(module: Module): Diagnostic[] {
  return module.memories.flatMap((memory) => {
    const shape = shapeFaults(memory);
    const ports = memory.ports.flatMap((port) => portFaults(memory, port));
    const set = portSetFault(memory);
    return [...shape, ...ports, ...(set ? [set] : [])].map((fault) => diagnostic(module, memory, fault));
  });
}

function diagnostic(module: Module, memory: Memory, fault: MemoryFault): Diagnostic {
  const reads = memory.ports.flatMap((port) => (port.kind === 'write' ? [] : [port]));
  return {
    code: 'KLN-M001',
    ...fault,
    module: module.name,
    spans: [
      { span: memory.span, label: `${memory.name}, ${memory.depth} words of ${memory.width} bits` },
      ...reads.map((port) => ({ span: port.data.span, label: `${port.kind} port ${port.name}` })),
    ],
  };
}
