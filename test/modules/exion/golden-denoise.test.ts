// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { quantise, quantiseImage } from '../../../src/modules/exion/dit/quantise.ts';
import type {
  NetworkShape,
  QuantisedNetwork,
  SparsitySettings,
} from '../../../src/modules/exion/dit/quantised.types.ts';
import { settingsFor } from '../../../src/modules/exion/dit/settings.ts';
import { syntheticDit } from '../../../src/modules/exion/dit/synthetic.ts';
import { ExionBlock } from '../../../src/modules/exion/golden/block.ts';
import { type DenoiseSettings, denoise, exactSettings } from '../../../src/modules/exion/golden/denoise.ts';
import { macCounter, skippedShare } from '../../../src/modules/exion/golden/macs.ts';
import { plainDenoise } from '../../../src/modules/exion/golden/plain.ts';
import { type BlockTensors, blockScratch, reuseState } from '../../../src/modules/exion/golden/tensors.ts';
import { thetaForSparsity } from '../../../src/modules/exion/golden/threshold.ts';

const small: NetworkShape = { tokens: 7, width: 12, heads: 3, ffn: 20, blocks: 2, pixels: 4, labels: 1, steps: 8 };
const everything = { images: [0], stride: 1 };

function networkOf(seed: number, shape: NetworkShape) {
  const { network, samples } = syntheticDit(seed, shape);
  const quantised = quantise(network, samples, everything);
  return { quantised, samples, noise: quantiseImage(quantised, samples.state(0, 0)) };
}
const { quantised, samples, noise } = networkOf(1, small);
const exact = exactSettings(quantised);
const sparse = settingsFor(quantised, samples, { ffn: 0.7, sparseIterations: 2, keys: 3, lead: 2 }, everything);

type At = { step: number; dense: boolean; block: number; theta: number };
type Seen = { at: At; t: BlockTensors & { x: Int16Array } };

/** Copies of all tensors of every block of every step. */
function record(settings: DenoiseSettings, network: QuantisedNetwork = quantised): { seen: Seen[]; image: Int16Array } {
  const seen: Seen[] = [];
  const block = (at: At, t: Seen['t']): void => void seen.push({ at, t: structuredClone(t) });
  return { image: denoise(network, 0, noise, settings, { observer: { block } }), seen };
}

describe('equal to the model that leaves nothing out, when sparsity is off (paper 8)', () => {
  it.each<[string, NetworkShape]>([
    ['odd sizes', small],
    [
      'one token, one of everything',
      { tokens: 1, width: 2, heads: 1, ffn: 1, blocks: 1, pixels: 1, labels: 1, steps: 3 },
    ],
    ['heads of one channel', { tokens: 5, width: 4, heads: 4, ffn: 3, blocks: 1, pixels: 2, labels: 2, steps: 4 }],
    ['wide', { tokens: 4, width: 64, heads: 2, ffn: 130, blocks: 1, pixels: 9, labels: 1, steps: 3 }],
  ])('%s', (_, shape) => {
    const { quantised: network, noise: start } = networkOf(3, shape);
    const plain = plainDenoise(network, 0, start);
    expect(denoise(network, 0, start, exactSettings(network))).toEqual(plain);
    // Sparse iterations that compute everything anew change nothing either, nor does a k beyond T.
    const anew = { ...exactSettings(network), sparseIterations: 2, keys: shape.tokens + 5 };
    expect(denoise(network, 0, start, anew)).toEqual(plain);
  });

  it('and different when sparsity is on', () => {
    expect(denoise(quantised, 0, noise, sparse)).not.toEqual(plainDenoise(quantised, 0, noise));
  });

  it('a part of the loop continues from the image before it', () => {
    const half = denoise(quantised, 0, noise, exact, { steps: 5 });
    expect(denoise(quantised, 0, half, exact, { first: 5 })).toEqual(denoise(quantised, 0, noise, exact));
  });
});

describe('FFN-Reuse', () => {
  const { seen } = record(sparse);

  it('iteration it is dense when it mod (N + 1) = 0', () => {
    expect(seen.filter((s) => s.at.block === 0 && s.at.dense).map((s) => s.at.step)).toEqual([0, 3, 6]);
  });

  it('P + Qs = Y, MASK is |h| > theta, and both persist until the next dense iteration', () => {
    let marked = 0;
    for (const { at, t } of seen) {
      if (at.dense) {
        expect(t.reused.map((p, e) => p + t.recomputed[e]!)).toEqual(t.product);
        expect(t.mask).toEqual(Uint8Array.from(t.hidden, (h) => (Math.abs(h) > at.theta ? 1 : 0)));
        marked += t.mask.filter((bit) => bit === 1).length;
      } else {
        const before = seen.find((s) => s.at.step === at.step - 1 && s.at.block === at.block)!.t;
        expect([t.mask, t.reused]).toEqual([before.mask, before.reused]);
        expect(
          t.hidden.every((h, e) => h === 0 || t.mask[e] === 1),
          'unmarked activations are 0',
        ).toBe(true);
      }
    }
    expect(marked).toBeGreaterThan(0);
  });

  it('a marked activation of a sparse iteration is what a dense one would compute', () => {
    const at = seen.find((s) => !s.at.dense && s.at.block === 1)!;
    const block = new ExionBlock(quantised, 1);
    const conditioning = quantised.conditioning[0]![at.at.step]!.blocks[1]!;
    const keep = (head: number) => ({ keys: sparse.keys, dominance: sparse.dominance[1]![head]! });
    block.run(at.t.x, conditioning, { dense: true, theta: -1, keep }, reuseState(small));
    expect(at.t.hidden).toEqual(block.tensors.hidden.map((h, e) => h * at.t.mask[e]!));
  });

  it('theta 127: nothing is computed anew, the FFN stays what it was', () => {
    const { seen: all } = record({ ...exact, sparseIterations: 7, theta: [127, 127] });
    for (const { at, t } of all) {
      expect(t.mask.every((bit) => bit === 0)).toBe(true);
      if (!at.dense) expect([t.hidden.every((h) => h === 0), t.product.every((y) => y === 0)]).toEqual([true, true]);
    }
    const [dense] = all;
    expect(dense!.t.reused).toEqual(dense!.t.product);
  });

  it('theta 0: everything but zeros; an activation at theta itself is not marked', () => {
    const { seen: all } = record({ ...exact, theta: [0, 0] });
    expect(all.every(({ t }) => t.hidden.every((h, e) => (h !== 0) === (t.mask[e] === 1)))).toBe(true);
    const theta = Math.abs(all[0]!.t.hidden.find((h) => h !== 0)!);
    const { t } = record({ ...exact, theta: [theta, theta] }).seen[0]!;
    const at = t.hidden.findIndex((h) => Math.abs(h) === theta);
    expect(t.mask[at]).toBe(0);
  });

  it('automatic thresholds: of the dense pass before; the first is given', () => {
    const { seen: all } = record({ ...sparse, theta: [11, 12], autoSparsity: 0.9 });
    const dense = all.filter((s) => s.at.dense && s.at.block === 1);
    expect(dense.map((s) => s.at.theta)).toEqual([
      12,
      ...dense.slice(0, -1).map((s) => thetaForSparsity(s.t.hidden, 0.9)),
    ]);
  });

  it('a sparse iteration before a dense one is refused', () => {
    const block = new ExionBlock(quantised, 0);
    const keep = () => ({ keys: 1, dominance: 0 });
    const run = (dense: boolean, state = reuseState(small)) =>
      block.run(new Int16Array(84), quantised.conditioning[0]![0]!.blocks[0]!, { dense, theta: 0, keep }, state);
    expect(() => run(false)).toThrow('sparse iteration before a dense one');
  });
});

describe('eager prediction', () => {
  const { tokens: T, heads: H } = small;
  const rowOf = (bits: Uint8Array, head: number, row: number): Uint8Array =>
    bits.subarray((head * T + row) * T, (head * T + row + 1) * T);

  it('a row keeps k keys, or the one that dominates; RQ and RK follow', () => {
    const { seen } = record(sparse);
    const kinds = new Set<number>();
    for (const { t } of seen) {
      for (let g = 0; g < H; g++) {
        const needed = new Uint8Array(T);
        for (let i = 0; i < T; i++) {
          const kept = rowOf(t.kept, g, i);
          const count = kept.reduce((sum, bit) => sum + bit, 0);
          const live = t.queryRows[g * T + i]!;
          expect(count).toBe(live === 1 ? sparse.keys : 1);
          kept.forEach((bit, j) => (needed[j]! |= bit & live));
          kinds.add(live);
          if (live === 0)
            expect([...rowOf(new Uint8Array(t.probabilities), g, i)]).toEqual([...kept].map((b) => 127 * b));
        }
        expect(t.keyRows.subarray(g * T, (g + 1) * T)).toEqual(needed);
      }
      expect(t.probabilities.every((p, e) => p === 0 || t.kept[e] === 1)).toBe(true);
    }
    expect([...kinds].sort(), 'both kinds of rows occur').toEqual([0, 1]);
  });

  it('what is not computed is never looked at', () => {
    const scratch = blockScratch(small);
    const poisoned = blockScratch(small);
    for (const tensor of [poisoned.query, poisoned.key]) tensor.fill(-77);
    poisoned.scores.fill(2 ** 30);
    poisoned.hidden.fill(99);
    const keep = () => ({ keys: 2, dominance: 300 });
    const conditioning = quantised.conditioning[0]![2]!.blocks[0]!;
    const x = Int16Array.from({ length: 84 }, (_, e) => ((e * 2654435761) % 20011) - 10000);
    const [a, b] = [scratch, poisoned].map((s) => {
      const block = new ExionBlock(quantised, 0, s);
      const state = reuseState(small);
      block.run(x, conditioning, { dense: true, theta: 20, keep }, state);
      s.hidden.fill(s === poisoned ? 99 : 0);
      block.run(x, conditioning, { dense: false, theta: 20, keep }, state);
      return [s.probabilities, s.mix, s.afterAttention, s.hidden, s.afterFfn];
    });
    expect(b).toEqual(a);
    expect(poisoned.query.some((q) => q === -77) && poisoned.scores.some((s) => s === 2 ** 30)).toBe(true);
  });

  it('dominance 0: every row is the value of its best key, no row of Q or K is computed', () => {
    const none = exact.dominance.map((heads) => heads.map(() => 0));
    const { seen } = record({ ...exact, dominance: none });
    const channels = small.width / H;
    for (const { at, t } of seen) {
      expect([...t.queryRows, ...t.keyRows].every((bit) => bit === 0)).toBe(true);
      const { gain, shift } = quantised.blocks[at.block]!.mix;
      for (let g = 0; g < H; g++) {
        const best = rowOf(t.kept, g, T - 1).indexOf(1);
        for (let c = g * channels; c < (g + 1) * channels; c++) {
          const value = 127 * t.value[best * small.width + c]! * gain[c]! + 2 ** (shift - 1);
          expect(t.mix[(T - 1) * small.width + c]).toBe(Math.max(-127, Math.min(127, Math.floor(value / 2 ** shift))));
        }
      }
    }
  });

  it('k of T or more with dominance off keeps all', () => {
    for (const keys of [T, T + 1, 8191]) {
      const { seen } = record({ ...exact, keys });
      expect(seen.every(({ t }) => [...t.kept, ...t.queryRows, ...t.keyRows].every((bit) => bit === 1))).toBe(true);
    }
  });
});

describe('multiplications', () => {
  it('with s of the FFN reused in N of N + 1 iterations, s N / (N + 1) is skipped (paper 2)', () => {
    const { count, observer } = macCounter(small);
    const settings = { ...exact, sparseIterations: 3, theta: [127, 127] };
    denoise(quantised, 0, noise, settings, { observer });
    expect(skippedShare(count, ['ffn1', 'ffn2'])).toBeCloseTo(3 / 4, 12);
    expect(skippedShare(count, ['query', 'key', 'value', 'scores', 'mix', 'projection', 'recomputed'])).toBe(0);
    expect(count.dense.ffn1).toBe(8 * 2 * 7 * 12 * 20);
  });

  it('k of T keys: that share of the scores; dominated rows none', () => {
    const counted = (settings: SparsitySettings) => {
      const { count, observer } = macCounter(small);
      denoise(quantised, 0, noise, settings, { observer });
      return count;
    };
    const kept = counted({ ...exact, keys: 3 });
    expect(skippedShare(kept, ['scores', 'mix'])).toBeCloseTo(1 - 3 / 7, 12);
    const dominated = counted({ ...exact, dominance: exact.dominance.map((heads) => heads.map(() => 0)) });
    expect([dominated.done.query, dominated.done.key, dominated.done.scores]).toEqual([0, 0, 0]);
    expect(dominated.done.mix).toBe(dominated.dense.mix / 7);
  });

  it('Qs is paid for in dense iterations', () => {
    const { count, observer } = macCounter(small);
    denoise(quantised, 0, noise, exact, { observer });
    expect(count.done.recomputed).toBe(count.dense.ffn2);
    expect(skippedShare(count, ['ffn2', 'recomputed'])).toBe(-1);
  });
});

describe('settings and arguments are checked', () => {
  it.each<[Partial<SparsitySettings>, string]>([
    [{ keys: 0 }, 'keys is 0: expected an integer 1 .. 8191'],
    [{ theta: [3] }, 'theta[1] is undefined'],
    [{ theta: [3, 128] }, 'theta[1] is 128: expected an integer -1 .. 127'],
    [{ sparseIterations: -1 }, 'sparseIterations is -1'],
    [{ dominance: [[1, 2, 3]] }, 'dominance[1][0] is undefined'],
    [
      {
        dominance: [
          [1, 2, 65537],
          [1, 2, 3],
        ],
      },
      'dominance[0][2] is 65537',
    ],
  ])('%o', (change, message) => {
    expect(() => denoise(quantised, 0, noise, { ...exact, ...change })).toThrow(message);
  });

  it('label, noise, steps', () => {
    expect(() => denoise(quantised, 2, noise, exact)).toThrow('label 2: expected 0 .. 1');
    expect(() => denoise(quantised, 0, noise.subarray(1), exact)).toThrow('noise has 27 pixels: expected 7 x 4');
    expect(() => denoise(quantised, 0, noise, exact, { first: 3, steps: 6 })).toThrow(
      'steps 3 .. 8: expected within 0 .. 7',
    );
    expect(() => new ExionBlock(quantised, 2)).toThrow('block 2 of 2');
  });
});
