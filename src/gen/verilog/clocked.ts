// SPDX-License-Identifier: Apache-2.0
import type { Domain, Driven, RegDecl, Stmt } from '../../ir/module.ts';
import { DisjointSets } from './disjoint-sets.ts';
import { append } from './fold-statements.ts';
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
  const blocks: { domain: Domain; resets: boolean; regs: RegDecl[]; body: Stmt[] }[] = [];
  const blockOf = new Map<Driven, (typeof blocks)[number]>();
  for (const reg of regs) {
    if (reg.width === 0) continue;
    const { domain } = reg;
    const resets = reg.reset !== null && resettable.has(domain.name);
    let block = blocks.find((each) => each.resets === resets && each.domain.name === domain.name);
    if (!block) blocks.push((block = { domain, resets, regs: [], body: [] }));
    block.regs.push(reg);
    blockOf.set(reg, block);
  }
  /** The blocks that a statement has a part in; null stands for combinational logic. */
  const parts = new Set<(typeof blocks)[number] | null>();
  const note = (decl: Driven): unknown => parts.add(blockOf.get(decl) ?? null);
  for (const stmt of body) {
    parts.clear();
    forEachTarget(stmt, note);
    for (const block of parts) {
      if (block === null) continue;
      if (parts.size === 1) block.body.push(stmt);
      else
        append(
          block.body,
          project([stmt], (decl) => blockOf.get(decl) === block),
        );
    }
  }
  return blocks.flatMap((block) => divide(block));
}

/** Registers that a statement ties together stay together; whole ties are put into blocks in order. */
function divide(block: ClockedBlock): ClockedBlock[] {
  if (block.regs.length <= MOST_REGISTERS) return [block];
  const ties = new DisjointSets<Driven>();
  /** A register of each statement. */
  const firsts: Driven[] = [];
  let first: Driven | null = null;
  const tie = (decl: Driven): void => {
    if (first === null) first = decl;
    else ties.join(first, decl);
  };
  block.body.forEach((stmt) => {
    first = null;
    forEachTarget(stmt, tie);
    firsts.push(first!);
  });
  const members = new Map<Driven, RegDecl[]>();
  block.regs.forEach((reg) => {
    const root = ties.root(reg);
    const tied = members.get(root);
    if (tied) tied.push(reg);
    else members.set(root, [reg]);
  });
  const parts: { regs: RegDecl[]; body: Stmt[] }[] = [];
  const partOf = new Map<Driven, { body: Stmt[] }>();
  members.forEach((tied, root) => {
    let part = parts.at(-1);
    if (!part || part.regs.length + tied.length > MOST_REGISTERS) parts.push((part = { regs: [], body: [] }));
    for (const reg of tied) part.regs.push(reg);
    partOf.set(root, part);
  });
  block.body.forEach((stmt, i) => partOf.get(ties.root(firsts[i]!))!.body.push(stmt));
  return parts.map((part) => ({ domain: block.domain, resets: block.resets, ...part }));
}
