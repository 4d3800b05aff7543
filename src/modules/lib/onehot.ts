// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, type Comb, input, output, UInt, Vec } from '../../dsl/index.ts';
import { join } from './join.ts';
import { clog2 } from './widths.ts';

/** `or` of values by halves: depth log2(n). */
function orTree<V extends Comb<V>>(values: readonly V[]): V {
  const half = Math.ceil(values.length / 2);
  return values.length === 1 ? values[0]! : orTree(values.slice(0, half)).or(orTree(values.slice(half)));
}

/**
 * The choice whose bit of `select` is 1: exactly right for one-hot `select`, 0 for `select` = 0, the bitwise or of the chosen ones
 * otherwise. `select` has one bit a choice; there is at least one choice and all have equal width and sign.
 */
export function onehotMux<V extends Comb<V>>(select: Comb<V>, choices: readonly Comb<V>[]): V {
  const masked = choices.map((choice, i) => select.bit(i).replicate(choice.width).and(choice.asUInt()));
  const any = orTree(masked);
  return choices[0]!.signed ? any.asSInt() : any;
}

/**
 * One-hot of `count` bits with bit `index` set; 0 when `index` is `count` or more, or `enable` is 0. Halves of the index are decoded on
 * their own and crossed, so each output is one `and` of shared terms: depth log2(index bits).
 */
export function onehotDecode<V extends Comb<V>>(index: Comb<V>, count: number, enable?: Comb<V>): V {
  const { width } = index;
  if (count === 0) return index.constant(0n, 0);
  const needed = clog2(count);
  if (width > needed) {
    const inside = index
      .high(width - needed)
      .orR()
      .not();
    return onehotDecode(index.low(needed), count, enable === undefined ? inside : inside.and(enable.resize(1)));
  }
  if (width < needed) return onehotDecode(index, 2 ** width, enable).resize(count);
  if (width === 0) return (enable ?? index.constant(1n, 1)).resize(1);
  if (width === 1) {
    const codes = [index.not(), index.low(1)].map((code) => (enable === undefined ? code : code.and(enable.resize(1))));
    return join(index, codes);
  }
  const split = Math.floor(width / 2);
  const coarse = onehotDecode(index.high(width - split), Math.ceil(count / 2 ** split), enable).toBits();
  const fine = onehotDecode(index.low(split), 2 ** split).toBits();
  return join(
    index,
    Array.from({ length: count }, (_, i) => coarse[Math.floor(i / 2 ** split)]!.and(fine[i % 2 ** split]!)),
  );
}

/** Position of the only one, clog2(w) bits; 0 for 0, the or of all positions when there are several ones. */
export function onehotEncode<V extends Comb<V>>(onehot: Comb<V>): V {
  const bits = onehot.toBits();
  const digits = Array.from({ length: clog2(onehot.width) }, (_, digit) =>
    orTree(bits.filter((_bit, i) => Math.floor(i / 2 ** digit) % 2 === 1)),
  );
  return join(onehot, digits);
}

const count = z.int().min(1).max(1024);

export const OnehotMuxParams = z.strictObject({
  choices: count.describe('Number of choices. 1: select is an enable.'),
  width: z.int().min(0).max(4096).describe('Bits of a choice.'),
});

/**
 * One-hot multiplexer: and-or, no priority.
 *
 * Law: out = in[i] where select[i] is the only one; 0 when select = 0; several ones give the bitwise or of their choices.
 * Shapes: select `choices`, in `choices` x `width`, out `width` bits. Combinational: latency 0, depth 1 + log2(choices).
 */
export const onehotMuxBlock = block(
  'onehot_mux',
  OnehotMuxParams,
  (m, { choices, width }) => {
    const io = m.ports({
      select: input(UInt(choices), 'at most one bit is 1'),
      in: input(Vec(choices, UInt(width)), 'choices'),
      out: output(UInt(width), 'the selected choice, 0 without one'),
    });
    io.out.assign(onehotMux(io.select, [...io.in]));
    return io;
  },
  { doc: 'Multiplexer with a one-hot select: and-or without priority.' },
);

export const OnehotDecodeParams = z.strictObject({
  count: count.describe('Outputs. 1: index has no bits.'),
});

/**
 * Binary to one-hot with enable.
 *
 * Law: onehot[i] = enable and (index = i); all 0 for an index of `count` or more. Shapes: index clog2(count), onehot `count`
 * bits. Combinational: latency 0.
 */
export const onehotDecodeBlock = block(
  'onehot_decode',
  OnehotDecodeParams,
  (m, p) => {
    const io = m.ports({
      enable: input(Bool, '0: no output is 1'),
      index: input(UInt(clog2(p.count)), 'number of the output that is 1'),
      onehot: output(UInt(p.count), 'one-hot code of index'),
    });
    io.onehot.assign(onehotDecode(io.index, p.count, io.enable));
    return io;
  },
  { doc: 'Binary number to one-hot code.' },
);

export const OnehotEncodeParams = z.strictObject({
  count: count.describe('Inputs. 1: index has no bits.'),
});

/**
 * One-hot to binary. For words with several ones use priority_encoder.
 *
 * Law: index = i where onehot[i] is the only one; 0 without a one; the or of all positions with several. valid = (onehot != 0).
 * Shapes: onehot `count`, index clog2(count), valid 1 bit. Combinational: latency 0, depth log2(count).
 */
export const onehotEncodeBlock = block(
  'onehot_encode',
  OnehotEncodeParams,
  (m, p) => {
    const io = m.ports({
      onehot: input(UInt(p.count), 'at most one bit is 1'),
      index: output(UInt(clog2(p.count)), 'position of the one'),
      valid: output(Bool, 'there is a one'),
    });
    io.index.assign(onehotEncode(io.onehot));
    io.valid.assign(io.onehot.orR());
    return io;
  },
  { doc: 'One-hot code to binary number.' },
);
