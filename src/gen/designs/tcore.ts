// SPDX-License-Identifier: Apache-2.0
import { type TCoreParamsInput, tcorePresets } from '../../modules/zkflex/tcore.params.ts';
import { tcore as tcoreBlock } from '../../modules/zkflex/tcore/tcore.ts';
import type { DesignEntry } from '../design.ts';

export const tcore: DesignEntry = {
  name: 'tcore',
  doc: 'TCore of ZK-Flex: Toom-Cook modular multiplier for 256, 384 and 768 bits, with 64-bit Goldilocks words.',
  schema: tcoreBlock.block.schema,
  presets: tcorePresets,
  make: (params: TCoreParamsInput) => tcoreBlock(params),
  clockMHz: 200,
};
