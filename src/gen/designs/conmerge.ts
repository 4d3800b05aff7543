// SPDX-License-Identifier: Apache-2.0
import { conMergeAxi } from '../../modules/exion/conmerge-axi.ts';
import { conMergeRegisters } from '../../modules/exion/conmerge-axi.registers.ts';
import { type ConMergeParams, conMergePresets } from '../../modules/exion/conmerge.params.ts';
import type { DesignEntry } from '../design.ts';
import { registerFiles } from './register-files.ts';

export const conmerge: DesignEntry = {
  name: 'conmerge',
  doc: "EXION's compactor on its own: masks in and control words out over AXI4-Stream.",
  schema: conMergeAxi.block.schema,
  presets: conMergePresets,
  make: (params: ConMergeParams) => conMergeAxi(params),
  clockMHz: 125,
  extras: (params: ConMergeParams) => registerFiles(conMergeRegisters(params)),
};
