// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, input, memory, output, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { rowBits } from './job.types.ts';
import { NttParams, nttWordBits } from './ntt.params.ts';
import { bankOfSlot, banksOf, rowsOf, slotCount, slotInBank } from './place.ts';

/** Cycles from an address at `read` to its words. */
export const readLatency = 2;

/** Where a group lies: the place of its slot u0, and in what it varies. */
export const placeFields = (p: NttParams) => ({
  row: UInt(rowBits(p)),
  /** Bank of slot u0. */
  bank: UInt(2),
  /** The pair bit above bits 0 and 1. */
  stride: UInt(rowBits(p)),
  /** The pair bit has an odd number. */
  odd: Bool,
});

export const readType = (p: NttParams) => Bundle({ enable: Bool, ...placeFields(p) });

/** `slots`: those that are written. */
export const writeType = (p: NttParams) =>
  Bundle({ ...placeFields(p), slots: UInt(slotCount), words: Vec(slotCount, UInt(nttWordBits(p))) });

/**
 * Data memory: four banks, one group of four words read and one written a cycle, without conflict since its words lie in different banks. Words
 * in the order u0, v0, u1, v1.
 *
 * Read: address at T1, words from `words` at T3, in registers behind the crossbar. Write: at the end of the cycle. A group that is read in the cycle
 * in which it is written is undefined.
 */
export const nttBanks = block(
  'ntt_banks',
  NttParams,
  (m, p) => {
    const word = UInt(nttWordBits(p));
    const io = m.ports({
      read: input(readType(p), 'T1'),
      words: output(Vec(slotCount, word), 'T3'),
      write: input(writeType(p)),
    });
    const { read, write } = io;
    const rows = rowsOf(read.row, read.stride, read.bank, read.odd);
    const writeRows = rowsOf(write.row, write.stride, write.bank, write.odd);
    const { write_banks: writeBanks } = m.nets({ write_banks: banksOf(write.slots, write.bank, write.odd) });
    const from = rows.map((row, bank): Signal => {
      const name = `bank_${bank}`;
      const words = m.mems({ [name]: memory(word, p.bankWords, { collision: 'undefined' }) })[name]!;
      const data = slotInBank(bank, write.bank, write.odd).pick([...write.words]);
      words.write(writeRows[bank]!, data, { enable: writeBanks.bit(bank) });
      return words.read('word', row, { enable: read.enable });
    });
    const { is_read: isRead } = m.regs({ is_read: Bool.init(0) });
    isRead.next(read.enable);
    for (let slot = 0; slot < slotCount; slot++) {
      const regs = m.regs({ [`slot_${slot}_bank`]: UInt(2), [`slot_${slot}_word`]: word });
      regs[`slot_${slot}_bank`]!.next(bankOfSlot(slot, read.bank, read.odd));
      m.when(isRead, () => regs[`slot_${slot}_word`]!.next(regs[`slot_${slot}_bank`]!.pick(from)));
      io.words.at(slot).assign(regs[`slot_${slot}_word`]!);
    }
    return io;
  },
  { doc: 'Data memory of a transform: a group of two butterflies a cycle, without bank conflicts.' },
);
