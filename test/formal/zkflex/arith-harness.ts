// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, input, type ModuleBuilder, type Signal, UInt } from '../../../src/dsl/index.ts';
import { divideByConstantBlock } from '../../../src/modules/zkflex/arith/divide-by-constant.ts';
import { toom2Combine, toom2Evaluate } from '../../../src/modules/zkflex/mul/toom2.ts';
import { toom3Evaluate } from '../../../src/modules/zkflex/mul/toom3-evaluate.ts';
import { toom3Interpolate } from '../../../src/modules/zkflex/mul/toom3-interpolate.ts';

const harness = (name: string, body: (m: ModuleBuilder) => void): BlockCall =>
  block(name, z.strictObject({}), body)({});

/** d quotient + remainder = x and remainder < d, which only floor and rest fulfil. */
export function divideHarness(width: number, divisor: 3 | 5 | 9 | 15): BlockCall {
  return harness('divide_harness', (m) => {
    const io = m.ports({ x: input(UInt(width)) });
    const { dut } = m.instances({ dut: divideByConstantBlock({ width, divisor, registers: 'none' }) });
    dut.x.assign(io.x);
    const total = width + 1;
    const quotient: Signal = dut.quotient.resize(total);
    // d quotient by shifted additions: no multiplier for the prover.
    const multiple = [0, 1, 2, 3]
      .filter((bit) => ((divisor >> bit) & 1) === 1)
      .map((bit) => quotient.shl(bit))
      .reduce((sum, each) => sum.addWrap(each));
    m.assert('sum', multiple.addWrap(dut.remainder.resize(total)).eq(io.x.resize(total)));
    m.assert('remainder', dut.remainder.lt(divisor));
  });
}

/** Toom-2 without registers is the product. */
export function toom2Harness(split: number, upper: number): BlockCall {
  return harness('toom2_harness', (m) => {
    const width = split + upper;
    const io = m.ports({ a: input(UInt(width)), b: input(UInt(width)) });
    const evaluate = toom2Evaluate({ limb: split, registers: 'none' });
    const { of_a, of_b, combine } = m.instances({
      of_a: evaluate,
      of_b: evaluate,
      combine: toom2Combine({ split, upper, registers: 'none' }),
    });
    for (const [each, x] of [
      [of_a, io.a],
      [of_b, io.b],
    ] as const) {
      each.low.assign(x.trunc(split));
      each.high.assign(x.high(upper).resize(split));
    }
    combine.valid.assign(1);
    combine.lo.assign(io.a.trunc(split).mul(io.b.trunc(split)));
    combine.hi.assign(io.a.high(upper).mul(io.b.high(upper)));
    combine.d.assign(of_a.difference.mul(of_b.difference));
    combine.add.assign(of_a.negative.xor(of_b.negative));
    m.assert('product', combine.product.eq(io.a.mul(io.b)));
  });
}

/** The product of two values of 3 `limb` bits by Toom-3 without registers. */
export function toom3Product(m: ModuleBuilder, limb: number, x: Signal, y: Signal): Signal {
  const evaluate = toom3Evaluate({ limb, registers: 'none' });
  const { of_a, of_b, interpolate } = m.instances({
    of_a: evaluate,
    of_b: evaluate,
    interpolate: toom3Interpolate({ limb, registers: 'none' }),
  });
  const limbs = (whole: Signal): Signal[] => [0, 1, 2].map((i) => whole.slice((i + 1) * limb - 1, i * limb));
  const [a, b] = [limbs(x), limbs(y)];
  for (const [each, parts] of [
    [of_a, a],
    [of_b, b],
  ] as const) {
    each.x0.assign(parts[0]!);
    each.x1.assign(parts[1]!);
    each.x2.assign(parts[2]!);
  }
  interpolate.valid.assign(1);
  interpolate.w0.assign(a[0]!.mul(b[0]!));
  interpolate.w1.assign(of_a.one.mul(of_b.one));
  interpolate.wm.assign(of_a.minus.mul(of_b.minus));
  interpolate.w2.assign(of_a.two.mul(of_b.two));
  interpolate.winf.assign(a[2]!.mul(b[2]!));
  interpolate.add.assign(of_a.negative.xor(of_b.negative));
  return interpolate.product;
}

/** Toom-3 without registers is the product; its own assertions are proved beside it. */
export function toom3Harness(limb: number): BlockCall {
  return harness('toom3_harness', (m) => {
    const io = m.ports({ a: input(UInt(3 * limb)), b: input(UInt(3 * limb)) });
    m.assert('product', toom3Product(m, limb, io.a, io.b).eq(io.a.mul(io.b)));
  });
}
