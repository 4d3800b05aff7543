// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, type BlockCall, Bool, input, type Signal, UInt } from '../../../src/dsl/index.ts';
import { keyMask } from '../../../src/modules/exion/epre/key-mask.ts';
import { inputCode, logProduct, productBits, weightCode } from '../../../src/modules/exion/epre/two-step.ts';
import { startedByReset } from '../reset-first.ts';

/** ts of an int8 by a loop from the highest bit down: the first two ones stay. Sign and magnitude. */
function twoStep(value: Signal): { readonly negative: Signal; readonly magnitude: Signal } {
  const negative = value.bit(7);
  const magnitude: Signal = negative.mux(value.asUInt().neg(), value.asUInt());
  const zero = value.constant(0n, 1);
  let [one, two] = [zero, zero];
  const bits = [7, 6, 5, 4, 3, 2, 1, 0].map((i) => {
    const kept = magnitude.bit(i).and(two.not());
    two = two.or(one.and(kept));
    one = one.or(kept);
    return kept;
  });
  return { negative, magnitude: bits.slice(1).reduce<Signal>((word, bit) => word.concat(bit), bits[0]!) };
}

/** The product of the leading-one detectors is the product of the two truncated integers. */
export function logProductHarness(): BlockCall {
  return block('log_product_harness', z.strictObject({}), (m) => {
    const io = m.ports({ x: input(UInt(8)), w: input(UInt(8)) });
    const { product } = m.nets({ product: logProduct<Signal>(inputCode<Signal>(io.x), weightCode<Signal>(io.w)) });
    const [x, w] = [twoStep(io.x), twoStep(io.w)];
    // Two ones at most: the product is a sum of two shifted magnitudes, which spares the tools a multiplier.
    const magnitude = w.magnitude.toBits().reduce<Signal>(
      (sum, bit, i) => {
        return sum.addWrap(bit.mux(x.magnitude.resize(productBits).shl(i), m.lit(0, UInt(productBits))));
      },
      m.lit(0, UInt(productBits)),
    );
    const expected = x.negative.xor(w.negative).mux(magnitude.neg(), magnitude);
    m.assert('product', product.asUInt().eq(expected.asUInt()));
  })({});
}

/**
 * RK: of a head's row tiles each adds its keys in order, and any key is in the mask exactly when some tile needed it. Key `key`, constant but
 * arbitrary, stands for all; the tiles have all keys of `words` words of two.
 */
export function keyMaskHarness(words: number): BlockCall {
  const rows = 2;
  const bits = Math.log2(words) + 1;
  return block('key_mask_harness', z.strictObject({}), (m) => {
    const io = m.ports({
      key: input(UInt(bits), 'constant'),
      go: input(Bool, 'the next step is made in this cycle'),
      used: input(Bool),
      clear: input(Bool, 'a head begins'),
    });
    startedByReset(m);
    const { dut } = m.instances({ dut: keyMask({ rows, words }) });
    const { running, chosen } = m.regs({ running: Bool.init(0), chosen: UInt(bits) });
    running.next(1);
    chosen.next(io.key);
    m.assume('constant_key', running.not().or(io.key.eq(chosen)));

    // A tile reads a word, then adds its two keys; in between heads begin at will.
    const { state } = m.fsms({ state: ['READ', 'ADD'] });
    const { at, needed } = m.regs({ at: UInt(bits).init(0), needed: Bool.init(0) });
    const adds = state.is('ADD').and(io.go);
    const clears = io.clear.and(state.is('READ')).and(at.eq(0));
    dut.clear.assign(clears);
    dut.read.enable.assign(state.is('READ').and(io.go).and(clears.not()));
    dut.read.word.assign(at.high(bits - 1));
    dut.add.valid.assign(adds);
    dut.add.bit.assign(at.low(1));
    dut.add.used.assign(io.used);
    dut.add.closes.assign(at.andR());
    state.states({
      READ: () => m.when(io.go.and(clears.not()), () => state.goto('ADD')),
      ADD: () => m.when(io.go.and(at.low(1).eq(1)), () => state.goto('READ')),
    });
    m.when(adds, () => at.next(at.addWrap(1)));
    const isChosen = at.eq(io.key);
    m.when(clears, () => needed.next(0)).elsewhen(adds.and(isChosen), () => needed.next(needed.or(io.used)));
    // What the mask says while the word of the key is read: all that earlier tiles have added.
    const reads = state
      .is('ADD')
      .and(at.high(bits - 1).eq(io.key.high(bits - 1)))
      .and(at.low(1).eq(0));
    m.when(reads, () => m.assert('key_is_needed', io.key.low(1).pick(dut.value.toBits()).eq(needed)));
  })({});
}
