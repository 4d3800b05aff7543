// SPDX-License-Identifier: Apache-2.0
import type { Module } from '../../ir/module.ts';
import type { ModuleCells } from './cells.ts';
import { addResources, noResources, type Resources, resourcesOfCell } from './resources.ts';

/** Resources of one instance with everything below it. */
export interface InstanceReport {
  /** `exion.u_cvg` */
  readonly path: string;
  readonly module: string;
  readonly depth: number;
  readonly resources: Resources;
  /** Bits of the memories that are declared, whatever they became. */
  readonly memoryBits: number;
}

/** One row for each instance down to `maxDepth`, parents before children. */
export function instanceReports(top: Module, cells: ModuleCells, maxDepth: number, prefix = ''): InstanceReport[] {
  const totals = new Map<string, Resources>();
  const total = (module: string): Resources => {
    const known = totals.get(module);
    if (known) return known;
    let sum = noResources;
    for (const [type, count] of cells.get(module) ?? []) {
      sum = cells.has(type) ? addResources(sum, total(type), count) : addResources(sum, resourcesOfCell(type, count));
    }
    totals.set(module, sum);
    return sum;
  };
  const rows: InstanceReport[] = [];
  const visit = (module: Module, path: string, depth: number): void => {
    rows.push({
      path,
      module: module.name,
      depth,
      resources: total(prefix + module.name),
      memoryBits: memoryBits(module),
    });
    if (depth === maxDepth) return;
    for (const child of module.instances) visit(child.module, `${path}.${child.name}`, depth + 1);
  };
  visit(top, top.name, 0);
  return rows;
}

/** Bits of the memories that a module and everything below it declare. */
export function memoryBits(module: Module): number {
  const own = module.memories.reduce((sum, { depth, width }) => sum + depth * width, 0);
  return module.instances.reduce((sum, child) => sum + memoryBits(child.module), own);
}
