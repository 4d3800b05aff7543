// SPDX-License-Identifier: Apache-2.0
import type { RegisterMap } from '../../modules/lib/register-map.ts';
import { registerMapCHeader } from '../../modules/lib/register-map-header.ts';
import { registerMapMarkdown } from '../../modules/lib/register-map-markdown.ts';
import type { ExtraFile } from '../design.ts';

/** The register map of an AXI4-Lite bank as documentation and for software. */
export function registerFiles(map: RegisterMap): ExtraFile[] {
  return [
    { name: `${map.name}_registers.md`, text: registerMapMarkdown(map) },
    { name: `${map.name}_registers.h`, text: registerMapCHeader(map) },
  ];
}
