// SPDX-License-Identifier: Apache-2.0
import type { Dut } from '../../../../sim/index.ts';
import { clusterOf } from '../../../../sim/workloads/ntt-cluster.ts';
import { laneModel } from '../lane-model.ts';

/** Transform nodes whose products come from the stand-in for TCore. */
export const nttBench = clusterOf('ntt_bench', laneModel);

export type NttDut =
  ReturnType<typeof nttBench> extends { readonly interface?: infer I } ? Dut<Exclude<I, undefined>> : never;
