// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, SInt, UInt, Vec } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { accumulatorBits } from './sdue.types.ts';

export const OutputBankParams = z.strictObject({
  rows: z.int().min(1).max(64).describe('R: rows, memories of the bank'),
  columns: z.int().min(1).max(65536).describe('columns of the bank'),
});

/**
 * A column bank of OMEM (paper 4 "Memories"): R memories of `columns` x 32 bits. One write a cycle, into the rows with enable; what is not
 * enabled stays. One read of all rows a cycle, there one cycle after `read.enable`; it stays. Both in one place are undefined.
 */
export const outputBank = block(
  'output_bank',
  OutputBankParams,
  (m, p) => {
    const address = UInt(clog2(p.columns));
    const column = Vec(p.rows, SInt(accumulatorBits));
    const io = m.ports({
      write: { rows: input(UInt(p.rows), 'rows that are written'), address: input(address), data: input(column) },
      read: { enable: input(Bool), address: input(address), data: output(column, 'one cycle later') },
    });
    for (let r = 0; r < p.rows; r++) {
      const { [`row_${r}`]: row } = m.mems({ [`row_${r}`]: memory(SInt(accumulatorBits), p.columns) });
      row!.write(io.write.address, io.write.data.at(r), { enable: io.write.rows.bit(r) });
      io.read.data.at(r).assign(row!.read('word', io.read.address, { enable: io.read.enable }));
    }
    return io;
  },
  { doc: 'Column bank of the output memory of the array: one memory a row, row enables.' },
);
