// SPDX-License-Identifier: Apache-2.0
import { topRegisters } from '../../modules/exion/top/registers.ts';
import { exionTop } from '../../modules/exion/top/top.ts';
import { type ExionTopParams, exionTopPresets } from '../../modules/exion/top/top.params.ts';
import type { DesignEntry } from '../design.ts';
import { registerFiles } from './register-files.ts';

export const exion: DesignEntry = {
  name: 'exion',
  doc: 'EXION (HPCA 2025): diffusion accelerator with FFN reuse, eager prediction and ConMerge; AXI4 and AXI4-Lite.',
  schema: exionTop.block.schema,
  presets: exionTopPresets,
  make: (params: ExionTopParams) => exionTop(params),
  clockMHz: 125,
  extras: (params: ExionTopParams) => registerFiles(topRegisters(params)),
};
