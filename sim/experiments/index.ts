// SPDX-License-Identifier: Apache-2.0
import { arrayCycles } from './exion/array-cycles.ts';
import { attentionSweep } from './exion/attention-sweep.ts';
import { compactorArea } from './exion/compactor-area.ts';
import { compactorHidden } from './exion/compactor-hidden.ts';
import { denseOverhead } from './exion/dense-overhead.ts';
import { macsSkipped } from './exion/macs-skipped.ts';
import { clusteredColumns } from './exion/clustered.ts';
import { fewTokens } from './exion/few-tokens.ts';
import { prediction } from './exion/prediction.ts';
import { predictionExposed } from './exion/prediction-exposed.ts';
import { recordedMasks } from './exion/recorded-masks.ts';
import { slotCount } from './exion/slots.ts';
import { bucketMemory } from './zkflex/bucket-memory.ts';
import { groth16Proof } from './zkflex/groth16-proof.ts';
import { coreAreas } from './zkflex/tcore-area.ts';
import { areaEfficiency, leafTiles } from './zkflex/tcore-efficiency.ts';
import { leavesOfProduct } from './zkflex/tcore-leaves.ts';
import { leafUtilisation, paddedOperands, ratesOfModes } from './zkflex/tcore-rates.ts';
import { transformCycles } from './zkflex/transform-cycles.ts';
import { unitClocks } from './exion/unit-clocks.ts';
import type { Experiment } from './experiment.ts';

/** Every experiment that the command line knows, in the order of the paper file. */
export const experiments: readonly Experiment[] = [
  macsSkipped,
  arrayCycles,
  slotCount,
  clusteredColumns,
  fewTokens,
  recordedMasks,
  prediction,
  attentionSweep,
  compactorHidden,
  compactorArea,
  predictionExposed,
  denseOverhead,
  unitClocks,
  leavesOfProduct,
  coreAreas,
  ratesOfModes,
  leafUtilisation,
  paddedOperands,
  transformCycles,
  bucketMemory,
  groth16Proof,
  areaEfficiency,
  leafTiles,
];
