// SPDX-License-Identifier: Apache-2.0
import type { ConMergeParams } from '../../../src/modules/exion/conmerge.params.ts';
import { iidMask, type Mask } from '../../../src/modules/exion/mask.ts';
import { type Experiment, figure, type Measured, measured, near, percentile, type PlotPoint } from '../experiment.ts';
import { Compactor, seedsOf, variants } from './compactor.ts';
import { gathered, MappedArray } from './mapped-array-bench.ts';
import { modelSeeds, sampled } from './samples.ts';

type Variant = keyof typeof variants;
const names = Object.keys(variants) as Variant[];

/** The paper file's model (section 3.3), and its cycles of the vector generator a block, merge with cv. */
const model: Readonly<Record<number, Readonly<Record<Variant | 'cycles', number>>>> = {
  70: { condense: 1.0, 'merge, no cv': 0.99, 'merge with cv': 0.56, 'cv, no sort': 0.72, cycles: 26 },
  80: { condense: 0.97, 'merge, no cv': 0.94, 'merge with cv': 0.42, 'cv, no sort': 0.47, cycles: 24 },
  90: { condense: 0.82, 'merge, no cv': 0.71, 'merge with cv': 0.28, 'cv, no sort': 0.28, cycles: 11 },
  95: { condense: 0.56, 'merge, no cv': 0.43, 'merge with cv': 0.19, 'cv, no sort': 0.19, cycles: 7 },
  97: { condense: 0.39, 'merge, no cv': 0.29, 'merge with cv': 0.14, 'cv, no sort': 0.14, cycles: 6 },
};
const sparsities = Object.keys(model).map(Number);

const columns = 1024;
/** Words of a contraction of 1152. */
const words = 72;
/** Seeds on the compactor, and those whose control words go on to the array. */
const [onCompactor, onArray] = [12, 3];

/** A cell of the table. */
interface Cell {
  readonly sparsity: number;
  readonly name: Variant;
  /** Control words / dense blocks, and cycles of the vector generator a word: golden model. */
  readonly ratio: Measured;
  readonly cycles: Measured;
  /** Cycles of the array / those of the dense GEMM: RTL. */
  readonly array: Measured;
  readonly printed: number;
}

export const arrayCycles: Experiment = {
  system: 'exion',
  number: 2,
  name: 'array-cycles',
  title: 'Array cycles: condense, merge, merge with conflict vector',
  published: 'per-model values were not found',
  method: `Independent masks of 16 x 1024, free placement, M = 3, TRIES = 2. Blocks / dense blocks: golden model, 200 seeds, the first ${onCompactor} of which run through the compactor RTL, every control word compared. Array cycles: the control words that the RTL gives for ${onArray} seeds go through the map buffers into the array RTL (16 x 16 x 16, PD = 4, K = 1152), columns gathered into the lanes that the words give them; cycles of the GEMM from the transfer of the command to done, beside those of the dense GEMM. Results compared.`,
  async run({ quick, progress }) {
    const compactor = new Compactor();
    const array = await MappedArray.create();
    const blocks = columns / array.p.size;
    const command = { kind: 'osparse', n: blocks, k: words, dst: 0, srcA: words, srcB: 0 } as const;
    const whole = { ...command, kind: 'dense', srcA: 0 } as const;
    array.fill(1, 2 * words, blocks * words);
    const dense = array.run(whole);
    let isExact = dense === array.expect(whole, { words: null, chunks: null }).cycles;
    const found: Cell[] = [];
    for (const sparsity of sparsities) {
      const maskOf = (seed: number) => iidMask(seed, 16, columns, 1 - sparsity / 100);
      const masks = modelSeeds(quick).map(maskOf);
      for (const name of names) {
        const { ratio, cycles } = sampled(masks, compactor.params, variants[name]);
        const arrayRatios: number[] = [];
        for (const seed of seedsOf(quick, onCompactor)) {
          const run = await compactor.run([masks[seed - 1]!], variants[name]);
          if (seed > onArray) continue;
          const map = gathered(run.words, array.p.size);
          const spent = array.run({ ...command, map: array.load(map) });
          arrayRatios.push(spent / dense);
          isExact &&= spent === array.expect(command, { words: map, chunks: null }).cycles;
        }
        array.checkOutputs();
        found.push({ sparsity, name, ratio, cycles, array: measured(arrayRatios), printed: model[sparsity]![name] });
        progress(found.length / (sparsities.length * names.length), `${sparsity} %, ${name}`);
      }
    }
    await compactor.close();
    array.close();
    const away = found.map(({ ratio, printed }) =>
      ratio.deviation > 0 ? Math.abs(printed - ratio.mean) / ratio.deviation : 0,
    );
    const of = (sparsity: number, name: Variant) =>
      found.find((each) => each.sparsity === sparsity && each.name === name)!;
    const note = noteOn(
      of(70, 'cv, no sort').ratio,
      compactor.params,
      modelSeeds(quick).map((seed) => iidMask(seed, 16, columns, 0.3)),
      Math.max(...away),
    );
    const points: PlotPoint[] = found.map(({ sparsity, name, array: cycles }) => ({
      x: sparsity,
      y: cycles.mean,
      series: name,
    }));
    return {
      columns: [
        'sparsity',
        'variant',
        'model',
        'blocks / dense',
        'deviation of a seed',
        'least',
        'most',
        'percentile of the model',
        'array cycles / dense, RTL',
      ],
      rows: found.map(({ sparsity, name, ratio, array: cycles, printed }) => [
        `${sparsity} %`,
        name,
        printed,
        figure(ratio.mean),
        figure(ratio.deviation),
        figure(ratio.least),
        figure(ratio.most),
        Math.round(percentile(ratio, printed)),
        figure(cycles.mean),
      ]),
      findings: [
        ...found.map(({ sparsity, name, ratio, printed }) => ({
          ...near(`${sparsity} % ${name}`, ratio, printed),
          ...(sparsity === 70 && name === 'cv, no sort' ? { missed: unsorted } : {}),
        })),
        ...sparsities.map((sparsity) =>
          near(
            `${sparsity} % cycles of the vector generator a block`,
            of(sparsity, 'merge with cv').cycles,
            model[sparsity]!.cycles,
            0.5 + 0.03 * model[sparsity]!.cycles,
          ),
        ),
        ...sparsities.map((sparsity) => {
          const [condense, noCv, cv] = names.map((name) => of(sparsity, name).array.mean) as [number, number, number];
          return {
            text: `${sparsity} %: array cycles of condense >= no cv >= cv`,
            holds: condense >= noCv && noCv >= cv,
          };
        }),
        {
          text: 'cycles of the array equal its formula, 14 + k + sum of max(k, slots C / PD) + last drain, for every unit',
          holds: isExact,
        },
        {
          text: `every figure of the model is within two standard deviations of what a single seed gives: ${figure(Math.max(...away))} at most`,
          holds: Math.max(...away) <= 2,
        },
      ],
      notes: [note],
      plot: { x: 'sparsity, %', y: 'array cycles / dense cycles', kind: 'line', points },
    };
  },
};

const unsorted = 'no cell spreads more between seeds, and 0.72 is well inside of what single seeds give; see below';

/** What stands behind the figures of the model: how many seeds they are, and what another TRIES would give. */
function noteOn(unsortedSeeds: Measured, compactor: ConMergeParams, masks: readonly Mask[], distance: number): string {
  const at = (tries: number): string =>
    figure(sampled(masks, { ...compactor, tries }, variants['cv, no sort']).ratio.mean);
  const { mean, deviation, least, most } = unsortedSeeds;
  return [
    `The figures of the model are such as few seeds give: each is within ${figure(distance)} standard deviations of a single seed, but not all are those of a mean over many.`,
    `Condense shows it, whose mean is known exactly: E[ceil(kept columns / 16)] / 64 = 0.980 at 80 %, where the model has 0.97; that is 62 of 64 blocks, or the share of kept columns, 0.972, not rounded to blocks.`,
    `70 % without sorting: ${figure(mean)} on average, ${figure(least)} to ${figure(most)} (standard deviation ${figure(deviation)}); the model's 0.72 is at the ${Math.round(percentile(unsortedSeeds, 0.72))}th percentile.`,
    `TRIES = 1 would give ${at(1)}, TRIES = 3 ${at(3)}; other orders of rows and ties give less (docs/rationale/exion-core.md), so the procedure of the paper file is the reading nearest to 0.72.`,
  ].join(' ');
}
