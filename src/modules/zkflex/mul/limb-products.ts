// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, input, output, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { Stages, stagesOf } from '../arith/stages.ts';
import { delayed } from '../arith/delay.ts';
import { type Level, limbsOf } from './level.ts';
import { sumRows, sumRowsCuts } from './sum-rows.ts';
import { toom2Evaluate, toom2Latency } from './toom2.ts';

const LimbProductsParams = z.strictObject({
  limb: z.int().min(1).max(512).describe('Bits of a limb.'),
  limbs: z.int().min(2).max(8).describe('Limbs of a factor.'),
  differences: z.boolean().describe('Products of differences instead of mixed products (Karatsuba).'),
});
type LimbProductsParams = z.output<typeof LimbProductsParams>;

/** Pairs of different limbs. */
const pairsOf = (limbs: number): (readonly [number, number])[] =>
  Array.from({ length: limbs }, (_, i) => i).flatMap((i) =>
    Array.from({ length: limbs - 1 - i }, (_, k) => [i, i + 1 + k] as const),
  );

const productsOf = ({ limbs, differences }: LimbProductsParams): number =>
  differences ? limbs + pairsOf(limbs).length : limbs * limbs;

/** Rows that are added: each product, and in Karatsuba the outer products once more for each pair. */
function rowCount(p: LimbProductsParams): number {
  if (p.differences) return p.limbs + 3 * pairsOf(p.limbs).length + 1;
  return p.limbs * p.limbs;
}

const limbProductsLatency = (p: LimbProductsParams): number => stagesOf('all', sumRowsCuts(rowCount(p)));

/**
 * Adds the products of limbs: schoolbook (all a_i b_j), or Karatsuba (a_i b_i, and |a_i - a_j| |b_i - b_j| for i < j, which with a_i b_i + a_j b_j
 * give the mixed ones).
 *
 * Law: product = a b. `products` in order i, then (school) j, or a_i b_i first, then pairs; bit k of `add`: the product of pair k counts
 * positive. A new set every cycle; latency by levels of carry-save, two of them a stage, and a carry-select adder.
 */
const limbProducts = block(
  'limb_products',
  LimbProductsParams,
  (m, p) => {
    const { limb, limbs } = p;
    const width = 2 * limb * limbs;
    const pairs = pairsOf(limbs);
    const io = m.ports({
      products: input(Vec(productsOf(p), UInt(2 * limb)), 'products of limbs'),
      add: input(UInt(p.differences ? pairs.length : 0), 'signs of the products of differences'),
      product: output(UInt(width), 'a b'),
    });
    const stages = new Stages(m, 'all');
    const { products, add } = stages.enter({ products: io.products, add: io.add });
    const at = (value: Signal, place: number): Signal =>
      value.resize(width - place * limb).concat(value.constant(0n, place * limb));
    const rows: Signal[] = [];
    if (p.differences) {
      for (let i = 0; i < limbs; i++) rows.push(at(products.at(i), 2 * i));
      // -d = ~d + 1 at its place: all the ones make a row of their own.
      let ones: Signal = products.at(0).constant(0n, width);
      pairs.forEach(([i, j], k) => {
        const subtract = add.bit(k).not();
        const d = products.at(limbs + k).resize(width - (i + j) * limb);
        rows.push(at(products.at(i), i + j), at(products.at(j), i + j));
        rows.push(d.xor(subtract.replicate(d.width)).concat(d.constant(0n, (i + j) * limb)));
        ones = ones.addWrap(at(subtract, i + j));
      });
      rows.push(ones);
    } else {
      for (let i = 0; i < limbs; i++) for (let j = 0; j < limbs; j++) rows.push(at(products.at(limbs * i + j), i + j));
    }
    const { product } = stages.leave({ product: sumRows(stages, rows) });
    io.product.assign(product);
    return io;
  },
  { doc: 'Adds products of limbs, as schoolbook or Karatsuba has them.' },
);

/** All products of limbs. */
export function schoolLevel(limbs: number): Level {
  return {
    products: limbs * limbs,
    below: (width) => Math.ceil(width / limbs),
    evaluateLatency: 0,
    combineLatency: limbProductsLatency({ limb: 1, limbs, differences: false }),
    evaluate(_m, name, x) {
      const parts = limbsOf(x, this.below(x.width), limbs);
      const isLeft = name === 'a';
      const order = Array.from({ length: limbs * limbs }, (_, k) => (isLeft ? Math.floor(k / limbs) : k % limbs));
      return { operands: order.map((i) => parts[i]!), signs: [] };
    },
    combine(m, width, products) {
      const { combine } = m.instances({
        combine: limbProducts({ limb: this.below(width), limbs, differences: false }),
      });
      products.forEach((each, i) => combine.products.at(i).assign(each));
      return combine.product;
    },
  };
}

/** Karatsuba with several limbs and differences: limbs + pairs products, no operand wider than a limb. */
export function karatsubaLevel(limbs: number): Level {
  const pairs = pairsOf(limbs);
  return {
    products: limbs + pairs.length,
    below: (width) => Math.ceil(width / limbs),
    evaluateLatency: toom2Latency('all'),
    combineLatency: limbProductsLatency({ limb: 1, limbs, differences: true }),
    evaluate(m, name, x) {
      const limb = this.below(x.width);
      const parts = limbsOf(x, limb, limbs);
      const differences = pairs.map(([i, j]) => {
        const key = `difference_${name}_${i}_${j}`;
        const two = m.instances({ [key]: toom2Evaluate({ limb, registers: 'all' }) })[key]!;
        two.low.assign(parts[i]!);
        two.high.assign(parts[j]!);
        return two;
      });
      const held = parts.map((each, i) => delayed(m, `limb_${name}${i}`, each, this.evaluateLatency));
      return {
        operands: [...held, ...differences.map((two) => two.difference)],
        signs: differences.map((two) => two.negative),
      };
    },
    combine(m, width, products, adds) {
      const { combine } = m.instances({ combine: limbProducts({ limb: this.below(width), limbs, differences: true }) });
      products.forEach((each, i) => combine.products.at(i).assign(each));
      const [top, ...lower] = [...adds].reverse();
      combine.add.assign(top!.concat(...lower));
      return combine.product;
    },
  };
}
