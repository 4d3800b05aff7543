// SPDX-License-Identifier: Apache-2.0
import { fitNorm } from './fit.ts';
import type { DitNetwork } from './network.ts';
import { quantiseAdd } from './quantise-linear.ts';
import type { BlockConditioning, NormParams, StepConditioning } from './quantised.types.ts';
import { type Modulation, type StepModulation, modulation } from './reference.ts';
import type { NetworkScales } from './scales.ts';

/** Shifts of the operations whose parameters depend on step and label. */
interface Shifts {
  readonly blocks: readonly Record<keyof BlockConditioning, number>[];
  readonly norm: number;
}

/**
 * [label][step]; label `labels` means no label. A shift is a field of a command that does all steps, so all steps and labels share the
 * shift that the largest gain among them needs.
 */
export function quantiseConditioning(network: DitNetwork, scales: NetworkScales): StepConditioning[][] {
  const { model, loop } = network;
  const all = Array.from({ length: model.labels + 1 }, (_, label) =>
    Array.from({ length: loop.steps }, (_, step) => modulation(network, step, label)),
  );
  const fit = (most?: Shifts): StepConditioning[][] =>
    all.map((steps, label) =>
      steps.map((m, step) => quantiseStep(`step ${step}, label ${label}`, network, scales, m, most)),
    );
  return fit(leastShifts(fit().flat()));
}

function leastShifts(conditioning: readonly StepConditioning[]): Shifts {
  const least = (of: (c: StepConditioning) => { readonly shift: number }): number =>
    Math.min(...conditioning.map((c) => of(c).shift));
  return {
    blocks: conditioning[0]!.blocks.map((_, b) => ({
      norm1: least((c) => c.blocks[b]!.norm1),
      gate1: least((c) => c.blocks[b]!.gate1),
      norm2: least((c) => c.blocks[b]!.norm2),
      gate2: least((c) => c.blocks[b]!.gate2),
    })),
    norm: least((c) => c.norm),
  };
}

function quantiseStep(
  what: string,
  network: DitNetwork,
  scales: NetworkScales,
  { blocks, norm: last }: StepModulation,
  most?: Shifts,
): StepConditioning {
  const { width, layer_norm_epsilon: epsilon } = network.model;
  const { stream } = scales;
  const norm = (op: string, { scale, shift }: Modulation, out: number, mostShift?: number): NormParams =>
    fitNorm(
      `${op} of ${what}`,
      scale.map((value) => (1 + value) / out),
      shift.map((value) => value / out),
      (epsilon * width ** 2) / stream ** 2,
      mostShift,
    );
  return {
    blocks: network.blocks.map(({ projection, ffn2 }, b) => {
      const { norm1, gate1, norm2, gate2 } = blocks[b]!;
      const { xn1, mix, xn2, hidden } = scales.blocks[b]!;
      const cap = most?.blocks[b];
      const name = `block ${b}`;
      return {
        norm1: norm(`${name} norm1`, norm1, xn1, cap?.norm1),
        gate1: quantiseAdd(`${name} gate1`, projection, mix, stream, { gate: (c) => gate1[c]!, mostShift: cap?.gate1 }),
        norm2: norm(`${name} norm2`, norm2, xn2, cap?.norm2),
        gate2: quantiseAdd(`${name} gate2`, ffn2, hidden, stream, { gate: (c) => gate2[c]!, mostShift: cap?.gate2 }),
      };
    }),
    norm: norm('last norm', last, scales.xn, most?.norm),
  };
}
