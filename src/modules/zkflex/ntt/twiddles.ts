// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, memory, output, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { addressBits, butterflies, NttParams, nttWordBits, twiddleBits } from './ntt.params.ts';
import { jobType, positionType } from './job.types.ts';
import { log2Bits } from './ntt.types.ts';
import { fit } from '../../lib/fit.ts';

/** Cycles from a position or an address to its words. */
export const twiddleLatency = 4;

/**
 * Twiddle memory: two banks by the parity of the address, for the words of two butterflies a cycle: their addresses are equal or differ in one bit.
 *
 * T1 position; T2 index inside the stage; T3 address; T4 the banks are read; T5 `words`. A word of the host is written at the end of the cycle; its
 * reads give it as the first word.
 */
export const nttTwiddles = block(
  'ntt_twiddles',
  NttParams,
  (m, p) => {
    const address = UInt(twiddleBits(p));
    const word = UInt(nttWordBits(p));
    const io = m.ports({
      job: input(jobType(p), 'holds'),
      at: input(positionType(p), 'T1'),
      direct: input(Bool, 'T1: the address is `address`'),
      address: input(address, 'T1'),
      words: output(Vec(butterflies, word), 'T5'),
      write: { enable: input(Bool), address: input(address), data: input(word) },
    });
    const { job, at } = io;

    // T1 -> T2
    const two = m.regs({
      k: UInt(addressBits(p)),
      step: UInt(2),
      shift: UInt(log2Bits),
      origin: address,
      direct_2: Bool,
    });
    const isStage = job.dif.or(job.dit).and(at.cross.not());
    two.k.next(at.index.and(at.pairBit.subWrap(1)));
    // The second butterfly has k + 1 or k + 2, or the same k as the first where that is the only one.
    two.step.next(
      at.pair
        .eq(0)
        .or(isStage.not())
        .mux(0, at.pair.bit(0).mux(m.lit(1, UInt(2)), m.lit(2, UInt(2)))),
    );
    two.shift.next(job.perStage.mux(0, job.log2n.subWrap(1).subWrap(at.pair)));
    const heap = job.perStage.replicate(address.width).and(fit(at.pairBit, address.width));
    const n = fit(job.half.concat(m.lit(0, Bool)), address.width);
    const single = at.cross.replicate(address.width).and(n).or(fit(at.pair, address.width));
    two.origin.next(io.direct.mux(io.address, job.table.or(isStage.mux(heap, single))));
    two.direct_2.next(io.direct.or(isStage.not()));

    // T2 -> T3
    const three = m.regs({ first: address, second: address });
    const offset = (step: Signal | number): Signal => {
      const k = two.k.or(typeof step === 'number' ? step : step.resize(two.k.width));
      return two.direct_2.mux(0, fit(k.shl(two.shift), address.width));
    };
    three.first.next(two.origin.or(offset(0)));
    three.second.next(two.origin.or(offset(two.step)));

    // T3 -> T4
    const parity = three.first.xorR();
    const four = m.regs({ parity: Bool, same: Bool });
    four.parity.next(parity);
    four.same.next(three.first.eq(three.second));
    const banks = [0, 1].map((bank): Signal => {
      const name = `bank_${bank}`;
      const words = m.mems({ [name]: memory(word, p.twiddleWords / 2, { collision: 'undefined' }) })[name]!;
      const half = address.width - 1;
      words.write(io.write.address.high(half), io.write.data, {
        enable: io.write.enable.and(io.write.address.xorR().eq(bank)),
      });
      return words.read('word', parity.eq(bank).mux(three.first.high(half), three.second.high(half)));
    });
    m.assert('banks_differ', three.first.eq(three.second).or(three.first.xor(three.second).xorR()));

    // T4 -> T5
    const five = m.regs({ first_word: word, second_word: word });
    five.first_word.next(four.parity.pick(banks));
    five.second_word.next(four.parity.xor(four.same).pick([banks[1]!, banks[0]!]));
    io.words.assign([five.first_word, five.second_word]);
    return io;
  },
  { doc: 'Twiddle memory with the addresses of the stages.' },
);
