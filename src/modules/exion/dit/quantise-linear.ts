// SPDX-License-Identifier: Apache-2.0
import { fitAxpy, fitRequantise } from './fit.ts';
import type { FloatLinear } from './network.ts';
import type { AxpyParams, QuantisedLinear, WeightMatrix } from './quantised.types.ts';

export function weightsOf({ outputs, inputs, codes }: FloatLinear): WeightMatrix {
  return { outputs, inputs, codes };
}

/** Outputs first .. first + count - 1 of a linear layer. */
export function outputsOf({ inputs, codes, scale, bias }: FloatLinear, first: number, count: number): FloatLinear {
  return {
    outputs: count,
    inputs,
    codes: codes.subarray(first * inputs, (first + count) * inputs),
    scale: scale.subarray(first, first + count),
    bias: bias.subarray(first, first + count),
  };
}

/** int8 codes from int8 codes of scale `input`: an output is (code + zero) * out_c. */
export function quantiseLinear(
  what: string,
  linear: FloatLinear,
  input: number,
  out: (column: number) => number,
  zero = 0,
): QuantisedLinear {
  const factors = Array.from(linear.scale, (scale, c) => (input * scale) / out(c));
  const offset = Array.from(linear.bias, (bias, c) => bias / (input * linear.scale[c]!) - zero / factors[c]!);
  return { weights: weightsOf(linear), requantise: fitRequantise(what, factors, offset) };
}

export interface AddOptions {
  readonly keep?: number;
  readonly gate?: (column: number) => number;
  readonly mostShift?: number | undefined;
}

/** keep * b + gate_c * (linear layer of int8 codes of scale `input`), in int16 codes of scale `out`. */
export function quantiseAdd(
  what: string,
  linear: FloatLinear,
  input: number,
  out: number,
  { keep = 1, gate = () => 1, mostShift }: AddOptions = {},
): AxpyParams {
  const factors = Array.from(linear.scale, (scale, c) => (gate(c) * input * scale) / out);
  const offset = Array.from(linear.bias, (bias, c) => bias / (input * linear.scale[c]!));
  return fitAxpy(what, keep, factors, offset, mostShift);
}
