// SPDX-License-Identifier: Apache-2.0
import type { Bool } from '../../../dsl/index.ts';
import { type ModuleBuilder, type Signal, UInt } from '../../../dsl/index.ts';

type Bit = Signal<typeof Bool>;

/** A value `cycles` later, in registers `<name>_1`, `<name>_2` ... without reset: shift-register LUTs. */
export function delayed<S extends Signal>(m: ModuleBuilder, name: string, value: S, cycles: number): S {
  let last: Signal = value;
  for (let i = 1; i <= cycles; i++) {
    const key = `${name}_${i}`;
    const reg = m.regs({ [key]: UInt(value.width) })[key]!;
    reg.next(last);
    last = reg;
  }
  return last as S;
}

/** A flag, or several, likewise, reset to 0. Element i of the result is i cycles later. */
export function validChain(m: ModuleBuilder, name: string, valid: Signal, cycles: number): Signal[] {
  const chain: Signal[] = [valid];
  for (let i = 1; i <= cycles; i++) {
    const key = `${name}_${i}`;
    const reg = m.regs({ [key]: UInt(valid.width).init(0) })[key]!;
    reg.next(chain.at(-1)!);
    chain.push(reg);
  }
  return chain;
}

/** The last of such a chain of one bit. */
export const validAfter = (m: ModuleBuilder, name: string, valid: Bit, cycles: number): Bit =>
  validChain(m, name, valid, cycles).at(-1) as Bit;
