// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../../sim/index.ts';
import { exionDenoise } from '../../../sim/workloads/exion-denoise.ts';
import { UsageError } from '../../../src/gen/errors.ts';
import { saveDit } from '../../../src/modules/exion/dit/save.ts';
import { syntheticDit } from '../../../src/modules/exion/dit/synthetic.ts';
import { ExionTopParams } from '../../../src/modules/exion/top/top.params.ts';
import { type Choices, pickAll, soakRuns, soakSeed } from '../../support/soak.ts';

const runs = soakRuns(40);

const networks = [
  { tokens: 9, width: 18, heads: 3, ffn: 30, blocks: 1, pixels: 4, labels: 2, steps: 5 },
  { tokens: 16, width: 32, heads: 4, ffn: 48, blocks: 1, pixels: 4, labels: 2, steps: 4 },
  { tokens: 4, width: 8, heads: 1, ffn: 64, blocks: 2, pixels: 1, labels: 2, steps: 4 },
];

const choices: Choices = {
  ...{ size: [1, 2, 4, 8], lanes: [4, 8, 16], slots: [1, 2, 3, 4], tries: [1, 2], bounds: [[], [1], [1, 2]] },
  ...{ window: [1, 2, 5, 8], ncvg: [1, 2], placement: ['free', 'lane', 'colour'], drain: [1, 2, 4] },
  ...{ columns: [32, 64, 128], depth: [32, 64, 256], weightWords: [64, 512, 1024], tokens: [9, 16, 64] },
  ...{ maskWords: [128, 1024, 4096], params: [64, 128, 1024], topkWidth: [1, 4, 8], mapBuffers: [2, 3, 5, 9] },
  ...{ cores: [1, 2, 3], scratchWords: [1000, 4096, 16384], traceDepth: [2, 64], addressWidth: [32, 64] },
  ...{ maxBurst: [16, 256] },
};

const folder = mkdtempSync(join(tmpdir(), 'kiln-cores-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a period of the denoising loop of random networks on random cores equals the golden model', async () => {
  console.log(`random cores from KILN_SEED=${soakSeed}`);
  const random = new Random(soakSeed);
  networks.forEach((shape, i) => {
    const { network, samples } = syntheticDit(soakSeed + i, shape);
    saveDit(join(folder, String(i)), network, samples);
  });
  let tooSmall = 0;
  for (let done = 0; done < runs;) {
    const chosen = pickAll(random, choices);
    const { data: params } = ExionTopParams.safeParse(chosen);
    const network = random.pick(networks.map((_, i) => i));
    if (params === undefined) continue;
    const what = `network ${network} on ${JSON.stringify(chosen)}`;
    const context = { params, engine: 'embedded', data: join(folder, String(network)) } as const;
    const nothing = { wave: null, limit: null, steps: null, part: null, out: null, progress: () => undefined } as const;
    try {
      const { difference } = await exionDenoise.run({ ...context, ...nothing });
      expect(difference, what).toBe(null);
      done++;
    } catch (error) {
      // A network that does not fit is refused with what it needs.
      if (!(error instanceof UsageError)) throw new Error(`${what}: ${String(error)}`, { cause: error });
      expect(error.message).toMatch(/(needed|need .*:)/);
      tooSmall++;
    }
  }
  console.log(`${runs} cores equal the golden model, ${tooSmall} were too small`);
});
