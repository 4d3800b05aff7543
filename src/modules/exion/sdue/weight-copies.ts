// SPDX-License-Identifier: Apache-2.0
import { memory, type Signal, UInt } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import type { WeightBanks } from './weight-lane.ts';

/** Free and lane placement: a copy of the memory for each slot (and source), all written alike. */
export const copiedBanks: WeightBanks = (m, p, { write, read, data }) => {
  for (let s = 0; s < p.slots; s++) {
    const enable = read.enable.bit(s);
    const from = read.from.at(s);
    const isRead = Array.from({ length: p.sources }, (_, b) => (p.sources > 1 ? enable.and(from.eq(b)) : enable));
    const bytes = Array.from({ length: p.lanes }, (_, l) => {
      const address = read.chunked.mux(read.chunk.at(s).at(l), read.word.at(s));
      return isRead.map((isRead, b): Signal => {
        const name = `source_${b}_slot_${s}_byte_${l}`;
        const bank = m.mems({ [name]: memory(UInt(8), p.words) })[name]!;
        const given = write.data.at(b).slice(8 * l + 7, 8 * l);
        bank.write(write.address, given, { enable: write.sources.bit(b).and(write.bytes.bit(l)) });
        return bank.read('byte', address, { enable: isRead });
      });
    });
    const words = isRead.map((_, b): Signal =>
      join(
        read.enable,
        bytes.map((of) => of[b]!),
      ),
    );
    if (p.sources === 1) data.at(s).assign(words[0]!);
    else {
      const name = `source_of_slot_${s}`;
      const source = m.regs({ [name]: from.type })[name]!;
      m.when(enable, () => source.next(from));
      data.at(s).assign(source.pick(words));
    }
  }
};
