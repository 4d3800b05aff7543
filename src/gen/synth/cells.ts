// SPDX-License-Identifier: Apache-2.0

/** Cells by type; a child is a cell of its module's name. */
export type Cells = ReadonlyMap<string, number>;

/** Cells of each module. */
export type ModuleCells = ReadonlyMap<string, Cells>;

/** Reads what `stat` prints; its JSON form is broken in Yosys 0.23 by the hierarchy that it adds as text. */
export function moduleCells(text: string): ModuleCells {
  const modules = new Map<string, Map<string, number>>();
  let cells: Map<string, number> | null = null;
  for (const line of text.split('\n')) {
    const title = /^=== (.*) ===$/.exec(line);
    if (title) {
      cells = title[1] === 'design hierarchy' ? null : new Map<string, number>();
      if (cells) modules.set(title[1]!.replace(/^\\/, ''), cells);
      continue;
    }
    const cell = /^ {5}(\S+) +(\d+)$/.exec(line);
    if (cell) cells?.set(cell[1]!.replace(/^\\/, ''), Number(cell[2]));
  }
  return modules;
}

/** Cells of one module, with those of modules below it added unless `stays` says that these are counted by themselves. */
export function cellsOf(modules: ModuleCells, module: string, stays: (type: string) => boolean): Map<string, number> {
  const sum = new Map<string, number>();
  const add = (type: string, count: number): void => void sum.set(type, (sum.get(type) ?? 0) + count);
  for (const [type, count] of modules.get(module) ?? []) {
    if (stays(type) || !modules.has(type)) add(type, count);
    else for (const [inner, each] of cellsOf(modules, type, stays)) add(inner, each * count);
  }
  return sum;
}
