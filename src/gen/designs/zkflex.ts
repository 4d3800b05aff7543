// SPDX-License-Identifier: Apache-2.0
import { zkflexRegisters } from '../../modules/zkflex/top/registers.ts';
import { zkflex as zkflexTop } from '../../modules/zkflex/top/zkflex.ts';
import { type ZkFlexParams, zkflexPresets } from '../../modules/zkflex/top/zkflex.params.ts';
import type { DesignEntry } from '../design.ts';
import { registerFiles } from './register-files.ts';

export const zkflex: DesignEntry = {
  name: 'zkflex',
  doc: 'ZK-Flex (DAC 2026): modular transforms and multi-scalar multiplication on Toom-Cook cores; AXI4 and AXI4-Lite.',
  schema: zkflexTop.block.schema,
  presets: zkflexPresets,
  make: (params: ZkFlexParams) => zkflexTop(params),
  clockMHz: 125,
  extras: (params: ZkFlexParams) => registerFiles(zkflexRegisters(params)),
};
