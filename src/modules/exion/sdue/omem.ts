// SPDX-License-Identifier: Apache-2.0
import { block, input, UInt, Vec } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { outputWriteType } from './drain.ts';
import { outputBank } from './output-bank.ts';
import { SdueParams } from './sdue.params.ts';
import { outputReader } from './sdue.types.ts';

/**
 * OMEM (paper 4 "Memories"): R row banks x PD column banks of int32, column c in column bank c mod PD. PD columns are written and one is
 * read a cycle; a column that is written and read in one cycle is undefined. Bits: R x columns x 32. Path of a read: memory, PD:1
 * multiplexer.
 */
export const outputMemory = block(
  'output_memory',
  SdueParams,
  (m, p) => {
    const io = m.ports({
      write: input(Vec(p.drain, outputWriteType(p)), 'to the column banks'),
      read: outputReader(p),
    });
    const bankBits = clog2(p.drain);
    const wanted = io.read.column.low(bankBits);
    const banks = Array.from({ length: p.drain }, (_, q) => {
      const name = `bank_${q}`;
      const bank = m.instances({ [name]: outputBank({ rows: p.size, columns: p.columns / p.drain }) })[name]!;
      const { rows, address, data } = io.write.at(q);
      bank.write.rows.assign(rows);
      bank.write.address.assign(address);
      bank.write.data.assign(data);
      bank.read.enable.assign(io.read.enable.and(wanted.eq(q)));
      bank.read.address.assign(io.read.column.high(io.read.column.width - bankBits));
      return bank.read.data;
    });
    const { bank } = m.regs({ bank: UInt(bankBits) });
    m.when(io.read.enable, () => bank.next(wanted));
    for (let r = 0; r < p.size; r++) io.read.data.at(r).assign(bank.pick(banks.map((of) => of.at(r))));
    return io;
  },
  { doc: 'Output memory of the array: rows by column banks, row enables, one column read a cycle.' },
);
