// SPDX-License-Identifier: Apache-2.0
import { exionDenoise } from './exion-denoise.ts';
import { exionFfnMasks } from './exion-ffn-masks.ts';
import type { Workload } from './workload.ts';
import { zkflexGroth16 } from './zkflex-groth16.ts';

/** Every workload that the command line knows. */
export const workloads: readonly Workload[] = [exionDenoise, exionFfnMasks, zkflexGroth16];
