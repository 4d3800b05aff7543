// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  elaborate,
  input,
  type ModuleBuilder,
  output,
  type Signal,
  SInt,
  UInt,
} from '../../src/dsl/index.ts';
import type { Design } from '../../src/ir/module.ts';
import { conMergePresets } from '../../src/modules/exion/conmerge.params.ts';
import { conMerge } from '../../src/modules/exion/conmerge.ts';
import { selfDriven } from './self-driven.ts';

/** Designs that make their own stimulus and fold what they do into one `digest` output, so that engines run alone. */
const None = z.strictObject({});

/** A xorshift32 register that moves every cycle. */
function source(m: ModuleBuilder, name: string, seed: number): Signal {
  const { [name]: state } = m.regs({ [name]: UInt(32).init(seed) });
  const a = state!.xor(state!.shl(13));
  const b = a.xor(a.shr(17));
  state!.next(b.xor(b.shl(5)));
  return state!;
}

export const gcd16 = block('gcd16', None, (m) => {
  const io = m.ports({ digest: output(UInt(32)) });
  const random = source(m, 'random', 0x12345678);
  const { a, b, sum } = m.regs({ a: UInt(16).init(0), b: UInt(16).init(0), sum: UInt(32).init(0) });
  m.when(b.eq(0), () => {
    sum.next(sum.addWrap(a.resize(32)));
    a.next(random.slice(15, 0).or(1));
    b.next(random.slice(31, 16));
  })
    .elsewhen(a.gt(b), () => {
      a.next(b);
      b.next(a);
    })
    .otherwise(() => b.next(b.subWrap(a)));
  io.digest.assign(sum);
});

/** Enables run through a ring of bits, so that some 500 of the counters move each cycle. */
export const counters1000 = block('counters1000', None, (m) => {
  const io = m.ports({ digest: output(UInt(32)) });
  const random = source(m, 'random', 0x12345678);
  const names = Array.from({ length: 1000 }, (_, i) => `count${i}`);
  const counts = m.regs(Object.fromEntries(names.map((name) => [name, UInt(16).init(0)])));
  const { enables } = m.regs({ enables: UInt(1000).init(0) });
  enables.next(enables.slice(998, 0).concat(random.bit(7)));
  names.forEach((name, i) => {
    const count = counts[name]!;
    m.when(enables.bit(i), () => count.next(count.addWrap(1)));
  });
  const { folded } = m.regs({ folded: UInt(16).init(0) });
  folded.next(names.reduce<Signal>((all, name) => all.xor(counts[name]!), folded.shl(1)));
  io.digest.assign(folded.resize(32));
});

const pe = block('pe', None, (m) => {
  const io = m.ports({
    left: input(SInt(8)),
    above: input(SInt(8)),
    from: input(SInt(32)),
    enable: input(Bool),
    clear: input(Bool),
    drain: input(Bool),
    right: output(SInt(8)),
    below: output(SInt(8)),
    total: output(SInt(32)),
  });
  const { x, y, sum } = m.regs({ x: SInt(8).init(0), y: SInt(8).init(0), sum: SInt(32).init(0) });
  const product = io.left.mul(io.above).resize(32);
  m.when(io.drain, () => sum.next(io.from)).elsewhen(io.enable, () => {
    x.next(io.left);
    y.next(io.above);
    sum.next(io.clear.mux(product, sum.addWrap(product)));
  });
  io.right.assign(x);
  io.below.assign(y);
  io.total.assign(sum);
});

const SIDE = 16;

/** Output-stationary array: 256 multiply-accumulate cells, drained downwards for 16 of every 128 cycles. */
export const mac16x16 = block('mac16x16', None, (m) => {
  const io = m.ports({ digest: output(UInt(32)) });
  const { tick, folded } = m.regs({ tick: UInt(7).init(0), folded: UInt(32).init(0) });
  tick.next(tick.addWrap(1));
  const [drain, clear] = [tick.ge(112), tick.eq(0)];
  const words = Array.from({ length: 8 }, (_, i) => source(m, `random${i}`, 0x1234567 + 77 * i));
  const byte = (i: number): Signal => words[i >> 2]!.slice(8 * (i & 3) + 7, 8 * (i & 3)).asSInt();
  const cells = Array.from({ length: SIDE }, (_, r) => Array.from({ length: SIDE }, (_, c) => `pe_${r}_${c}`));
  const instances: unknown = m.instances(Object.fromEntries(cells.flat().map((name) => [name, pe({})])));
  const made = instances as Readonly<Record<string, Readonly<Record<string, Signal>>>>;
  const put = (cell: string, port: string, value: Signal): void =>
    (made[cell]![port] as unknown as { assign(v: Signal): void }).assign(value);
  cells.forEach((row, r) =>
    row.forEach((cell, c) => {
      put(cell, 'left', c === 0 ? byte(r) : made[row[c - 1]!]!['right']!);
      put(cell, 'above', r === 0 ? byte(SIDE + c) : made[cells[r - 1]![c]!]!['below']!);
      put(cell, 'from', r === 0 ? byte(c).resize(32) : made[cells[r - 1]![c]!]!['total']!);
      put(cell, 'enable', drain.not());
      put(cell, 'clear', clear);
      put(cell, 'drain', drain);
    }),
  );
  const bottom = cells[SIDE - 1]!.map((cell) => made[cell]!['total']!.asUInt());
  folded.next(bottom.reduce((all, one) => all.xor(one), folded.shl(1)));
  io.digest.assign(folded);
});

/** A 256 x 256 bit multiplier with registers before and behind the product. */
export const mul256 = block('mul256', None, (m) => {
  const io = m.ports({ digest: output(UInt(32)) });
  const words = Array.from({ length: 4 }, (_, i) => source(m, `random${i}`, 0x1234567 + 77 * i));
  const { a, b, product, folded } = m.regs({
    a: UInt(256).init(1),
    b: UInt(256).init(1),
    product: UInt(512).init(0),
    folded: UInt(32).init(0),
  });
  const fresh = words.reduce((all, word) => all.concat(word));
  a.next(a.slice(127, 0).concat(fresh));
  b.next(b.slice(127, 0).concat(fresh.not()));
  product.next(a.mul(b));
  folded.next(folded.shl(1).xor(product.slice(511, 480)).xor(product.slice(31, 0)));
  io.digest.assign(folded);
});

export const designs: readonly { readonly name: string; readonly design: () => Design; readonly target: string }[] = [
  { name: 'GCD, 16 bits', design: () => elaborate(gcd16({})), target: '>= 1' },
  { name: '1000 counters with enables', design: () => elaborate(counters1000({})), target: '>= 1' },
  { name: '16x16 INT8 MAC array', design: () => elaborate(mac16x16({})), target: '>= 1.5' },
  {
    name: 'ConMerge, 16x16',
    design: () => selfDriven(elaborate(conMerge(conMergePresets.main))),
    target: '>= 1',
  },
  { name: '256-bit multiplier', design: () => elaborate(mul256({})), target: '>= 0.3' },
];
