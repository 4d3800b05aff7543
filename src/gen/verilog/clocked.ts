// SPDX-License-Identifier: Apache-2.0
import type { Domain, Driven, RegDecl, Stmt } from '../../ir/module.ts';
import { DisjointSets } from './disjoint-sets.ts';
import { forEachTarget, project } from './project.ts';

/** Registers of one clock, all with a reset or all without, and the statements that give their next values. */
export interface ClockedBlock {
  readonly domain: Domain;
  readonly resets: boolean;
  readonly regs: readonly RegDecl[];
  readonly body: readonly Stmt[];
}

/** Yosys needs time that grows with the square of a block (8000 counters in one: 53 s), so large ones are divided. */
const MOST_REGISTERS = 64;

/**
 * One block for each clock and reset kind, in order of the first register; beyond `MOST_REGISTERS` several, where registers
 * that share no statement part. `resettable`: names of domains with a reset.
 */
export function clockedBlocks(
  regs: readonly RegDecl[],
  body: readonly Stmt[],
  resettable: ReadonlySet<string>,
): ClockedBlock[] {
  const blocks = new Map<string, { domain: Domain; resets: boolean; regs: RegDecl[]; body: Stmt[] }>();
  const blockOf = new Map<Driven, string>();
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
      const own = keys.length === 1 ? [stmt] : project([stmt], (decl) => blockOf.get(decl) === key);
      for (const part of own) blocks.get(key)!.body.push(part);
    }
  }
  return [...blocks.values()].flatMap((block) => divide(block));
}

/** The blocks that a statement has a part in; null stands for combinational logic. */
function keysOf(stmt: Stmt, blockOf: ReadonlyMap<Driven, string>): (string | null)[] {
  const keys: (string | null)[] = [];
  forEachTarget([stmt], (decl) => {
    const key = blockOf.get(decl) ?? null;
    if (!keys.includes(key)) keys.push(key);
  });
  return keys;
}

/** Registers that a statement ties together stay together; whole ties are put into blocks in order. */
function divide(block: ClockedBlock): ClockedBlock[] {
  if (block.regs.length <= MOST_REGISTERS) return [block];
  const ties = new DisjointSets<Driven>();
  const firstOf = new Map<Stmt, Driven>();
  for (const stmt of block.body) {
    forEachTarget([stmt], (decl) => {
      const first = firstOf.get(stmt);
      if (first) ties.join(first, decl);
      else firstOf.set(stmt, decl);
    });
  }
  const members = new Map<Driven, RegDecl[]>();
  for (const reg of block.regs) {
    const tie = members.get(ties.root(reg));
    if (tie) tie.push(reg);
    else members.set(ties.root(reg), [reg]);
  }
  const parts: { regs: RegDecl[]; body: Stmt[] }[] = [];
  const partOf = new Map<Driven, { body: Stmt[] }>();
  for (const [root, tied] of members) {
    let part = parts.at(-1);
    if (!part || part.regs.length + tied.length > MOST_REGISTERS) parts.push((part = { regs: [], body: [] }));
    for (const reg of tied) part.regs.push(reg);
    partOf.set(root, part);
  }
  for (const stmt of block.body) partOf.get(ties.root(firstOf.get(stmt)!))!.body.push(stmt);
  return parts.map((part) => ({ domain: block.domain, resets: block.resets, ...part }));
}
