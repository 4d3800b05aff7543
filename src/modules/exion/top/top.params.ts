// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { ExionCoreParams, exionCorePresets } from '../core.params.ts';
import { DmaParams } from './dma.ts';
import { GscParams } from './gsc.ts';
import { TraceBufferParams } from './trace-buffer.ts';

/** Parameters of the design: those of a core, and what is around the cores. */
export const ExionTopParams = ExionCoreParams.safeExtend({
  size: DmaParams.shape.size,
  cores: z.int().min(1).max(32).describe('Cores (DSC)'),
  scratchWords: GscParams.shape.words.describe('Words of the scratchpad, 4 * size bytes each'),
  traceDepth: TraceBufferParams.shape.depth.default(1024),
  addressWidth: DmaParams.shape.addressWidth,
  maxBurst: z
    .union([z.literal(16), z.literal(256)])
    .default(16)
    .describe('Most beats of an AXI4 burst'),
});
export type ExionTopParams = z.output<typeof ExionTopParams>;
export type ExionTopParamsInput = z.input<typeof ExionTopParams>;

const { main, tiny } = exionCorePresets;

/** Published shapes (paper 2) are those of exion24: 24 cores, 64 MB. */
export const exionTopPresets = {
  main: { ...main, cores: 1, scratchWords: 2 ** 20 / 64 },
  tiny: { ...tiny, cores: 1, scratchWords: 16384 },
  exion4: { ...main, cores: 4, scratchWords: 2 ** 22 / 64 },
  exion24: { ...main, cores: 24, scratchWords: 2 ** 26 / 64 },
} satisfies Record<string, ExionTopParamsInput>;
