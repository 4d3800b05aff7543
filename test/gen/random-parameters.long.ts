// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { Random } from '../../sim/index.ts';
import { packageDesign } from '../../src/gen/package/package-design.ts';
import { findDesign } from '../../src/gen/registry.ts';
import { lintVerilog } from '../support/verilog-lint.ts';
import { type Choices, pickAll, soakRuns, soakSeed } from '../support/soak.ts';

const runs = soakRuns(12);
console.log(`random parameters from KILN_SEED=${soakSeed}`);

/** Values that are tried together; most sets break a rule of the schema, and then they have to be refused there. */
const choices: Readonly<Record<string, Choices>> = {
  tcore: { limb: [4, 6, 8, 16, 30, 62, 64, 126], pipeline: ['deep', 'shallow'], tagBits: [1, 7], words: [false, true] },
  zkflex: {
    ...{ limb: [4, 8, 10, 64], pipeline: ['deep', 'shallow'], limbs: [2, 3, 6], nodes: [1, 2, 4, 8] },
    ...{ bankWords: [2, 16, 64], twiddleWords: [2, 64], windowBits: [1, 2, 4], windows: [1, 3, 16] },
    ...{ keys: [1, 8, 64], pool: [2, 8, 65], fifoDepth: [2, 3, 64], addressWidth: [32, 40, 64] },
    ...{ busBits: [32, 64, 1024], maxBurst: [16, 256] },
  },
  conmerge: {
    ...{ rows: [1, 2, 3, 4, 8], cols: [1, 2, 3, 4, 8], columns: [4, 8, 24, 64], slots: [1, 2, 3, 4], tries: [1, 2, 3] },
    ...{ bounds: [[], [1], [1, 2]], ncvg: [1, 2] },
  },
  exion: {
    ...{ size: [1, 2, 4, 8], lanes: [1, 2, 4, 8, 16], slots: [1, 2, 3], tries: [1, 2], bounds: [[], [1], [1, 2]] },
    ...{ window: [1, 2, 5], ncvg: [1, 2], placement: ['free', 'lane', 'colour'], drain: [1, 2, 4] },
    ...{ columns: [8, 32, 64], depth: [16, 64], weightWords: [16, 64], tokens: [4, 16], maskWords: [64, 128] },
    ...{ params: [32, 64], topkWidth: [1, 4, 8], mapBuffers: [2, 3, 5], cores: [1, 2, 3], scratchWords: [64, 100] },
    ...{ traceDepth: [2, 64], addressWidth: [32, 64], maxBurst: [16, 256] },
  },
};

describe.each(Object.entries(choices))('%s', (name, fields) => {
  test('random parameters are refused by the schema, or make Verilog without a warning', async () => {
    const entry = await findDesign(name);
    const random = new Random(soakSeed);
    let [accepted, refused] = [0, 0];
    while (accepted < runs && accepted + refused < 200_000) {
      const params = pickAll(random, fields);
      if (!entry.schema.safeParse(params).success) {
        refused++;
        continue;
      }
      accepted++;
      await check(entry, params);
    }
    console.log(`${name}: ${accepted} sets clean, ${refused} refused`);
    expect(accepted).toBe(runs);
  });
});

async function check(entry: Awaited<ReturnType<typeof findDesign>>, params: object): Promise<void> {
  try {
    await lintVerilog(packageDesign(entry, params).verilog);
  } catch (error) {
    throw new Error(`${entry.name} ${JSON.stringify(params)}\n${(error as Error).message}`, { cause: error });
  }
}
