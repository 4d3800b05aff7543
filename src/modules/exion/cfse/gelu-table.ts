// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, input, memory, output, UInt } from '../../../dsl/index.ts';
import { scratchBits } from '../core.types.ts';
import { SizeParams, tableWriter } from './cfse.types.ts';

const entryType = Bundle({ address: UInt(8), data: UInt(8) });

/**
 * Loads the GELU table of all lanes. The words of the table (4 R entries each) are kept as they come, a word a cycle; from the last one
 * on the table is copied to the lanes, an entry a cycle, so that every lane has a narrow RAM of 256 bytes.
 *
 * Law: 257 cycles after the last write (`copying` is up in them) entry e of every lane is byte e mod 4R of word e / 4R. A write while
 * it copies begins the copy again, and so does reset, which may have broken one off.
 */
export const geluTable = block(
  'cfse_gelu_table',
  SizeParams,
  (m, p) => {
    const io = m.ports({
      write: tableWriter(p),
      entry: { enable: output(Bool), address: output(UInt(8)), data: output(UInt(8)) },
      copying: output(Bool, 'the tables of the lanes are not yet those of the last write'),
      hold: input(Bool, 'a command uses the tables'),
    });
    const bytes = 4 * p.size;
    const { words } = m.mems({ words: memory(UInt(scratchBits(p)), 256 / bytes, { style: 'distributed' }) });
    words.write(io.write.address, io.write.data, { enable: io.write.enable });

    const { runs, at } = m.regs({ runs: Bool.init(1), at: UInt(8).init(0) });
    m.when(io.write.enable, () => {
      runs.next(1);
      at.next(0);
    }).elsewhen(runs, () => {
      runs.next(at.ne(255));
      at.next(at.addWrap(1));
    });
    const low = Math.log2(bytes);
    const word = words.readAsync('word', at.slice(7, low));
    // One register between the wide multiplexer and the tables of all lanes.
    const { copied } = m.regs({ copied: entryType });
    const { copied_valid } = m.regs({ copied_valid: Bool.init(0) });
    copied_valid.next(runs);
    copied.address.next(at);
    copied.data.next(at.low(low).pick(Array.from({ length: bytes }, (_, i) => word.slice(8 * i + 7, 8 * i))));
    io.entry.enable.assign(copied_valid);
    io.entry.address.assign(copied.address);
    io.entry.data.assign(copied.data);
    io.copying.assign(runs.or(copied_valid));
    m.assert('table_at_rest', io.hold.and(io.write.enable).not(), 'the table is written while a command uses it');
    return io;
  },
  { doc: 'GELU table: keeps the words that are loaded and copies them, entry by entry, to the tables of the lanes.' },
);
