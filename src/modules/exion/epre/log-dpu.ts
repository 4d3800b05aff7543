// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, SInt, UInt, unpack } from '../../../dsl/index.ts';
import { pipelinedSum, sumLatency } from '../../lib/adder-tree.ts';
import { inputCodeBits, inputCodeType, logProduct, productRange, weightCodeBits, weightCodeType } from './two-step.ts';

export const LogDpuParams = z.strictObject({
  lanes: z.int().min(1).max(256).describe('L: products a cycle'),
});

/** Adder levels between registers of the tree. */
const every = 2;

export const accumulatorBits = 32;

/** Cycles from codes to their sum: products, then the tree. `accumulate` belongs to the cycle of the sum. */
export function logDpuLatency({ lanes }: { readonly lanes: number }): number {
  return 1 + sumLatency(lanes, every);
}

/**
 * Dot-product unit in the log domain (paper 4 "EPRE"): L products of ts-values without a multiplier, adder tree, accumulator, and the
 * place where its result waits for the drain.
 *
 * Law: sum = x . w of `latency` cycles ago; total = (restart ? 0 : total before) + sum where `accumulate` is 1. `take` puts that
 * total (of the same cycle) into `result`; `shift` puts `neighbour` there, so the units of a row drain column by column. Exact; K
 * stays below 2^17 bytes, so 32 bits never wrap (asserted). Control comes from the array, which all its units share.
 *
 * Paths: `logProduct`; two adders; 32-bit accumulator into `result`. Data registers have no reset.
 */
export const logDpu = block(
  'epre_log_dpu',
  LogDpuParams,
  (m, p) => {
    const io = m.ports({
      x: input(UInt(inputCodeBits * p.lanes), 'codes of the input row, lane 0 lowest'),
      w: input(UInt(weightCodeBits * p.lanes), 'codes of the weight column'),
      accumulate: input(Bool, 'there is a sum in this cycle'),
      restart: input(Bool, 'it is the first of its total'),
      take: input(Bool, 'it is the last of its total'),
      shift: input(Bool, 'the result moves on'),
      neighbour: input(SInt(accumulatorBits), 'result of the next column'),
      result: output(SInt(accumulatorBits), 'total that waits for the drain'),
    });
    const pipe = m.pipeline('dot');
    const { x, w } = pipe.inputs({ x: io.x, w: io.w });
    const part = (codes: Signal, bits: number, l: number): Signal => codes.slice(bits * (l + 1) - 1, bits * l);
    const lane = (l: number): Signal =>
      logProduct<Signal>(
        unpack(part(x, inputCodeBits, l), inputCodeType),
        unpack(part(w, weightCodeBits, l), weightCodeType),
      );
    const lanes = Object.fromEntries(Array.from({ length: p.lanes }, (_, l) => [`product_${l}`, lane(l)] as const));
    const products = Object.values(pipe.regs(lanes)).map((value) => ({ value, ...productRange }));
    const { sum } = pipe.outputs({ sum: pipelinedSum(pipe, products, every).value as Signal });

    const { total, held } = m.regs({ total: SInt(accumulatorBits), held: SInt(accumulatorBits) });
    const { before } = m.nets({ before: io.restart.mux(m.lit(0, SInt(accumulatorBits)), total) });
    const { after } = m.nets({ after: before.addWrap(sum.resize(accumulatorBits)) });
    m.when(io.accumulate, () => total.next(after));
    m.when(io.take, () => held.next(after)).elsewhen(io.shift, () => held.next(io.neighbour));
    io.result.assign(held);
    const wraps = before.msb().eq(sum.msb()).and(after.msb().ne(before.msb()));
    m.when(io.accumulate, () => m.assert('no_overflow', wraps.not(), 'the total has left the accumulator'));
    return io;
  },
  { doc: 'Dot-product unit of the prediction engine: exponent additions and one-hots instead of multipliers.' },
);
