// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { ZkFlexParams } from '../../../../src/modules/zkflex/top/zkflex.params.ts';
import { checkSums, checkTransforms } from './top.cases.ts';
import { open } from './top.support.ts';
import { type Choices, pickAll, soakRuns, soakSeed } from '../../../support/soak.ts';

const runs = soakRuns(30);

const choices: Choices = {
  ...{ limb: [8, 10, 16], pipeline: ['deep', 'shallow'], limbs: [2, 3, 6], nodes: [1, 2, 4, 8] },
  ...{ bankWords: [1, 2, 4, 16, 64], twiddleWords: [2, 4, 16, 64, 512], windowBits: [1, 2, 4, 5], windows: [1, 3, 16] },
  ...{ keys: [1, 2, 8, 16, 256], pool: [2, 4, 8, 16, 257], fifoDepth: [2, 3, 64], addressWidth: [40, 64] },
  ...{ busBits: [32, 64, 256], maxBurst: [16, 256] },
};
const modes = ['mode0', 'mode1', 'mode2'] as const;

test('transforms and sums on random designs equal the golden model', async () => {
  console.log(`random designs from KILN_SEED=${soakSeed}`);
  const random = new Random(soakSeed);
  for (let done = 0; done < runs;) {
    const chosen = pickAll(random, choices);
    const { data: params } = ZkFlexParams.safeParse(chosen);
    const mode = random.pick(modes);
    // A mode has 2, 3 or 6 limbs; the words of the memories have to hold them.
    if (params === undefined || params.limbs < [2, 3, 6][modes.indexOf(mode)]!) continue;
    const engine = await open(params);
    try {
      checkTransforms(engine, params, tinyFields[mode].prime, [0, 2, 4, 6]);
      checkSums(engine, params, tinyCurves[mode], [0, 1, 24]);
    } catch (error) {
      throw new Error(`${mode} on ${JSON.stringify(chosen)}: ${(error as Error).message}`, { cause: error });
    } finally {
      engine.close();
    }
    done++;
  }
  expect(runs).toBeGreaterThan(0);
});
