// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadDitNetwork } from '../../src/modules/exion/dit/network.ts';
import { quantise } from '../../src/modules/exion/dit/quantise.ts';
import { loadDitSamples } from '../../src/modules/exion/dit/samples.ts';
import { ExionBlock } from '../../src/modules/exion/golden/block.ts';
import { random } from '../../src/modules/exion/golden/prng.ts';
import { reuseState } from '../../src/modules/exion/golden/tensors.ts';
import { runBlock } from './own-block.ts';
import { writeNetwork } from './own-network.ts';

const folder = mkdtempSync(join(tmpdir(), 'kiln-guide-'));
afterAll(() => rmSync(folder, { recursive: true }));

test("the guide's network is written, and its first block runs on the design", async () => {
  writeNetwork(folder);
  const network = quantise(loadDitNetwork(folder), loadDitSamples(folder));
  const { shape } = network;
  const rand = random(2);
  const inputs = Array.from({ length: 2 }, () =>
    Int16Array.from({ length: shape.tokens * shape.width }, () => Math.round(8000 * (rand() - rand()))),
  );
  const conditioning = network.conditioning[0]!.slice(0, 2).map(({ blocks }) => blocks[0]!);
  const settings = { sparseIterations: 1, theta: 20, keys: 8, dominance: [60, 60] };
  const job = { shape, block: network.blocks[0]!, conditioning, inputs, settings };
  const { outputs, cycles, errors } = await runBlock(job);

  const golden = new ExionBlock(network, 0);
  const state = reuseState(shape);
  const expected = inputs.map((x, it) => {
    const keep = (head: number) => ({ keys: 8, dominance: settings.dominance[head]! });
    golden.run(x, conditioning[it]!, { dense: it === 0, theta: 20, keep }, state);
    return golden.tensors.afterFfn.slice();
  });
  expect(errors).toEqual([]);
  expect(outputs).toEqual(expected);
  expect(cycles).toBeGreaterThan(1000);
});
