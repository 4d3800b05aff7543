// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { anyOf } from '../../lib/stream-lists.ts';
import { validChain } from './delay.ts';
import { unreduced, unreducedLatency } from './unreduced.ts';

/**
 * Looks at elements that pass: `found` is up from 3 cycles after one that is not below the modulus until `clear`; one that is noticed in the cycle of `clear` is
 * kept. `busy` while an element has not been decided on.
 */
export const residueCheck = block(
  'residue_check',
  z.strictObject({ wordBits: z.int().min(8).max(4096).describe('Bits of an element') }),
  (m, p) => {
    const io = m.ports({
      valid: input(Bool, 'an element passes'),
      element: input(UInt(p.wordBits)),
      modulus: input(UInt(p.wordBits), 'steady while busy'),
      clear: input(Bool, 'forgets what was found'),
      busy: output(Bool, 'elements are still being compared'),
      found: output(Bool, 'an element was not below the modulus'),
    });
    const misfit = unreduced(m, { values: [io.element], modulus: io.modulus, valid: io.valid });
    const [, ...waiting] = validChain(m, 'waiting', io.valid, unreducedLatency);
    io.busy.assign(anyOf(waiting as Signal<typeof Bool>[]));
    const { noted } = m.regs({ noted: Bool.init(0) });
    m.when(io.clear, () => noted.next(0));
    m.when(misfit, () => noted.next(1));
    io.found.assign(noted);
    return io;
  },
  { doc: 'Elements that pass are compared with the modulus.' },
);
