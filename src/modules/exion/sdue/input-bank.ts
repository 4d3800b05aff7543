// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, UInt } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';

export const InputBankParams = z.strictObject({
  lanes: z.int().min(1).max(256).describe('L: bytes of a word'),
  words: z.int().min(2).max(131072).describe('words of the bank'),
});

/**
 * A bank of IMEM (paper 4 "Memories"): the input words of one row of the array. words x L bytes, one write with byte enables and one
 * read a cycle; the word is there one cycle after `read.enable` and stays. A word that is written and read in one cycle is undefined.
 */
export const inputBank = block(
  'input_bank',
  InputBankParams,
  (m, p) => {
    const address = UInt(clog2(p.words));
    const io = m.ports({
      write: {
        enable: input(Bool),
        address: input(address),
        bytes: input(UInt(p.lanes), 'one bit a byte'),
        data: input(UInt(8 * p.lanes)),
      },
      read: { enable: input(Bool), address: input(address), data: output(UInt(8 * p.lanes), 'one cycle later') },
    });
    const { bank } = m.mems({ bank: memory(UInt(8 * p.lanes), p.words, { granule: 8 }) });
    bank.write(io.write.address, io.write.data, { enable: io.write.enable, mask: io.write.bytes });
    io.read.data.assign(bank.read('word', io.read.address, { enable: io.read.enable }));
    return io;
  },
  { doc: 'Bank of the input memory of the array: words of a row, byte enables.' },
);
