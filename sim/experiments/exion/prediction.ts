// SPDX-License-Identifier: Apache-2.0
import { keepRow, twoStep } from '../../../src/modules/exion/golden/eager.ts';
import { clamp } from '../../../src/modules/exion/golden/arith.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { type Experiment, figure } from '../experiment.ts';

const tokens = 256;
const headWidth = 64;
const modelWidth = 256;
const kept = Math.round(0.05 * tokens);

type Truncate = (v: number) => number;
const exact: Truncate = (v) => v;
const oneStep: Truncate = (v) => (v === 0 ? 0 : Math.sign(v) * 2 ** (31 - Math.clz32(Math.abs(v))));

/** Rows of int8 codes with a Gaussian distribution of a quarter of the range. */
function gaussian(rand: () => number, rows: number, columns: number): number[][] {
  const draw = (): number => Math.sqrt(-2 * Math.log(1 - rand())) * Math.cos(2 * Math.PI * rand());
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => clamp(Math.round(32 * draw()), 8)));
}

/** a . b^T of truncated operands. */
function product(a: readonly number[][], b: readonly number[][], truncate: Truncate): number[][] {
  const [left, right] = [a, b].map((rows) => rows.map((row) => row.map(truncate))) as [number[][], number[][]];
  return left.map((x) => right.map((y) => x.reduce((sum, value, i) => sum + value * y[i]!, 0)));
}

/** Scaled so that the largest value is 127. */
function rescaled(rows: number[][]): number[][] {
  const most = rows.flat().reduce((all, v) => Math.max(all, Math.abs(v)), 1);
  return rows.map((row) => row.map((v) => clamp(Math.round((v * 127) / most), 8)));
}

/** Share of the exactly best keys that are among the predicted ones. */
function recall(truth: readonly number[][], predicted: readonly number[][]): number {
  const rule = { shift: 0, dominance: 65536, k: kept };
  const largest = (rows: readonly number[][]): number =>
    rows.flat().reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  const scale = Math.max(largest(truth), largest(predicted)) / 32767;
  const best = (row: readonly number[]): Uint8Array =>
    keepRow(
      row.map((v) => v / scale),
      rule,
    ).kept;
  const hits = truth.map((row, i) => {
    const wanted = best(row);
    return best(predicted[i]!).reduce((sum, bit, j) => sum + (bit & wanted[j]!), 0);
  });
  return hits.reduce((sum, each) => sum + each, 0) / (kept * truth.length);
}

function errors(truncate: Truncate): { mean: number; most: number } {
  const lost = Array.from({ length: 127 }, (_, i) => 1 - truncate(i + 1) / (i + 1));
  return { mean: lost.reduce((sum, each) => sum + each, 0) / lost.length, most: Math.max(...lost) };
}

export const prediction: Experiment = {
  system: 'exion',
  number: 7,
  name: 'prediction',
  title: 'Eager prediction: one and two steps of leading-one detection',
  published: 'the second step is more accurate; no number was found',
  method:
    'Model (golden arithmetic, to which the prediction engine is equal bit for bit): share of the exactly best 5 % of 256 keys that prediction keeps, Gaussian operands, 64 wide heads; once with exact Q and K, once predicted from X and the weights (256 wide). Mean over seeds.',
  run({ quick, progress }) {
    const seeds = Array.from({ length: quick ? 1 : 4 }, (_, i) => i + 1);
    const sums = { scores: [0, 0], fromX: [0, 0] };
    for (const seed of seeds) {
      const rand = random(seed);
      const x = gaussian(rand, tokens, modelWidth);
      const weights = [gaussian(rand, headWidth, modelWidth), gaussian(rand, headWidth, modelWidth)];
      const projections = (truncate: Truncate): number[][][] => weights.map((w) => rescaled(product(x, w, truncate)));
      const [q, k] = projections(exact) as [number[][], number[][]];
      const truth = product(q, k, exact);
      [oneStep, twoStep].forEach((truncate, i) => {
        const [qp, kp] = projections(truncate) as [number[][], number[][]];
        sums.scores[i]! += recall(truth, product(q, k, truncate)) / seeds.length;
        sums.fromX[i]! += recall(truth, product(qp, kp, truncate)) / seeds.length;
      });
      progress(seed / seeds.length, `seed ${seed}`);
    }
    const [one, two] = [errors(oneStep), errors(twoStep)];
    const percent = (v: number): string => `${(100 * v).toFixed(1)} %`;
    const measures = [
      ['recall, scores alone', sums.scores[0]!, sums.scores[1]!, '0.76', '0.90'],
      ['recall, from X', sums.fromX[0]!, sums.fromX[1]!, '0.61', '0.84'],
    ] as const;
    return Promise.resolve({
      columns: ['measure', 'one step', 'two steps', 'one step (model)', 'two steps (model)'],
      rows: [
        ...measures.map(([name, a, b, ma, mb]) => [name, figure(a), figure(b), ma, mb]),
        ['mean truncation', percent(one.mean), percent(two.mean), '29.2 %', '8.6 %'],
        ['largest truncation', percent(one.most), percent(two.most), '49.6 %', '24.4 %'],
      ],
      findings: [
        {
          text: `two steps keep at least 0.84 of the best keys from X: ${figure(sums.fromX[1]!)}`,
          holds: sums.fromX[1]! >= 0.84,
        },
        {
          text: `one step keeps about 0.61: ${figure(sums.fromX[0]!)}`,
          holds: Math.abs(sums.fromX[0]! - 0.61) <= 0.06,
        },
        { text: 'the second step is more accurate', holds: sums.scores[1]! > sums.scores[0]! && two.mean < one.mean },
      ],
      plot: {
        x: 'operands',
        y: 'share of the best keys kept',
        kind: 'bar',
        points: measures.flatMap(([name, a, b]) => [
          { x: name, y: a, series: 'one step' },
          { x: name, y: b, series: 'two steps' },
        ]),
      },
    });
  },
};
