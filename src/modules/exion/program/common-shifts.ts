// SPDX-License-Identifier: Apache-2.0
import type {
  AxpyParams,
  BlockConditioning,
  NormParams,
  QuantisedNetwork,
  StepConditioning,
} from '../dit/quantised.types.ts';

/**
 * A network that a program can hold: gains and offsets come from memory in every step, but shift, `keep` and epsilon are fields of a
 * command that does all steps. So each operation gets the least of its shifts; gains and offsets of the other steps are rounded to it.
 */
export function commonShifts(network: QuantisedNetwork): QuantisedNetwork {
  const all = network.conditioning.flat();
  const least = (of: (step: StepConditioning) => { readonly shift: number }): number =>
    Math.min(...all.map((step) => of(step).shift));
  const lastNorm = least(({ norm }) => norm);
  const blocks = network.blocks.map((_, b) => ({
    norm1: least((step) => step.blocks[b]!.norm1),
    gate1: least((step) => step.blocks[b]!.gate1),
    norm2: least((step) => step.blocks[b]!.norm2),
    gate2: least((step) => step.blocks[b]!.gate2),
  }));
  const block = (c: BlockConditioning, b: number): BlockConditioning => ({
    norm1: norm(c.norm1, blocks[b]!.norm1),
    gate1: axpy(c.gate1, blocks[b]!.gate1),
    norm2: norm(c.norm2, blocks[b]!.norm2),
    gate2: axpy(c.gate2, blocks[b]!.gate2),
  });
  return {
    ...network,
    conditioning: network.conditioning.map((steps) =>
      steps.map((step) => ({ blocks: step.blocks.map(block), norm: norm(step.norm, lastNorm) })),
    ),
  };
}

function norm(p: NormParams, shift: number): NormParams {
  const scale = 2 ** (shift - p.shift);
  return {
    ...p,
    offset: p.offset.map((value) => Math.round(value * scale)),
    gain: p.gain.map((value) => Math.round(value * scale)),
    shift,
  };
}

function axpy(p: AxpyParams, shift: number): AxpyParams {
  const scale = 2 ** (shift - p.shift);
  return { ...p, gain: p.gain.map((value) => Math.round(value * scale)), keep: Math.round(p.keep * scale), shift };
}
