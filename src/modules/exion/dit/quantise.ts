// SPDX-License-Identifier: Apache-2.0
import { type Calibration, type CalibrationPlan, calibrate, int8Scale, largestOf } from './calibrate.ts';
import { fitNorm, fitRequantise } from './fit.ts';
import type { DitNetwork } from './network.ts';
import { quantiseBlock } from './quantise-block.ts';
import { quantiseAdd, weightsOf } from './quantise-linear.ts';
import type { NormParams, QuantisedNetwork, StepConditioning } from './quantised.types.ts';
import { type Modulation, modulation } from './reference.ts';
import type { DitSamples } from './samples.ts';
import { type BlockScales, blockScales } from './scales.ts';

/** Room above the largest 16-bit value seen. */
const headroom = 1.25;

interface Scales {
  readonly image: number;
  readonly input: number;
  readonly stream: number;
  readonly blocks: readonly BlockScales[];
  readonly xn: number;
}

function networkScales(network: DitNetwork, calibration: Calibration): Scales {
  const all = network.blocks.map((_, b) => b);
  const stream = [-1, ...all].flatMap((b) => calibration.values('stream', b));
  return {
    image: (headroom * calibration.image) / 32767,
    input: int8Scale(calibration.values('input', -1)),
    stream: (headroom * largestOf([...stream, network.position])) / 32767,
    blocks: all.map((b) => blockScales(network, calibration, b)),
    xn: int8Scale(calibration.values('xn', all.length)),
  };
}

/** Turns a network into integers, with activation scales from states of the recorded loop. */
export function quantise(
  network: DitNetwork,
  samples: DitSamples,
  plan: CalibrationPlan = { images: [0, 2, 4, 6, 8], stride: 10 },
): QuantisedNetwork {
  const { model, loop, embedding, output } = network;
  const scales = networkScales(network, calibrate(network, samples, plan));
  const pixels = model.patch_pixels;
  return {
    name: network.name,
    shape: {
      tokens: model.tokens,
      width: model.width,
      heads: model.heads,
      ffn: model.ffn,
      blocks: model.blocks,
      pixels,
      labels: model.labels,
      steps: loop.steps,
    },
    scales: { image: scales.image, stream: scales.stream },
    input: fitRequantise(
      'input',
      new Array<number>(pixels).fill(scales.image / scales.input),
      new Float64Array(pixels),
    ),
    embedding: {
      weights: weightsOf(embedding),
      position: Int16Array.from(network.position, (value) => Math.round(value / scales.stream)),
      add: quantiseAdd('embedding', embedding, scales.input, scales.stream),
    },
    blocks: network.blocks.map((block, b) => quantiseBlock(`block ${b}`, block, model.heads, scales.blocks[b]!)),
    output: {
      weights: weightsOf(output),
      update: quantiseAdd('output', output, scales.xn, scales.image, { keep: loop.a, gate: () => loop.b }),
    },
    conditioning: Array.from({ length: model.labels + 1 }, (_, label) =>
      Array.from({ length: loop.steps }, (_, step) => quantiseStep(network, scales, step, label)),
    ),
  };
}

/** Parameters that depend on step and label; label `labels` means no label. */
function quantiseStep(network: DitNetwork, scales: Scales, step: number, label: number): StepConditioning {
  const { width, layer_norm_epsilon: epsilon } = network.model;
  const { stream } = scales;
  const norm = (what: string, { scale, shift }: Modulation, out: number): NormParams =>
    fitNorm(
      `${what} of step ${step}, label ${label}`,
      scale.map((value) => (1 + value) / out),
      shift.map((value) => value / out),
      (epsilon * width ** 2) / stream ** 2,
    );
  const { blocks, norm: last } = modulation(network, step, label);
  return {
    blocks: network.blocks.map(({ projection, ffn2 }, b) => {
      const { norm1, gate1, norm2, gate2 } = blocks[b]!;
      const { xn1, mix, xn2, hidden } = scales.blocks[b]!;
      return {
        norm1: norm(`block ${b} norm1`, norm1, xn1),
        gate1: quantiseAdd(`block ${b} gate1`, projection, mix, stream, { gate: (c) => gate1[c]! }),
        norm2: norm(`block ${b} norm2`, norm2, xn2),
        gate2: quantiseAdd(`block ${b} gate2`, ffn2, hidden, stream, { gate: (c) => gate2[c]! }),
      };
    }),
    norm: norm('last norm', last, scales.xn),
  };
}

/** Image values in codes of the integer network. */
export function quantiseImage({ scales }: QuantisedNetwork, image: ArrayLike<number>): Int16Array {
  return Int16Array.from(image, (value) => Math.max(-32767, Math.min(32767, Math.round(value / scales.image))));
}

export function dequantiseImage({ scales }: QuantisedNetwork, image: Int16Array): Float32Array {
  return Float32Array.from(image, (code) => code * scales.image);
}
