// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, input, type ModuleBuilder, type Signal, UInt, type Wire } from '../../src/dsl/index.ts';
import { leadingOne, leadingZero } from '../../src/modules/lib/leading-one.ts';
import { popcount } from '../../src/modules/lib/popcount.ts';
import { priorityEncoder } from '../../src/modules/lib/priority-encoder.ts';

const harness = (name: string, body: (m: ModuleBuilder) => void): BlockCall =>
  block(name, z.strictObject({}), body)({});

type Ports = Readonly<Record<string, Wire>>;

function instance(m: ModuleBuilder, dut: BlockCall): Ports {
  return (m.instances({ dut }) as unknown as { readonly dut: Ports }).dut;
}

/** The tree of a leading-one detector finds what a loop over the bits finds. */
export function leadingOneHarness(width: number, end: 'highest' | 'lowest'): BlockCall {
  return harness('leading_one_harness', (m) => {
    const io = m.ports({ x: input(UInt(width)) });
    const dut = instance(m, leadingOne({ width, end }));
    dut['x']!.assign(io.x);
    const indexBits = dut['index']!.width;
    const order = Array.from({ length: width }, (_, i) => (end === 'highest' ? i : width - 1 - i));
    const reference = order.reduce<Signal>(
      (found, i) => io.x.bit(i).mux(m.lit(i, UInt(indexBits)) as Signal, found),
      m.lit(0, UInt(indexBits)),
    );
    m.assert('index', dut['index']!.eq(reference));
    m.assert('valid', dut['valid']!.eq(io.x.ne(0)));
  });
}

/** Leading zeros are the steps that a loop takes before it meets a one. */
export function leadingZeroHarness(width: number): BlockCall {
  return harness('leading_zero_harness', (m) => {
    const io = m.ports({ x: input(UInt(width)) });
    const dut = instance(m, leadingZero({ width, end: 'highest' }));
    dut['x']!.assign(io.x);
    const bits = UInt(dut['count']!.width);
    const reference = io.x
      .toBits()
      .reduce<Signal>((count, bit, i) => bit.mux(m.lit(width - 1 - i, bits) as Signal, count), m.lit(width, bits));
    m.assert('count', dut['count']!.eq(reference));
  });
}

/** Counters and adders give the sum of all bits, added one after the other. */
export function popcountHarness(width: number): BlockCall {
  return harness('popcount_harness', (m) => {
    const io = m.ports({ x: input(UInt(width)) });
    const count: Signal = popcount<Signal>(io.x);
    const reference = io.x
      .toBits()
      .reduce<Signal>((sum, bit) => sum.addWrap(bit.resize(count.width)), m.lit(0, UInt(count.width)));
    m.assert('count', count.eq(reference));
  });
}

/** The winner is the first request in order, in both codes. */
export function priorityHarness(width: number): BlockCall {
  return harness('priority_harness', (m) => {
    const io = m.ports({ requests: input(UInt(width)) });
    const dut = instance(m, priorityEncoder({ width, first: 'lowest' }));
    dut['requests']!.assign(io.requests);
    const lowest = io.requests.and(io.requests.neg());
    m.assert('onehot', dut['onehot']!.eq(lowest));
    m.assert('any', dut['any']!.eq(io.requests.orR()));
    const points = m.lit(1, UInt(width)).shl(dut['index']!);
    m.assert('index', io.requests.eq(0).or(points.eq(lowest)));
  });
}

/** The exact product of the language against shifted additions, both signs: what SAT can do in seconds. */
export function productHarness(width: number, signed: boolean): BlockCall {
  return harness('product_harness', (m) => {
    const io = m.ports({ a: input(UInt(width)), b: input(UInt(width)) });
    const product = signed ? io.a.asSInt().mul(io.b.asSInt()).asUInt() : io.a.mul(io.b);
    const full = 2 * width;
    const wide: Signal = signed ? io.a.asSInt().resize(full).asUInt() : io.a.resize(full);
    const rows = io.b.toBits().map((bit, i) => bit.mux(wide.shl(i), m.lit(0, UInt(full)) as Signal));
    // The top bit of a signed number counts negative.
    const reference = rows.reduce<Signal>(
      (sum, row, i) => (signed && i === width - 1 ? sum.subWrap(row) : sum.addWrap(row)),
      m.lit(0, UInt(full)),
    );
    m.assert('product', product.eq(reference));
  });
}
