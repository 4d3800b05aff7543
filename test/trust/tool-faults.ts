// SPDX-License-Identifier: Apache-2.0
import type { EngineKind } from '../../src/sim/engine.ts';
import type { Circuit } from './circuit.ts';

/** Circuits that an engine is known to get wrong, and that nothing in their Verilog could save. */
export function isBeyond(engine: EngineKind, circuit: Circuit): boolean {
  // Icarus 11 gives 0 for a quotient by 1 of more than 64 bits whose dividend has its top bit set.
  return engine === 'icarus' && hasWideQuotient(circuit);
}

function hasWideQuotient(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  const { k, method, kind } = node as { k?: string; method?: string; kind?: { width: number } };
  if (k === 'op' && method === 'div' && kind!.width > 64) return true;
  return Object.values(node).some(hasWideQuotient);
}
