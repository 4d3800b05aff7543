// SPDX-License-Identifier: Apache-2.0
import type { Import } from './imports.ts';

interface Layer {
  /** Layers that may be imported, beside the layer itself. */
  readonly values: readonly string[];
  /** Layers of which only types may be imported. */
  readonly types?: readonly string[];
  /** npm packages that may be imported, `node:` included; absent means any. */
  readonly packages?: readonly string[];
}

/** Who may import whom, the longest matching folder first. What stands in no layer (`test`, `bench`) may import all. */
const LAYERS: Readonly<Record<string, Layer>> = {
  // The command line stands above everything: it starts the co-simulation.
  'src/gen/cli': {
    values: ['src/gen', 'src/modules', 'src/dsl', 'src/ir', 'src/sim', 'sim', 'sim/workloads', 'sim/experiments'],
  },
  'src/gen': { values: ['src/gen/cli', 'src/modules', 'src/dsl', 'src/ir', 'src/sim'] },
  'src/modules': { values: ['src/dsl'] },
  'src/dsl': { values: ['src/ir'], packages: ['zod'] },
  'src/sim': { values: ['src/ir'], types: ['src/dsl'], packages: ['zod'] },
  'src/ir': { values: [], packages: ['zod'] },
  sim: { values: ['src/gen', 'src/sim', 'src/dsl', 'src/ir'] },
  // A workload knows its design and the golden model that it compares with.
  'sim/workloads': { values: ['sim', 'src/modules', 'src/gen', 'src/sim', 'src/dsl', 'src/ir'] },
  'sim/experiments': { values: ['sim', 'sim/workloads', 'src/modules', 'src/gen', 'src/sim', 'src/dsl', 'src/ir'] },
};

/** A golden model is there to disagree with the hardware, so it shares nothing with what makes hardware. */
const GOLDEN = /\.golden\.ts$|^src\/modules\/(.+\/)?golden\//;
const HARDWARE_LAYERS: ReadonlySet<string> = new Set(['src/dsl', 'src/ir', 'src/gen', 'src/gen/cli']);

/** Parameters are shared by hardware and model on purpose; what they import is not followed. */
const SHARED = /\.params\.ts$/;

export function isGolden(path: string): boolean {
  return GOLDEN.test(path);
}

function layerOf(path: string): string | null {
  const folders = Object.keys(LAYERS).filter((folder) => path.startsWith(`${folder}/`));
  return folders.sort((a, b) => b.length - a.length)[0] ?? null;
}

function show(item: Import, problem: string): string {
  return `${item.from}:${item.line}  imports '${item.specifier}': ${problem}`;
}

/** Why `item` breaks the order of the layers, or null. */
export function layerFault(item: Import): string | null {
  const own = layerOf(item.from);
  if (own === null) {
    return item.from.startsWith('src/') && item.from.split('/').length > 2
      ? show(item, `its folder is in no layer; give it a place in test/house/layers.ts`)
      : null;
  }
  const layer = LAYERS[own]!;
  if (item.target === null) {
    if (layer.packages === undefined || layer.packages.includes(item.specifier)) return null;
    return show(item, `${own} may use no package but ${layer.packages.join(', ')}, so that it runs anywhere`);
  }
  const other = layerOf(item.target);
  if (other === own || (other !== null && layer.values.includes(other))) return null;
  if (other !== null && layer.types?.includes(other) === true) {
    return item.typeOnly ? null : show(item, `${own} may take only types from ${other}; write \`import type\``);
  }
  if (other === null && own === 'sim' && item.target.startsWith('sim/')) return null;
  const allowed = layer.values.length > 0 ? layer.values.join(', ') : 'nothing';
  return show(item, `${own} may import ${allowed} beside itself, not ${other ?? item.target}`);
}

/** How the golden model `path` comes to depend on hardware: one line for each import that leads there. */
export function goldenFaults(path: string, importsOf: (path: string) => readonly Import[]): string[] {
  return importsOf(path).flatMap((item) => {
    const chain = chainToHardware(item, importsOf, new Set([path]));
    if (chain === null) return [];
    const way = chain.length > 1 ? `, by way of ${chain.slice(0, -1).join(' -> ')}` : '';
    return [show(item, `a golden model may not depend on ${chain.at(-1)!}${way}`)];
  });
}

/** The files from `item` down to the first one of a hardware layer. Types are no dependency beyond the first step. */
function chainToHardware(
  item: Import,
  importsOf: (path: string) => readonly Import[],
  seen: Set<string>,
): readonly string[] | null {
  const { target } = item;
  if (target === null || seen.has(target)) return null;
  seen.add(target);
  if (HARDWARE_LAYERS.has(layerOf(target) ?? '')) return [target];
  if (item.typeOnly || SHARED.test(target)) return null;
  for (const next of importsOf(target)) {
    const rest = next.typeOnly ? null : chainToHardware(next, importsOf, seen);
    if (rest !== null) return [target, ...rest];
  }
  return null;
}
