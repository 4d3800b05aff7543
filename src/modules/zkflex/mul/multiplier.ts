// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../../dsl/index.ts';
import { delayed, validAfter } from '../arith/delay.ts';
import { leaf } from './leaf.ts';
import type { Level } from './level.ts';
import { karatsubaLevel, schoolLevel } from './limb-products.ts';
import { toom2Level, toom3Level, toom4Level } from './toom-levels.ts';

const levels = {
  toom2: toom2Level,
  toom3: toom3Level,
  toom4: toom4Level,
  karatsuba3: karatsubaLevel(3),
  school2: schoolLevel(2),
  school3: schoolLevel(3),
} as const satisfies Record<string, Level>;

export const LevelName = z.enum(Object.keys(levels) as [keyof typeof levels, ...(keyof typeof levels)[]]);
export type LevelName = z.output<typeof LevelName>;

export const MultiplierParams = z.strictObject({
  width: z.int().min(1).max(1024).describe('Bits of a factor.'),
  levels: z.array(LevelName).max(4).describe('How factors are split, outermost first; what is left multiplies.'),
  leafStages: z.int().min(1).max(4).default(3).describe('Registers behind each multiplier.'),
});
export type MultiplierParams = z.output<typeof MultiplierParams>;
type Shape = Pick<MultiplierParams, 'levels' | 'leafStages'>;

/** Cycles from factors to their product. */
export function multiplierLatency({ levels: names, leafStages }: Shape): number {
  return names.reduce((sum, name) => sum + levels[name].evaluateLatency + levels[name].combineLatency, leafStages);
}

/** Multipliers in hardware: one a product of the innermost level. */
export const leafCount = (names: readonly LevelName[]): number =>
  names.reduce((count, name) => count * levels[name].products, 1);

/** Bits of the operands of those multipliers. */
export const leafWidth = ({ width, levels: names }: Pick<MultiplierParams, 'width' | 'levels'>): number =>
  names.reduce((bits, name) => levels[name].below(bits), width);

/**
 * Unsigned multiplier that splits its factors level by level: Toom-2 (subtractive Karatsuba of two limbs), Toom-3, Toom-4, Karatsuba of three limbs, schoolbook
 * of two or three.
 *
 * Law: product = a b of multiplierLatency cycles earlier; `valid` goes with it. Shapes: factors `width` bits from registers, product twice as many.
 * New factors every cycle; never stalls. Data registers have no reset. Source: paper 3.2, 3.3; levels are what the table of paper 4.1 compares.
 */
export const multiplier = block(
  'multiplier',
  MultiplierParams,
  (m, p) => {
    const io = m.ports({
      valid: input(Bool, 'factors are there'),
      a: input(UInt(p.width), 'factor'),
      b: input(UInt(p.width), 'factor'),
      product: output(UInt(2 * p.width), 'a b'),
      done: output(Bool, 'a product is there'),
    });
    const [name, ...rest] = p.levels;
    io.done.assign(validAfter(m, 'valid', io.valid, multiplierLatency(p)));
    if (name === undefined) {
      const { only } = m.instances({ only: leaf({ width: p.width, stages: p.leafStages }) });
      only.a.assign(io.a);
      only.b.assign(io.b);
      io.product.assign(only.product);
      return io;
    }
    const level: Level = levels[name];
    const call = multiplier({ ...p, width: level.below(p.width), levels: rest });
    const a = level.evaluate(m, 'a', io.a);
    const b = level.evaluate(m, 'b', io.b);
    const early = validAfter(m, 'entering', io.valid, level.evaluateLatency);
    const parts = Array.from({ length: level.products }, (_, i) => {
      const key = `part_${i}`;
      const part = m.instances({ [key]: call })[key]!;
      part.valid.assign(early);
      part.a.assign(a.operands[i]!.resize(part.a.width));
      part.b.assign(b.operands[i]!.resize(part.b.width));
      return part;
    });
    const inner = multiplierLatency({ ...p, levels: rest });
    const adds = a.signs.map((sign, i) => delayed(m, `add_${i}`, sign.xor(b.signs[i]!), inner));
    const products = parts.map((part) => part.product);
    io.product.assign(level.combine(m, p.width, products, adds, parts[0]!.done).trunc(2 * p.width));
    return io;
  },
  { doc: 'Unsigned multiplier that splits its factors level by level: Toom-Cook, Karatsuba or schoolbook.' },
);
