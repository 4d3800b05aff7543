// SPDX-License-Identifier: Apache-2.0
import { Bool, memory, type ModuleBuilder, type Signal, UInt } from '../../../dsl/index.ts';
import { modularAdd } from '../arith/modular-add.ts';
import { registerBits } from './microcode.ts';
import type { Control } from './lane-control.ts';
import { type EcLaneParams, type EcLanePorts, productTagBits, setBits } from './lane.types.ts';
import { setCount } from './point-engine.params.ts';

type Bit = Signal<typeof Bool>;

/** An operand on its way into a register. */
export interface LoadWrite {
  readonly write: Bit;
  readonly set: Signal;
  readonly register: Signal;
  readonly data: Signal;
}

/** Sums are compared with zero one cycle after they are written. Made before the control, which reads it. */
export function makeZeroReport(m: ModuleBuilder, seat: Signal) {
  const { zero_flag, zero_seat, is_zero } = m.regs({
    zero_flag: UInt(2).init(0),
    zero_seat: UInt(seat.width),
    is_zero: Bool,
  });
  return { flag: zero_flag, seat: zero_seat, isZero: is_zero };
}

/**
 * Registers and arithmetic of a lane. With t the first cycle of the slot in which a turn begins, the first sum reads at t and writes at t + 4, the second
 * one reads at t + 5 and writes at t + 9, the product reads at t + 10, goes to TCore at t + 12, comes back at t + 3 LP + 15 and is written at t + 3 LP + 17: each
 * sees what was written before it, and the next turn, at t + 3 LP + 18, everything. Reads and writes of the three kinds meet in different cycles of a slot.
 */
export function describeRegisters(
  m: ModuleBuilder,
  p: EcLaneParams,
  io: Pick<EcLanePorts, 'phase' | 'modulus' | 'a' | 'request' | 'result'>,
  { stages }: Control,
  zero: ReturnType<typeof makeZeroReport>,
  load: LoadWrite,
): { readonly idle: Bit; readonly results: (address: Signal, enable: Bit) => Signal } {
  const word = UInt(p.width);
  const { phase } = io;
  const [now, , two, three, four] = stages;

  const depth = setCount(p) * 2 ** registerBits;
  const { left, right, result } = m.mems({
    left: memory(word, depth),
    right: memory(word, depth),
    // The last four registers of each set once more, for the way out.
    result: memory(word, setCount(p) * 4),
  });
  const reader = (field: 'a' | 'b'): Signal =>
    phase.first.mux(
      now.set.concat(now.first[field]),
      phase.last.mux(two.set.concat(two.second[field]), four.set.concat(four.product[field])),
    );
  const { read_a, read_b } = m.nets({ read_a: reader('a'), read_b: reader('b') });
  const fromLeft = left.read('word', read_a);
  const fromRight = right.read('word', read_b);
  const { with_a } = m.regs({ with_a: Bool });
  with_a.next(phase.first.mux(now.first.withA, phase.last.mux(two.second.withA, four.product.withA)));
  const { operand_b } = m.nets({ operand_b: with_a.mux(io.a, fromRight) });

  // What is read in the first and in the last cycle is there in the middle one and in the first one.
  const { sum_a, sum_b } = m.regs({ sum_a: word, sum_b: word }, { enable: phase.last.not() });
  sum_a.next(fromLeft);
  sum_b.next(operand_b);
  const { adder } = m.instances({ adder: modularAdd({ width: p.width }) });
  adder.a.assign(sum_a);
  adder.b.assign(sum_b);
  adder.p.assign(io.modulus);

  const tag = UInt(productTagBits(p));
  const { asks } = m.regs({ asks: Bool.init(0) });
  const { factor_a, factor_b, asks_tag } = m.regs(
    { factor_a: word, factor_b: word, asks_tag: tag },
    { enable: phase.last },
  );
  m.when(phase.last, () => asks.next(four.active.and(four.product.valid))).elsewhen(phase.first, () => asks.next(0));
  factor_a.next(fromLeft);
  factor_b.next(operand_b);
  asks_tag.next(four.set.concat(four.product.result));
  io.request.valid.assign(asks);
  io.request.a.assign(factor_a);
  io.request.b.assign(factor_b);
  io.request.tag.assign(asks_tag);

  const { back } = m.regs({ back: Bool.init(0) });
  const { back_x, back_tag } = m.regs({ back_x: word, back_tag: tag }, { enable: io.result.valid });
  m.when(io.result.valid, () => back.next(1)).elsewhen(phase.last, () => back.next(0));
  back_x.next(io.result.x);
  back_tag.next(io.result.tag);
  m.assert('result_in_first_cycle', io.result.valid.not().or(phase.first), 'a product came back out of step');

  // Second sums are written in the first cycle of a slot, first sums in the middle one, products in the last one, operands in between.
  const sum = phase.first.mux(three.second.minus, two.first.minus).mux(adder.difference, adder.sum);
  const { sums } = m.nets({
    sums: phase.first.and(three.active).and(three.second.valid).or(phase.middle.and(two.active).and(two.first.valid)),
  });
  const { products } = m.nets({ products: phase.last.and(back) });
  const { idle } = m.nets({ idle: sums.or(products).not() });
  const ofSum = phase.first.mux(three.set.concat(three.second.result), two.set.concat(two.first.result));
  const { write_at, write_data } = m.nets({
    write_at: sums.mux(ofSum, products.mux(back_tag, load.set.concat(load.register))),
    write_data: sums.mux(sum, products.mux(back_x, load.data)),
  });
  const { writes } = m.nets({ writes: sums.or(products).or(load.write) });
  left.write(write_at, write_data, { enable: writes });
  right.write(write_at, write_data, { enable: writes });
  const isResult = write_at.slice(registerBits - 1, registerBits - 2).eq(3);
  const place = write_at.high(setBits(p)).concat(write_at.low(2));
  result.write(place, write_data, { enable: writes.and(isResult) });
  m.assert('load_waits', load.write.not().or(idle), 'an operand is written together with a result');

  const flag = phase.first.mux(three.second.flag, two.first.flag);
  zero.flag.next(sums.mux(flag, 0));
  zero.seat.next(phase.first.mux(three.seat, two.seat));
  zero.isZero.next(sum.orR().not());
  return { idle, results: (address, enable) => result.read('word', address, { enable }) };
}
