// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Pipeline, type Signal, SInt, Vec } from '../../dsl/index.ts';
import { addBounded, type Bounded, pipelinedSum, rangeWidth, sumLatency } from './adder-tree.ts';

const shapeParams = {
  lanes: z.int().min(1).max(1024).describe('Products a cycle. 1: a multiplier (with accumulation: one MAC).'),
  aWidth: z.int().min(1).max(64).default(8).describe('Bits of an element of a, signed.'),
  bWidth: z.int().min(1).max(64).default(8).describe('Bits of an element of b, signed.'),
  shape: z
    .enum(['tree', 'chain'])
    .default('tree')
    .describe('How lanes are added: tree of adders in logic (short latency), or chain of DSP cascades (no logic).'),
  every: z.int().min(1).max(10).default(1).describe('Tree only: adder levels between registers.'),
};

export const DotProductParams = z.strictObject(shapeParams);
type Shape = z.output<typeof DotProductParams>;

/**
 * Cycles from operands to their dot product: operand and product registers, then ceil(clog2(lanes) / every) register levels of
 * the tree, or one register a lane in the chain.
 */
export function dotLatency({ lanes, shape, every }: Pick<Shape, 'lanes' | 'shape' | 'every'>): number {
  return 2 + (shape === 'chain' ? lanes : sumLatency(lanes, every));
}

/** Bits of the exact dot product. */
export function dotWidth({ lanes, aWidth, bWidth }: Pick<Shape, 'lanes' | 'aWidth' | 'bWidth'>): number {
  const { least, most } = productRange(aWidth, bWidth);
  return rangeWidth(BigInt(lanes) * least, BigInt(lanes) * most, true);
}

/** The dot product of the vectors inside a pipeline, `dotLatency` stages after the later of them. */
export function dotInPipeline(
  pipeline: Pipeline,
  a: readonly Signal[],
  b: readonly Signal[],
  { shape, every }: Pick<Shape, 'shape' | 'every'>,
): Bounded<Signal> {
  const lane = (i: number): Bounded<Signal> => multiply(pipeline, i, a[i]!, b[i]!);
  if (shape === 'tree') {
    return pipelinedSum(
      pipeline,
      a.map((_, i) => lane(i)),
      every,
    );
  }
  const start = pipeline.stageOf({ a: a[0]!, b: b[0]! });
  let sum: Bounded<Signal> | undefined;
  a.forEach((_, i) => {
    // Lane i starts i cycles later, so that its product meets the sum of the lanes before it in its own DSP.
    const late = pipeline.delayTo({ [`a_${i}`]: a[i]!, [`b_${i}`]: b[i]! }, start + i);
    const product = multiply(pipeline, i, late[`a_${i}`]!, late[`b_${i}`]!);
    const next = sum === undefined ? product : addBounded(product, sum);
    const held = pipeline.regs({ [`sum_${i}`]: next.value as Signal });
    sum = { ...next, value: held[`sum_${i}`]! };
  });
  return sum!;
}

function multiply(pipeline: Pipeline, i: number, a: Signal, b: Signal): Bounded<Signal> {
  const held = pipeline.regs({ [`a_${i}`]: a, [`b_${i}`]: b });
  const made = pipeline.regs({ [`product_${i}`]: held[`a_${i}`]!.mul(held[`b_${i}`]!) });
  return { value: made[`product_${i}`]!, ...productRange(a.width, b.width) };
}

function productRange(aWidth: number, bWidth: number): { least: bigint; most: bigint } {
  const most = 1n << BigInt(aWidth + bWidth - 2);
  return { least: -most + (1n << BigInt(Math.min(aWidth, bWidth) - 1)), most };
}

const vectors = (p: Shape) => ({
  a: input(Vec(p.lanes, SInt(p.aWidth)), 'left elements'),
  b: input(Vec(p.lanes, SInt(p.bWidth)), 'right elements'),
});

/**
 * Signed dot product of two vectors, fully pipelined.
 *
 * Law: out.sum = sum over lanes of a[i] * b[i] of the cycle `latency` earlier, exact; out.valid likewise. Shapes: a lanes x
 * aWidth, b lanes x bWidth, sum dotWidth bits. Latency dotLatency: tree 2 + ceil(clog2(lanes) / every), chain 2 + lanes
 * cycles; new vectors every cycle; never stalls. Data registers have no reset, so that they move into DSP blocks.
 */
export const dotProduct = block(
  'dot_product',
  DotProductParams,
  (m, p) => {
    const io = m.ports({
      in: { valid: input(Bool, 'elements are valid'), ...vectors(p) },
      out: { valid: output(Bool, 'sum is valid'), sum: output(SInt(dotWidth(p)), 'exact dot product') },
    });
    const pipeline = m.pipeline('dot', { valid: io.in.valid });
    const { a, b } = pipeline.inputs({ a: io.in.a, b: io.in.b });
    const { sum } = pipeline.outputs({ sum: dotInPipeline(pipeline, [...a], [...b], p).value as Signal });
    io.out.sum.assign(sum.resize(dotWidth(p)));
    io.out.valid.assign(pipeline.valid(dotLatency(p)));
    return io;
  },
  { doc: 'Signed dot product of two vectors, fully pipelined, one multiplier a lane.' },
);

export const DotAccumulateParams = z
  .strictObject({
    ...shapeParams,
    accumulator: z
      .int()
      .min(2)
      .max(128)
      .default(32)
      .describe('Bits of the running sum; at least those of one product sum.'),
  })
  .refine((p) => p.accumulator >= dotWidth(p), {
    path: ['accumulator'],
    message: 'the accumulator cannot hold one dot product',
  });

/**
 * Signed dot product of long vectors, given `lanes` elements a beat.
 *
 * Law: out.sum = sum of the dot products of the valid beats from the last one with in.first to the one with in.last; out.valid
 * marks it. A total beyond `accumulator` bits is a user error: the assertion no_overflow reports it, hardware wraps. Beats
 * need not be adjacent. Latency from the last beat: dotLatency + 1 cycles; one beat a cycle; never stalls.
 */
export const dotAccumulate = block(
  'dot_accumulate',
  DotAccumulateParams,
  (m, p) => {
    const io = m.ports({
      in: {
        valid: input(Bool, 'beat is valid'),
        first: input(Bool, 'first beat of a sum'),
        last: input(Bool, 'last beat of a sum'),
        ...vectors(p),
      },
      out: { valid: output(Bool, 'sum is complete'), sum: output(SInt(p.accumulator), 'total of all beats') },
    });
    const pipeline = m.pipeline('dot', { valid: io.in.valid });
    const { a, b, first, last } = pipeline.inputs({
      a: io.in.a,
      b: io.in.b,
      first: io.in.first,
      last: io.in.last,
    });
    const beat = dotInPipeline(pipeline, [...a], [...b], p).value as Signal;
    const now = pipeline.outputs({ beat, first, last });
    const valid = pipeline.valid(dotLatency(p));

    const { total } = m.regs({ total: SInt(p.accumulator) });
    const { done } = m.regs({ done: Bool.init(0) });
    const before = m.nets({ before: now.first.mux(m.lit(0, SInt(p.accumulator)), total) }).before;
    const { after } = m.nets({ after: now.beat.resize(p.accumulator).addWrap(before) });
    m.when(valid, () => total.next(after));
    done.next(valid.and(now.last));
    io.out.sum.assign(total);
    io.out.valid.assign(done);

    // Two terms of one sign cannot give the other sign without overflow.
    const overflow = before.msb().eq(now.beat.msb()).and(after.msb().ne(before.msb()));
    m.assert('no_overflow', valid.and(overflow).not(), 'the running sum has left the accumulator');
    return io;
  },
  { doc: 'Signed dot product of long vectors: several lanes a beat, accumulated from first to last beat.' },
);
