// SPDX-License-Identifier: Apache-2.0
import type { Diagnostic } from '../diagnostics.ts';
import type { Module } from '../module.ts';
import { readDecls, rootExprs } from '../walk.ts';
import { countOf, nameOf } from './describe.ts';

/**
 * Input ports that nothing reads (KLN-D004, a warning). Clocks and resets are read by registers, ports of 0 bits do
 * not exist in hardware, and the body of a black box is not ours to judge. Cost: linear in the expressions in use.
 */
export function checkUnread(module: Module): Diagnostic[] {
  if (module.blackBox) return [];
  const inputs = module.ports.filter((port) => port.direction === 'input' && port.role === 'data' && port.width > 0);
  const read = inputs.length > 0 ? readDecls(rootExprs(module)) : null;
  const unread = inputs.filter((port) => !read?.has(port));
  return unread.map((port) => ({
    code: 'KLN-D004',
    message: `Input ${nameOf(port)} is never read.`,
    module: module.name,
    spans: [{ span: port.span, label: `declared here, ${countOf(port.width, 'bit')}` }],
    cause: null,
    cure: 'Read it, or remove the port.',
  }));
}
