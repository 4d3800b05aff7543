// SPDX-License-Identifier: Apache-2.0
import { Bool, type ModuleBuilder, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { lowestOne } from '../../lib/leading-one.ts';
import { type EcLaneParams, type EcLanePorts, mostWords, setBits } from './lane.types.ts';
import { microcode, registerBits } from './microcode.ts';

/**
 * Takes an operation when a set is free and writes its operands into the set, one in each cycle with `write`. The words wait in a shift register, so only the first
 * one leads to the memory.
 */
export function describeLoader(
  m: ModuleBuilder,
  p: EcLaneParams,
  io: Pick<EcLanePorts, 'load' | 'vacant'>,
  free: Signal,
) {
  const { write } = m.wires({ write: Bool });
  const { holding } = m.regs({ holding: Bool.init(0) });
  const { operands, missing, register, set, start } = m.regs({
    operands: Vec(mostWords, UInt(p.width)),
    missing: UInt(4),
    register: UInt(registerBits),
    set: UInt(setBits(p)),
    start: UInt(microcode.addressBits),
  });
  const lowest = lowestOne<Signal>(free);
  const { chosen } = m.nets({ chosen: lowest.index });
  io.vacant.assign(holding.not().and(free.orR()));
  m.assert('load_is_expected', io.load.valid.not().or(io.vacant), 'an operation comes although the lane is not vacant');
  const { finished } = m.nets({ finished: write.and(missing.eq(1)) });
  m.when(io.load.valid, () => {
    const { item } = io.load;
    holding.next(1);
    operands.next(item.words);
    missing.next(item.count);
    register.next(0);
    set.next(chosen);
    start.next(item.start);
  }).elsewhen(write, () => {
    operands.elements.slice(1).forEach((_word, i) => operands.at(i).next(operands.at(i + 1)));
    missing.next(missing.subWrap(1));
    register.next(register.addWrap(1));
    m.when(finished, () => holding.next(0));
  });
  return {
    /** There is an operand to write. */
    holding,
    /** Driven by who knows that nothing else is written: the operand is written. */
    write,
    set,
    register,
    data: operands.at(0),
    /** The last operand is written. */
    finished,
    ready: { set, start },
    /** The set that an operation gets that comes now. */
    chosen,
  };
}
