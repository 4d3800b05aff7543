// SPDX-License-Identifier: Apache-2.0
import type { QuantisedNetwork } from '../../../src/modules/exion/dit/quantised.types.ts';
import { ExionBlock } from '../../../src/modules/exion/golden/block.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { reuseState } from '../../../src/modules/exion/golden/tensors.ts';
import type { BlockSettings, TransformerBlockJob } from '../../../src/modules/exion/program/index.ts';
import { shapes } from './program.cases.ts';
import { syntheticNetwork } from './program.networks.ts';

export type BlockCase = TransformerBlockJob & { readonly network: QuantisedNetwork };

/** Residual streams. */
export function streams(count: number, length: number, seed: number): Int16Array[] {
  const rand = random(seed);
  return Array.from({ length: count }, () => Int16Array.from({ length }, () => Math.round(8000 * (rand() - rand()))));
}

/** A block with random weights, and inputs for it. */
export function blockJob(name: string, settings: BlockSettings, inputs = 4): BlockCase {
  const shape = { ...shapes[name]!, blocks: 1, steps: inputs };
  const network = syntheticNetwork(shape, 31);
  return {
    network,
    shape,
    block: network.blocks[0]!,
    conditioning: network.conditioning[0]!.map(({ blocks }) => blocks[0]!),
    inputs: streams(inputs, shape.tokens * shape.width, 32),
    settings,
  };
}

/** Residual streams by the golden algorithm. */
export function expected(job: BlockCase): Int16Array[] {
  const block = new ExionBlock(job.network, 0);
  const state = reuseState(job.network.shape);
  const { sparseIterations, theta, keys, dominance } = job.settings;
  return job.inputs.map((x, it) => {
    const dense = it % (sparseIterations + 1) === 0;
    const keep = (head: number) => ({ keys, dominance: dominance[head]! });
    block.run(x, job.conditioning[it]!, { dense, theta, keep }, state);
    return block.tensors.afterFfn.slice();
  });
}
