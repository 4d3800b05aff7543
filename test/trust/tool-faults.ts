// SPDX-License-Identifier: Apache-2.0
import type { EngineKind } from '../../src/sim/engine.ts';
import type { Circuit, Expr } from './circuit.ts';

/** Circuits that an engine is known to get wrong, and that nothing in their Verilog could save. */
export function isBeyond(engine: EngineKind, circuit: Circuit): boolean {
  // Icarus 11 gives 0 for a quotient by 1 of more than 64 bits whose dividend has its top bit set.
  if (engine === 'icarus') return contains(circuit, ({ method, kind }) => method === 'div' && kind.width > 64);
  return false;
}

type Operation = Extract<Expr, { readonly k: 'op' }>;

function contains(node: unknown, found: (operation: Operation) => boolean): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('k' in node && node.k === 'op' && found(node as Operation)) return true;
  return Object.values(node).some((part) => contains(part, found));
}
