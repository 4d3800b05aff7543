// SPDX-License-Identifier: Apache-2.0
import { Bool, Bundle, input, output, sink, UInt } from '../../../dsl/index.ts';

/** Requests and results of a modular multiplier of one width, in the form of a lane of TCore: results cannot be held back. */
export function modularLane(bits: number, tagBits: number) {
  const word = UInt(bits);
  return {
    request: sink(Bundle({ a: word, b: word, tag: UInt(tagBits) }), 'operands'),
    result: {
      valid: output(Bool, 'a result'),
      x: output(word, 'modular product'),
      tag: output(UInt(tagBits), 'tag of the operands'),
    },
    unreduced: output(
      Bool,
      'pulse, 2 cycles after the operands: one of them was not below p, and the result has no meaning',
    ),
  };
}

export const modulusInput = (bits: number) => input(UInt(bits), 'p, constant while anything is in flight');
