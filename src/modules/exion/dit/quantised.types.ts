// SPDX-License-Identifier: Apache-2.0

/**
 * A diffusion transformer as the integers that the core works on: what the quantiser makes, and the golden model and the program
 * compiler take. T tokens of P pixels, width D = heads * dh, FFN width F. Names of operations are those of `isa.ts`.
 *
 * One step of the loop:
 * ```
 * xi = RQ(image; input)                                   int8  T x P   FROM_GSC
 * x  = AXPY(xi . embedding; B = position)                 int16 T x D
 * each block, c = conditioning[label][step].blocks[block]:
 *   xn = LN(x; c.norm1)                                   int8  T x D
 *   Q, K, V = RQ(xn . W; requantise)                      int8  T x D
 *   O  = RQ(SOFTMAX(Q K^T of the head) . V; mix)          int8  T x D   columns of head g: g dh .. g dh + dh - 1
 *   x  = AXPY(O . projection; B = x, c.gate1)             int16 T x D
 *   xn = LN(x; c.norm2)                                   int8  T x D
 *   h  = table[RQ(xn . ffn1; requantise) & 255]           int8  T x F
 *   x  = AXPY(h . ffn2; B = x, c.gate2)                   int16 T x D
 * xn = LN(x; conditioning[label][step].norm)              int8  T x D
 * image = AXPY(xn . output; B = image, update)            int16 T x P
 * ```
 */

/** Parameters of RQ, an entry a column: clamp8(((a + offset) * gain + 2^(shift - 1)) >> shift). */
export interface RequantiseParams {
  readonly offset: Int32Array;
  /** Unsigned 16 bits. */
  readonly gain: Uint16Array;
  /** 8 .. 46. */
  readonly shift: number;
}

/** Parameters of AXPY, an entry a column: clamp16((b * keep + (a + offset) * gain + 2^(shift - 1)) >> shift). */
export interface AxpyParams {
  readonly offset: Int32Array;
  /** Signed 16 bits. */
  readonly gain: Int16Array;
  /** Unsigned 32 bits. */
  readonly keep: number;
  /** 8 .. 31. */
  readonly shift: number;
}

/** Parameters of LN, an entry a column: clamp8((n * gain + offset + 2^(shift - 1)) >> shift), n normalised, 12 fraction bits. */
export interface NormParams {
  readonly offset: Int32Array;
  /** Signed 16 bits. */
  readonly gain: Int16Array;
  /** Unsigned 32 bits: D^2 times the epsilon of the network, in units of codes. */
  readonly epsilon: number;
  /** 8 .. 31. */
  readonly shift: number;
}

/** One scale for a whole operation: rq(a; gain, shift) of EPRED, or Ms and Ss of SOFTMAX. */
export interface TensorScale {
  /** Unsigned 16 bits. */
  readonly gain: number;
  readonly shift: number;
}

/** A weight matrix, row-major [output][input]: y[o] = sum over i of x[i] * codes[o * inputs + i]. */
export interface WeightMatrix {
  readonly outputs: number;
  readonly inputs: number;
  /** -127 .. 127. */
  readonly codes: Int8Array;
}

/** A matrix whose product is requantised to int8. */
export interface QuantisedLinear {
  readonly weights: WeightMatrix;
  readonly requantise: RequantiseParams;
}

/** Eager prediction of one head, and its softmax. */
export interface QuantisedHead {
  /** EPRED of the head's columns of `predictQuery` and `predictKey`. */
  readonly predictQuery: TensorScale;
  readonly predictKey: TensorScale;
  /** SHS: places that predicted scores are shifted down, 0 .. 63; no score of int8 predictions is clamped. */
  readonly scoreShift: number;
  /** Predicted logits (natural logarithm) of one shifted unit: turns a lead in logits into thetaD. */
  readonly logitsPerUnit: number;
  /** Ms, Ss. */
  readonly softmax: TensorScale;
}

export interface QuantisedBlock {
  /** Each D x D; row g dh + i is channel i of head g. */
  readonly query: QuantisedLinear;
  readonly key: QuantisedLinear;
  readonly value: QuantisedLinear;
  /**
   * Weights of the prediction, D x D, rows as above. Not those of `query` and `key`: all rows of a head share one scale here, because
   * EPRED has one gain for all its columns.
   */
  readonly predictQuery: WeightMatrix;
  readonly predictKey: WeightMatrix;
  readonly heads: readonly QuantisedHead[];
  /** P . V to int8, D columns. */
  readonly mix: RequantiseParams;
  /** D x D. */
  readonly projection: WeightMatrix;
  /** F x D; requantised to what indexes the table, whose zero need not be code 0. */
  readonly ffn1: QuantisedLinear;
  /** GELU: entry y & 255 for code y. */
  readonly table: Int8Array;
  /** D x F. */
  readonly ffn2: WeightMatrix;
}

/** What a block takes from step and label (adaLN), D entries each. Shift, `keep` and epsilon are the same for all steps and labels. */
export interface BlockConditioning {
  readonly norm1: NormParams;
  readonly gate1: AxpyParams;
  readonly norm2: NormParams;
  readonly gate2: AxpyParams;
}

export interface StepConditioning {
  readonly blocks: readonly BlockConditioning[];
  /** LN before the output. */
  readonly norm: NormParams;
}

export interface NetworkShape {
  readonly tokens: number;
  readonly width: number;
  readonly heads: number;
  readonly ffn: number;
  readonly blocks: number;
  /** P: pixels of a token. */
  readonly pixels: number;
  readonly labels: number;
  readonly steps: number;
}

export interface QuantisedNetwork {
  readonly name: string;
  readonly shape: NetworkShape;
  /** Real value of code 1 of the image state, and of the residual stream. */
  readonly scales: { readonly image: number; readonly stream: number };
  /** Image state to the input of the embedding, P columns, offset 0. */
  readonly input: RequantiseParams;
  readonly embedding: {
    /** D x P. */
    readonly weights: WeightMatrix;
    /** T x D, row-major. */
    readonly position: Int16Array;
    /** D columns, B = position. */
    readonly add: AxpyParams;
  };
  readonly blocks: readonly QuantisedBlock[];
  readonly output: {
    /** P x D. */
    readonly weights: WeightMatrix;
    /** P columns, B = image state. */
    readonly update: AxpyParams;
  };
  /** [label][step]. */
  readonly conditioning: readonly (readonly StepConditioning[])[];
}

/** How much is left out. */
export interface SparsitySettings {
  /** N: sparse iterations after each dense one; iteration `it` is dense when it mod (N + 1) = 0. */
  readonly sparseIterations: number;
  /** theta of each block: an FFN activation is computed anew when |h| > theta. -1 (all) .. 127 (none). */
  readonly theta: readonly number[];
  /** k: keys kept a query, at least 1; T or more keeps all. */
  readonly keys: number;
  /** thetaD of each block and head, in shifted units, 0 .. 65536 (no key ever dominates). */
  readonly dominance: readonly (readonly number[])[];
}
