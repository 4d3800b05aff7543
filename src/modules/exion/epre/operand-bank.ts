// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, pack, type Signal, UInt } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { clog2 } from '../../lib/widths.ts';
import { inputCode, inputCodeBits, weightCode, weightCodeBits } from './two-step.ts';

export const OperandBankParams = z.strictObject({
  words: z.int().min(2).describe('Words of the bank'),
  lanes: z.int().min(1).describe('L: bytes a word'),
  operand: z.enum(['input', 'weight']).describe('EIMEM: codes are ones; EWMEM: codes are exponents'),
});

/** Cycles from the address of a word to its codes: memory, two-step detectors. */
export const operandLatency = 2;

/**
 * A bank of EIMEM or a lane of EWMEM (paper 4 "EPRE"): `words` x 8 L bits, byte enables, one write and one read port, with the L two-step
 * detectors of its read port. Detecting here, once a word, takes R L + C L detectors where the units would take 2 R C L.
 *
 * Law: `codes` are ts of the word at `read.address` of the last cycle with `read.enable`, 2 cycles later; a word that is written
 * in the cycle in which it is read comes out undefined. Block RAM without reset; path: RAM to code, `inputCode`.
 */
export const operandBank = block(
  'epre_operand_bank',
  OperandBankParams,
  (m, p) => {
    const bits = p.operand === 'input' ? inputCodeBits : weightCodeBits;
    const io = m.ports({
      write: {
        enable: input(Bool, 'writes the bytes of `bytes`'),
        address: input(UInt(clog2(p.words))),
        bytes: input(UInt(p.lanes), 'one bit a byte'),
        data: input(UInt(8 * p.lanes)),
      },
      read: { enable: input(Bool), address: input(UInt(clog2(p.words))) },
      codes: output(UInt(bits * p.lanes), 'ts of the bytes, packed, lane 0 lowest'),
    });
    const { bank } = m.mems({ bank: memory(UInt(8 * p.lanes), p.words, { granule: 8, collision: 'undefined' }) });
    bank.write(io.write.address, io.write.data, { enable: io.write.enable, mask: io.write.bytes });
    const word: Signal = bank.read('word', io.read.address, { enable: io.read.enable });
    const { held } = m.regs({ held: UInt(io.codes.width) });
    const codes = Array.from({ length: p.lanes }, (_, l) => {
      const byte = word.slice(8 * l + 7, 8 * l);
      return p.operand === 'input' ? pack({ ...inputCode<Signal>(byte) }) : pack({ ...weightCode<Signal>(byte) });
    });
    held.next(join<Signal>(word, codes));
    io.codes.assign(held);
    if (2 ** clog2(p.words) !== p.words) {
      m.when(io.write.enable, () => m.assert('write_inside', io.write.address.lt(p.words), 'a write beyond the bank'));
      m.when(io.read.enable, () => m.assert('read_inside', io.read.address.lt(p.words), 'a read beyond the bank'));
    }
    return io;
  },
  { doc: 'Bank of an operand memory of the prediction engine, with two-step leading-one detectors at its output.' },
);
