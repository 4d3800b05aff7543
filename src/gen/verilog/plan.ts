// SPDX-License-Identifier: Apache-2.0
import type { Expr } from '../../ir/expr.ts';
import type {
  Decl,
  InstInDecl,
  InstOutDecl,
  Memory,
  Module,
  NetDecl,
  Property,
  RegDecl,
  Stmt,
} from '../../ir/module.ts';
import { checkedRegs } from './checked-regs.ts';
import { clockedBlocks, type ClockedBlock } from './clocked.ts';
import { combItems, type CombItem, isWhole } from './comb-items.ts';
import type { CombPaths } from './comb-paths.ts';
import { foldStatements } from './fold-statements.ts';
import { forEachStmt, readDecls, rootExprs } from '../../ir/walk.ts';
import { untangle } from './untangle.ts';
import { gaps, type Range } from './ranges.ts';

/** The parts of a module's text: everything of the module that is printed, and nothing else. */
export interface ModulePlan {
  readonly module: Module;
  readonly nets: readonly NetDecl[];
  readonly comb: readonly CombItem[];
  readonly clocked: readonly ClockedBlock[];
  /** Registers that only properties read; their text stands with them. */
  readonly checked: readonly ClockedBlock[];
  readonly checkedRegs: ReadonlySet<RegDecl>;
  readonly memories: readonly Memory[];
  readonly properties: readonly Property[];
  /** Registers of which some bit is never assigned, not even by a reset. */
  readonly undrivenRegs: ReadonlySet<RegDecl>;
  /** Instance inputs that are connected to an expression instead of a wire. */
  readonly pins: ReadonlyMap<InstInDecl, Expr>;
  /** Instance outputs that are connected to an output port or wire of the module; it is read in their place. */
  readonly aliases: ReadonlyMap<InstOutDecl, Decl>;
}

/** Linear, but for loops that need a second look (see `untangle`). */
export function planModule(source: Module, paths: CombPaths): ModulePlan {
  const folded = { ...source, body: foldStatements(source.body) };
  const readBefore = readDecls(rootExprs(folded));
  const { module, groups } = untangle(folded, readBefore, paths);
  const read = module === folded ? readBefore : readDecls(rootExprs(module));
  const { body } = module;
  const pins = new Map<InstInDecl, Expr>();
  const aliases = new Map<InstOutDecl, Decl>();
  const comb: CombItem[] = [];
  for (const item of groups.flatMap((group) => combItems(module.pool, group))) {
    if (item.kind === 'assign' && isWhole(item.target)) {
      const { target, value } = item;
      if (target.decl.kind === 'instin' && !read.has(target.decl)) {
        pins.set(target.decl, value);
        continue;
      }
      if (
        value.kind === 'ref' &&
        value.decl.kind === 'instout' &&
        !aliases.has(value.decl) &&
        target.decl.kind !== 'instin'
      ) {
        aliases.set(value.decl, target.decl);
        continue;
      }
    }
    comb.push(item);
  }
  const resettable = new Set(module.domains.filter((use) => use.reset).map((use) => use.domain.name));
  const only = checkedRegs(module);
  const blocks = (regs: readonly RegDecl[]): ClockedBlock[] => clockedBlocks(regs, body, resettable);
  const clocked = blocks(only.size > 0 ? module.regs.filter((reg) => !only.has(reg)) : module.regs);
  const checked = only.size > 0 ? blocks([...only]) : [];
  return {
    module,
    nets: module.nets.filter((net) => net.width > 0),
    comb,
    clocked,
    checked,
    checkedRegs: only,
    memories: module.memories.filter((memory) => memory.width > 0),
    properties: module.properties,
    undrivenRegs: undrivenRegs([...clocked, ...checked]),
    pins,
    aliases,
  };
}

function undrivenRegs(clocked: readonly ClockedBlock[]): Set<RegDecl> {
  const undriven = new Set<RegDecl>();
  for (const block of clocked) {
    if (block.resets) continue;
    const driven = new Map<RegDecl, Range[]>();
    forEachStmt(block.body, (stmt: Stmt) => {
      if (stmt.kind !== 'assign' || stmt.target.decl.kind !== 'reg') return;
      const { decl, lo, width } = stmt.target;
      const ranges = driven.get(decl);
      if (ranges) ranges.push({ lo, hi: lo + width });
      else driven.set(decl, [{ lo, hi: lo + width }]);
    });
    for (const reg of block.regs) if (gaps(driven.get(reg) ?? [], reg.width).length > 0) undriven.add(reg);
  }
  return undriven;
}
