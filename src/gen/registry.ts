// SPDX-License-Identifier: Apache-2.0
import { conMergeAxi } from '../modules/exion/conmerge-axi.ts';
import { conMergeRegisters } from '../modules/exion/conmerge-axi.registers.ts';
import { type ConMergeParams, conMergePresets } from '../modules/exion/conmerge.params.ts';
import { topRegisters } from '../modules/exion/top/registers.ts';
import { exionTop } from '../modules/exion/top/top.ts';
import { type ExionTopParams, exionTopPresets } from '../modules/exion/top/top.params.ts';
import { libraryCatalogue } from '../modules/lib/index.ts';
import type { RegisterMap } from '../modules/lib/register-map.ts';
import { registerMapCHeader } from '../modules/lib/register-map-header.ts';
import { registerMapMarkdown } from '../modules/lib/register-map-markdown.ts';
import { type TCoreParamsInput, tcorePresets } from '../modules/zkflex/tcore.params.ts';
import { tcore } from '../modules/zkflex/tcore/tcore.ts';
import { zkflexRegisters } from '../modules/zkflex/top/registers.ts';
import { zkflex } from '../modules/zkflex/top/zkflex.ts';
import { type ZkFlexParams, zkflexPresets } from '../modules/zkflex/top/zkflex.params.ts';
import type { DesignEntry, ExtraFile } from './design.ts';
import { UsageError } from './errors.ts';
import { suggestion } from './params.ts';

const exion: DesignEntry = {
  name: 'exion',
  doc: 'EXION (HPCA 2025): diffusion accelerator with FFN reuse, eager prediction and ConMerge; AXI4 and AXI4-Lite.',
  schema: exionTop.block.schema,
  presets: exionTopPresets,
  make: (params: ExionTopParams) => exionTop(params),
  clockMHz: 125,
  extras: (params: ExionTopParams) => registerFiles(topRegisters(params)),
};

const conmerge: DesignEntry = {
  name: 'conmerge',
  doc: "EXION's compactor on its own: masks in and control words out over AXI4-Stream.",
  schema: conMergeAxi.block.schema,
  presets: conMergePresets,
  make: (params: ConMergeParams) => conMergeAxi(params),
  clockMHz: 125,
  extras: (params: ConMergeParams) => registerFiles(conMergeRegisters(params)),
};

const tcoreDesign: DesignEntry = {
  name: 'tcore',
  doc: 'TCore of ZK-Flex: Toom-Cook modular multiplier for 256, 384 and 768 bits, with 64-bit Goldilocks words.',
  schema: tcore.block.schema,
  presets: tcorePresets,
  make: (params: TCoreParamsInput) => tcore(params),
  clockMHz: 200,
};

const zkflexDesign: DesignEntry = {
  name: 'zkflex',
  doc: 'ZK-Flex (DAC 2026): modular transforms and multi-scalar multiplication on Toom-Cook cores; AXI4 and AXI4-Lite.',
  schema: zkflex.block.schema,
  presets: zkflexPresets,
  make: (params: ZkFlexParams) => zkflex(params),
  clockMHz: 125,
  extras: (params: ZkFlexParams) => registerFiles(zkflexRegisters(params)),
};

/** The register map of an AXI4-Lite bank as documentation and for software. */
function registerFiles(map: RegisterMap): ExtraFile[] {
  return [
    { name: `${map.name}_registers.md`, text: registerMapMarkdown(map) },
    { name: `${map.name}_registers.h`, text: registerMapCHeader(map) },
  ];
}

/** Library blocks can be generated on their own; the presets are their sample configurations. */
const library: DesignEntry[] = libraryCatalogue.map(({ name, make, configurations }) => ({
  name,
  doc: make.block.doc || `Library block ${name}.`,
  schema: make.block.schema,
  presets: Object.fromEntries(
    configurations.map((params, i) => [i === 0 ? 'default' : `sample${i}`, params as object]),
  ),
  make: (params: never) => make(params),
  clockMHz: 200,
}));

/** Every design that the command line knows: systems first, then library blocks. */
export const designs: readonly DesignEntry[] = [exion, conmerge, zkflexDesign, tcoreDesign, ...library];

export const systems: readonly DesignEntry[] = [exion, conmerge, zkflexDesign, tcoreDesign];

export function findDesign(name: string): DesignEntry {
  const found = designs.find((entry) => entry.name === name);
  if (found) return found;
  const names = designs.map((entry) => entry.name);
  throw new UsageError(
    `There is no design ${name}.${suggestion(name, names)}`,
    'List them with npm run gen -- --list.',
  );
}
