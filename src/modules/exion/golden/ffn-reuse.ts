// SPDX-License-Identifier: Apache-2.0
import type { AxpyParams, QuantisedBlock } from '../dit/quantised.types.ts';
import { axpyColumns, requantiseColumns } from './columns.ts';
import { gemm, gemmSparse } from './gemm.ts';
import type { BlockScratch, ReuseState } from './tensors.ts';

/** Dense iteration (paper 3.1): everything is computed; MASK and P are left for the sparse ones. */
export function denseFfn(
  block: QuantisedBlock,
  gate: AxpyParams,
  theta: number,
  t: BlockScratch,
  state: ReuseState,
): void {
  const { hidden, product } = t;
  const { mask, recomputed, reused } = state;
  const first = new Int32Array(hidden.length);
  gemm(t.xn2, block.ffn1.weights, first);
  requantiseColumns(first, block.ffn1.requantise, hidden, { table: block.table });
  for (let e = 0; e < hidden.length; e++) mask[e] = Math.abs(hidden[e]!) > theta ? 1 : 0;

  gemm(hidden, block.ffn2, product);
  gemmSparse(
    hidden.map((h, e) => h * mask[e]!),
    block.ffn2,
    recomputed,
  );
  for (let e = 0; e < product.length; e++) reused[e] = product[e]! - recomputed[e]!;
  state.filled = true;
  axpyColumns(t.afterAttention, product, gate, t.afterFfn);
}

/** Sparse iteration: marked activations alone are computed; P stands for the contribution of all others. */
export function sparseFfn(block: QuantisedBlock, gate: AxpyParams, t: BlockScratch, state: ReuseState): void {
  if (!state.filled) throw new Error('sparse iteration before a dense one');
  const first = new Int32Array(t.hidden.length);
  gemm(t.xn2, block.ffn1.weights, first, state.mask);
  requantiseColumns(first, block.ffn1.requantise, t.hidden, { table: block.table, marked: state.mask });
  gemmSparse(t.hidden, block.ffn2, t.product);
  axpyColumns(t.afterAttention, t.product, gate, t.afterFfn, state.reused);
}
