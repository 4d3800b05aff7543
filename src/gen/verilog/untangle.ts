// SPDX-License-Identifier: Apache-2.0
import type { Decl, Module } from '../../ir/module.ts';
import { type CombGroup, groupComb, splitGroup } from './comb-groups.ts';
import { findLoops, type Loops } from './comb-loops.ts';
import type { CombPaths } from './comb-paths.ts';
import { type Cut, cutSignals, type Parts } from './cut-signals.ts';
import { segmentEdges } from './segment-edges.ts';

export interface Untangled {
  readonly module: Module;
  readonly groups: readonly CombGroup[];
}

/**
 * Groups the combinational statements of a module so that neither a block reads what it drives (it would see the value of the
 * pass before) nor a signal hangs on itself through other bits (tools that schedule whole signals call that a loop):
 * groups on a loop are written as one block a target, then signals that are still on one as several signals,
 * first one for each part that is assigned, at last one for each bit.
 */
export function untangle(module: Module, read: ReadonlySet<Decl>, paths: CombPaths): Untangled {
  const together = { module, groups: groupComb(module.body) };
  if (!canLoop(together.groups, read)) return together;
  const apart = splitLooped(together, paths);
  const loops = findLoops(module, apart.groups, paths);
  const cuts = [...loops.groups].flatMap(({ targets, body }) => {
    const [decl] = targets;
    const edges = decl ? segmentEdges(decl, body) : [];
    return decl && decl.width > 1 ? [{ decl, edges }] : [];
  });
  if (cuts.length === 0) return apart;
  const cut = cutApart(module, cuts, loops, paths);
  const finer = bitByBit(cuts, cut.parts, findLoops(cut.module, cut.groups, paths));
  return finer ? cutApart(module, finer, loops, paths) : cut;
}

/** Groups on a loop become one group a target. */
function splitLooped({ module, groups }: Untangled, paths: CombPaths): Untangled {
  const looped = findLoops(module, groups, paths).groups;
  if (looped.size === 0) return { module, groups };
  return { module, groups: groups.flatMap((group) => (looped.has(group) ? splitGroup(group) : [group])) };
}

function cutApart(module: Module, cuts: readonly Cut[], loops: Loops, paths: CombPaths): Untangled & { parts: Parts } {
  const cut = cutSignals(
    module,
    cuts.filter(({ edges }) => edges.length > 2),
    loops.nets,
  );
  return { parts: cut.parts, ...splitLooped({ module: cut.module, groups: groupComb(cut.module.body) }, paths) };
}

/** The same cuts with every bit of those parts apart that are still on a loop; null when none is. */
function bitByBit(cuts: readonly Cut[], parts: Parts, { groups }: Loops): Cut[] | null {
  const looped = new Set([...groups].flatMap((group) => group.targets));
  const finer = cuts.map(({ decl, edges }) => {
    const all = new Set(edges);
    edges.slice(1).forEach((hi, i) => {
      const lo = edges[i]!;
      if (hi - lo === 1 || !looped.has(parts.get(decl)?.[i] ?? decl)) return;
      for (let edge = lo; edge < hi; edge++) all.add(edge);
    });
    return { decl, edges: [...all].sort((a, b) => a - b) };
  });
  return finer.some(({ edges }, i) => edges.length > cuts[i]!.edges.length) ? finer : null;
}

/** Only a driven signal that something reads, here or in an instance, can be on a loop. */
function canLoop(groups: readonly CombGroup[], read: ReadonlySet<Decl>): boolean {
  return groups.some((group) => group.targets.some((target) => target.kind === 'instin' || read.has(target)));
}
