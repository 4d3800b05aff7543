// SPDX-License-Identifier: Apache-2.0
import { UsageError } from '../../src/gen/errors.ts';
import { loadDitNetwork } from '../../src/modules/exion/dit/network.ts';
import { quantise } from '../../src/modules/exion/dit/quantise.ts';
import type { QuantisedNetwork, SparsitySettings } from '../../src/modules/exion/dit/quantised.types.ts';
import { loadDitSamples, type RecordedSamples } from '../../src/modules/exion/dit/samples.ts';
import { settingsFor } from '../../src/modules/exion/dit/settings.ts';
import { recordedFolder } from './recorded.ts';

/** What is left out: nine tenths of the FFN for three iterations, half of the keys, rows in which a key leads clearly. */
const targets = { ffn: 0.9, sparseIterations: 3, keys: 24, lead: 6 } as const;

export interface SparseNetwork {
  readonly network: QuantisedNetwork;
  readonly samples: RecordedSamples;
  readonly settings: SparsitySettings;
}

/** The network of a recorded folder in integers, with the workload's settings. What is wrong with the folder is an error of the user. */
export function loadSparseNetwork(folder: string | null): SparseNetwork {
  const path = recordedFolder(folder);
  try {
    const samples = loadDitSamples(path);
    const network = quantise(loadDitNetwork(path), samples);
    const keys = Math.min(targets.keys, network.shape.tokens);
    return { network, samples, settings: settingsFor(network, samples, { ...targets, keys }) };
  } catch (error) {
    throw new UsageError((error as Error).message, 'The folder needs a manifest.json of the form of dit-digits.');
  }
}
