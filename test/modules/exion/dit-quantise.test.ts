// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { int8Scale, subsample, tableInput } from '../../../src/modules/exion/dit/calibrate.ts';
import { fitAxpy, fitNorm, fitRequantise, fitTensor } from '../../../src/modules/exion/dit/fit.ts';
import { dequantiseImage, quantise, quantiseImage } from '../../../src/modules/exion/dit/quantise.ts';
import type { NetworkShape } from '../../../src/modules/exion/dit/quantised.types.ts';
import { denoiseFloat, gelu } from '../../../src/modules/exion/dit/reference.ts';
import { constantThresholds, dominanceFor } from '../../../src/modules/exion/dit/settings.ts';
import { gaussians, syntheticDit } from '../../../src/modules/exion/dit/synthetic.ts';
import { psnr } from '../../../src/modules/exion/dit/images.ts';
import { denoise, exactSettings } from '../../../src/modules/exion/golden/denoise.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';

describe('gains and shifts', () => {
  it('one shift for all columns, the largest that the largest gain allows', () => {
    const { gain, shift, offset } = fitRequantise('t', [0.5, 0.25, 1e-9], [3.4, -3.6, 0]);
    expect([[...gain], shift, [...offset]]).toEqual([[32768, 16384, 0], 16, [3, -4, 0]]);
    expect(fitRequantise('t', [1e-6], [0])).toMatchObject({ shift: 35, gain: Uint16Array.from([34360]) });
    expect(fitRequantise('t', [0], [0]).shift, 'nothing to scale').toBe(46);
    expect(fitTensor('t', 0.75)).toEqual({ gain: 49152, shift: 16 });
  });

  it('AXPY: keep is one at the shift, gains have signs', () => {
    const { gain, shift, keep } = fitAxpy('t', 1, [-0.5, 0.2], [0, 0]);
    expect([[...gain], shift, keep]).toEqual([[-16384, 6554], 15, 2 ** 15]);
    expect(fitAxpy('t', 1, [0], [0])).toMatchObject({ keep: 2 ** 31, shift: 31 });
  });

  it('LN: 12 fraction bits of the normalised value; the offset fits in 32 bits', () => {
    const { gain, offset, shift, epsilon } = fitNorm('t', [4096 * 0.5], [100], 7.4);
    expect([gain[0]! / 2 ** shift, offset[0]! / 2 ** shift, epsilon]).toEqual([0.5, 100, 7]);
    const far = fitNorm('t', [1], [2 ** 20], 0);
    expect(far.offset[0]! / 2 ** far.shift).toBe(2 ** 20);
  });

  it('what does not fit is refused with its name', () => {
    expect(() => fitRequantise('here', [300], [0])).toThrow('here: a factor of 300 needs shift 7, the least is 8');
    expect(() => fitRequantise('here', [1], [2 ** 31])).toThrow('here: offset 2147483648 of column 0 does not fit');
    expect(() => fitRequantise('here', [NaN], [0])).toThrow('here: a factor is not finite');
    expect(() => fitAxpy('here', 1, [1], [Infinity])).toThrow('here: offset Infinity of column 0 does not fit');
  });
});

describe('scales', () => {
  it('a rare large value is clamped when all others gain; without one the whole range is used', () => {
    // 8 bits of normal values are best used up to about four deviations.
    const normal = gaussians(random(1), 40_000);
    const scale = int8Scale([normal, Float32Array.from([6])]);
    expect(127 * scale).toBeGreaterThan(3);
    expect(127 * scale).toBeLessThan(4.6);
    const even = Float32Array.from({ length: 2001 }, (_, i) => i / 1000 - 1);
    expect(127 * int8Scale([even])).toBeGreaterThan(0.9);
    expect(int8Scale([new Float32Array(5)])).toBe(1);
  });

  it('a sample sees all columns of a power of two', () => {
    const columns = subsample([Float32Array.from({ length: 64 * 4096 }, (_, e) => e % 64)]);
    expect(new Set(columns).size).toBe(64);
    expect(columns.length).toBeGreaterThan(4000);
    expect(subsample([new Float32Array(3), new Float32Array(4)])).toHaveLength(7);
  });

  it('before GELU the codes reach further up than down', () => {
    const values = gaussians(random(2), 5000).map((v) => 2 * v);
    const { scale, zero } = tableInput([values]);
    expect((-127 + zero) * scale).toBeGreaterThan(-4.1);
    expect((127 + zero) * scale).toBeGreaterThan(4.5);
    for (const value of [-1, 0, 0.5, 3]) {
      const code = Math.round(value / scale - zero);
      expect(Math.abs(gelu((code + zero) * scale) - gelu(value))).toBeLessThan(0.6 * scale);
    }
  });
});

const shape: NetworkShape = { tokens: 9, width: 16, heads: 2, ffn: 32, blocks: 2, pixels: 4, labels: 2, steps: 10 };

describe('a network in integers', () => {
  const { network, samples } = syntheticDit(5, shape);
  const quantised = quantise(network, samples, { images: [0, 1], stride: 2 });

  it('draws what the float network draws', () => {
    for (const label of [0, 1]) {
      const noise = samples.state(0, label);
      const exact = denoiseFloat(network, label, noise);
      expect(exact).toEqual(samples.state(10, label));
      const image = denoise(quantised, label, quantiseImage(quantised, noise), exactSettings(quantised));
      expect(psnr(dequantiseImage(quantised, image), exact)).toBeGreaterThan(30);
    }
  });

  it('conditioning of every label, and of none, for every step', () => {
    expect(quantised.conditioning.map((steps) => steps.length)).toEqual([10, 10, 10]);
    expect(new Set(quantised.conditioning.flat().map((c) => c.norm.offset.join())).size).toBe(30);
  });

  it('one shift for all steps and labels, that of the largest gain: commands of the loop hold it', () => {
    const all = quantised.conditioning.flat();
    const ops = [
      all.map((c) => c.norm),
      ...[0, 1].flatMap((b) =>
        (['norm1', 'gate1', 'norm2', 'gate2'] as const).map((op) => all.map((c) => c.blocks[b]![op])),
      ),
    ];
    for (const op of ops) {
      expect(new Set(op.map(({ shift }) => shift)).size).toBe(1);
      expect(Math.max(...op.flatMap(({ gain }) => [...gain.map(Math.abs)]))).toBeGreaterThan(16383);
    }
  });

  it('weights are those that were stored; of the prediction, one scale a head', () => {
    expect(quantised.blocks[1]!.ffn2.codes).toEqual(network.blocks[1]!.ffn2.codes);
    const { qkv } = network.blocks[0]!;
    const { codes } = quantised.blocks[0]!.predictKey;
    for (const head of [0, 1]) {
      const ratios = [];
      for (let e = head * 128; e < head * 128 + 128; e++) {
        const stored = qkv.codes[256 + e]! * qkv.scale[16 + Math.floor(e / 16)]!;
        if (Math.abs(codes[e]!) > 60) ratios.push(codes[e]! / stored);
      }
      expect(Math.max(...ratios) / Math.min(...ratios)).toBeLessThan(1.02);
    }
  });

  it('image codes come back within half a step', () => {
    const state = samples.state(3, 1);
    const back = dequantiseImage(quantised, quantiseImage(quantised, state));
    const worst = Math.max(...back.map((v, e) => Math.abs(v - state[e]!)));
    expect(worst).toBeLessThanOrEqual(0.501 * quantised.scales.image);
    expect([...quantiseImage(quantised, [1e9, -1e9])]).toEqual([32767, -32767]);
  });

  it('thresholds leave at most what the sparsity allows, and one less would leave more', () => {
    const plan = { images: [0, 1], stride: 3 };
    const theta = constantThresholds(quantised, samples, 0.8, plan);
    const above = (block: number, limit: number): number => {
      let [over, all] = [0, 0];
      for (let image = 0; image < 2; image++) {
        for (let step = image === 0 ? 0 : 1; step < 10; step += 3) {
          const start = quantiseImage(quantised, samples.state(step, image));
          denoise(quantised, image, start, exactSettings(quantised), {
            first: step,
            steps: 1,
            observer: {
              block: (at, { hidden }) => {
                if (at.block !== block) return;
                over += hidden.filter((h) => Math.abs(h) > limit).length;
                all += hidden.length;
              },
            },
          });
        }
      }
      return over / all;
    };
    for (const b of [0, 1]) {
      expect(above(b, theta[b]!)).toBeLessThanOrEqual(0.2);
      expect(above(b, theta[b]! - 1)).toBeGreaterThan(0.2);
    }
  });

  it('a lead in logits becomes shifted units of each head', () => {
    const [[first]] = dominanceFor(quantised, 2) as [[number]];
    expect(first).toBe(Math.round(2 / quantised.blocks[0]!.heads[0]!.logitsPerUnit));
    expect(
      dominanceFor(quantised, Infinity)
        .flat()
        .every((units) => units === 65536),
    ).toBe(true);
  });
});
