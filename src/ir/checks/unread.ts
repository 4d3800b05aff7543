// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic } from '../diagnostics.ts';
import type { Decl, Module } from '../module.ts';
import type { Atoms } from './atoms.ts';
import { countOf, nameOf } from './describe.ts';

/**
 * Input ports that nothing reads (KLN-D004, a warning). Clocks and resets are read by registers, ports of 0 bits do
 * not exist in hardware, and the body of a black box is not ours to judge. Cost: linear in the ports.
 */
export function checkUnread(module: Module, _atoms: Atoms, read: ReadonlySet<Decl>): Diagnostic[] {
  if (module.blackBox) return [];
  const inputs = module.ports.filter((port) => port.direction === 'input' && port.role === 'data' && port.width > 0);
  const unread = inputs.filter((port) => !read.has(port));
  return unread.map((port) => ({
    code: 'KLN-D004',
    message: `Input ${nameOf(port)} is never read.`,
    module: module.name,
    spans: [{ span: port.span, label: `declared here, ${countOf(port.width, 'bit')}` }],
    cause: null,
    cure: 'Read it, or remove the port.',
  }));
}
