// SPDX-License-Identifier: Apache-2.0
import { kBuildCycles } from '../../../src/modules/exion/golden/cau.ts';
import { kMerge } from '../../../src/modules/exion/golden/kmerge.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { iidMask } from '../../../src/modules/exion/mask.ts';
import { type Experiment, figure, type Measured, measured } from '../experiment.ts';
import { seedsOf } from './compactor.ts';
import { CorePair, scratchLatency } from './core-pair-bench.ts';
import { modelSeeds } from './samples.ts';

/** The published range of first-layer output sparsity. */
const sparsities = [0.7, 0.8, 0.9, 0.95, 0.97];
/** The paper file's K-merge model with free lanes, to two places. */
const freeLanes = [0.54, 0.37, 0.28, 0.19, 0.13];
/** F: channels of the hidden layer, the contraction of the second one; the hardware has the first two. */
const widths = [1024, 2048, 4608];
/** Seeds that the hardware runs. */
const most = 3;

/** Of one sparsity and width: means over seeds. */
interface Pass {
  readonly sparsity: number;
  readonly width: number;
  /** Chunks / words of the dense contraction, golden model. */
  readonly ratio: Measured;
  /** Cycles of GEMM KMERGE / GEMM DENSE, and of KBUILD / GEMM DENSE; null where the hardware has no room. */
  readonly pass: Measured | null;
  readonly build: Measured | null;
}

export const denseOverhead: Experiment = {
  system: 'exion',
  number: 12,
  name: 'dense-overhead',
  title: 'What a dense iteration pays for reuse: the Qs pass',
  published: 'not found',
  method: `Independent masks of 16 x F, L = 16, M = 3, WIN = 8, column f bound to lane f mod L. RTL (CAU and SDUE of a core), ${most} seeds, F = 1024 and 2048: KBUILD of the mask, then the pass Qs = (H o MASK) W2 as GEMM KMERGE beside the dense GEMM of the same layer; cycles from transfer to done, results compared. "Of the FFN": the two layers of the FFN have equal dense cycles, so the pass adds half of its share of one. The mask is written by the special function unit with the column that it makes, in no cycle of its own. Chunks: golden model, 200 seeds, also for F = 4608, for which the memories of the core are too small.`,
  async run({ quick, progress }) {
    const pair = await CorePair.create();
    const { size, lanes, slots, window, depth, weightWords, columns } = pair.p;
    const shape = { lanes, slots, window, size, depth };
    const used = quick ? widths.slice(0, 1) : widths;
    let isExact = true;
    const passes: Pass[] = [];
    for (const width of used) {
      const k = width / lanes;
      const n = Math.min(columns / size, Math.floor(weightWords / k));
      const command = { n, k, dst: 0, srcA: 0, srcB: 0 } as const;
      const onHardware = width <= depth;
      let dense = 0;
      if (onHardware) {
        pair.fill(width, k, n * k);
        dense = pair.run({ ...command, kind: 'dense' });
        isExact &&= dense === pair.expect({ ...command, kind: 'dense' }, { words: null, chunks: null }).cycles;
        const rand = random(width);
        pair.tensor = Int8Array.from({ length: size * width }, () => Math.floor(255 * rand()) - 127);
      }
      for (const sparsity of sparsities) {
        const maskOf = (seed: number) => iidMask(seed, size, width, 1 - sparsity);
        const chunkCounts = modelSeeds(quick).map((seed) => kMerge(maskOf(seed), shape).length / k);
        const runs = onHardware
          ? seedsOf(quick, most).map((seed) => {
              const mask = maskOf(seed);
              pair.placeMask(mask, 0);
              const build = pair.buildChunks(width, 0, k);
              const pass = pair.run({ ...command, kind: 'kmerge', srcA: k });
              const chunks = kMerge(mask, shape);
              isExact &&= build === kBuildCycles(width, shape, chunks, scratchLatency);
              isExact &&= pass === pair.expectChunks({ ...command, kind: 'kmerge', srcA: k }, mask, chunks);
              pair.checkOutputs();
              return { pass: pass / dense, build: build / dense };
            })
          : [];
        passes.push({
          sparsity,
          width,
          ratio: measured(chunkCounts),
          pass: onHardware ? measured(runs.map(({ pass }) => pass)) : null,
          build: onHardware ? measured(runs.map(({ build }) => build)) : null,
        });
        progress(passes.length / (used.length * sparsities.length), `F = ${width}, ${percent(sparsity)}`);
      }
    }
    pair.close();
    const at95 = passes.filter(({ sparsity }) => sparsity === 0.95);
    const least = at95.at(-1)!.ratio.mean;
    return {
      columns: [
        'F',
        'sparsity',
        'chunks / dense words',
        'free lanes (model)',
        'pass / dense layer, RTL',
        'of the FFN, RTL',
        'KBUILD / dense layer, RTL',
      ],
      rows: passes.map(({ width, sparsity, ratio, pass, build }) => [
        width,
        percent(sparsity),
        figure(ratio.mean),
        freeLanes[sparsities.indexOf(sparsity)]!,
        pass === null ? '' : figure(pass.mean),
        pass === null ? '' : percent(pass.mean / 2),
        build === null ? '' : figure(build.mean),
      ]),
      findings: [
        ...at95.map(({ width, ratio }) => ({
          text: `95 %, F = ${width}: chunks / dense words ${figure(ratio.mean)}, model with free lanes 0.19 +- 0.0200`,
          holds: Math.abs(ratio.mean - 0.19) <= 0.02,
          missed: `a column is bound to its lane, which costs more the shorter the lists are: ${width / lanes} columns a lane`,
        })),
        {
          text: 'cycles of KBUILD and of GEMM equal their formulas, chunks and results the golden model',
          holds: isExact,
        },
        {
          text: `binding a column to its lane costs less the longer the contraction: ${at95.map(({ ratio }) => figure(ratio.mean)).join(', ')} for F = ${used.join(', ')}`,
          holds: at95.every(({ ratio }, i) => i === 0 || ratio.mean <= at95[i - 1]!.ratio.mean) && least >= 0.19 - 0.02,
        },
      ],
      plot: {
        x: 'sparsity, %',
        y: 'share of the cycles of a dense layer',
        kind: 'line',
        points: passes.flatMap(({ sparsity, width, ratio, pass }) => [
          ...(pass === null ? [] : [{ x: 100 * sparsity, y: pass.mean, series: `F = ${width}, RTL` }]),
          ...(pass === null ? [{ x: 100 * sparsity, y: ratio.mean, series: `F = ${width}, chunks` }] : []),
          ...(width === used[0]
            ? [{ x: 100 * sparsity, y: freeLanes[sparsities.indexOf(sparsity)]!, series: 'lanes free (model)' }]
            : []),
        ]),
      },
    };
  },
};

const percent = (v: number): string => `${(100 * v).toFixed(1)} %`;
