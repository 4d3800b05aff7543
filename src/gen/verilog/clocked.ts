// SPDX-License-Identifier: Apache-2.0
import type { Domain, RegDecl, Stmt } from '../../ir/module.ts';
import { forEachTarget, project } from './project.ts';

/** Registers of one clock, all with a reset or all without, and the statements that give their next values. */
export interface ClockedBlock {
  readonly domain: Domain;
  readonly resets: boolean;
  readonly regs: readonly RegDecl[];
  readonly body: readonly Stmt[];
}

/** One block for each clock and reset kind, in order of the first register. `resettable`: names of domains with a reset. */
export function clockedBlocks(
  regs: readonly RegDecl[],
  body: readonly Stmt[],
  resettable: ReadonlySet<string>,
): ClockedBlock[] {
  const blocks = new Map<string, { domain: Domain; resets: boolean; regs: RegDecl[]; body: Stmt[] }>();
  const blockOf = new Map<RegDecl, string>();
  for (const reg of regs) {
    if (reg.width === 0) continue;
    const resets = reg.reset !== null && resettable.has(reg.domain.name);
    const key = `${reg.domain.name} ${resets}`;
    blockOf.set(reg, key);
    const block = blocks.get(key);
    if (block) block.regs.push(reg);
    else blocks.set(key, { domain: reg.domain, resets, regs: [reg], body: [] });
  }
  for (const stmt of body) {
    const keys = keysOf(stmt, blockOf);
    for (const key of keys) {
      if (key === null) continue;
      const own =
        keys.length === 1 ? [stmt] : project([stmt], (decl) => decl.kind === 'reg' && blockOf.get(decl) === key);
      for (const part of own) blocks.get(key)!.body.push(part);
    }
  }
  return [...blocks.values()];
}

/** The blocks that a statement has a part in; null stands for combinational logic. */
function keysOf(stmt: Stmt, blockOf: ReadonlyMap<RegDecl, string>): (string | null)[] {
  const keys: (string | null)[] = [];
  forEachTarget([stmt], (decl) => {
    const key = decl.kind === 'reg' ? blockOf.get(decl)! : null;
    if (!keys.includes(key)) keys.push(key);
  });
  return keys;
}
