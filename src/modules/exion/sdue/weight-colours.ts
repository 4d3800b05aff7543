// SPDX-License-Identifier: Apache-2.0
import { memory, type Signal, UInt } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { clog2 } from '../../lib/widths.ts';
import { subBanks } from '../core.params.ts';
import type { WeightBanks } from './weight-lane.ts';

const colourBits = clog2(subBanks);

/** Colour placement: one copy in sub-banks, each of which serves the lowest slot that wants it. */
export const colourBanks: WeightBanks = (m, p, { write, read, data }) => {
  const slots = Array.from({ length: p.slots }, (_, s) => s);
  const depth = Math.ceil(p.words / subBanks);
  const colourOf = (address: Signal): Signal => address.low(colourBits);
  const rowOf = (address: Signal): Signal => address.high(address.width - colourBits);

  const bytes = Array.from({ length: p.lanes }, (_, l) => {
    const address = slots.map((s): Signal => read.chunked.mux(read.chunk.at(s).at(l), read.word.at(s)));
    const words = Array.from({ length: subBanks }, (_, b): Signal => {
      const hits = slots.map((s) => read.enable.bit(s).and(colourOf(address[s]!).eq(b)));
      const row = slots.reduceRight<Signal>(
        (later, s) => (s === p.slots - 1 ? later : hits[s]!.mux(rowOf(address[s]!), later)),
        rowOf(address.at(-1)!),
      );
      const name = `colour_${b}_byte_${l}`;
      const bank = m.mems({ [name]: memory(UInt(8), depth) })[name]!;
      const isWritten = write.sources.bit(0).and(write.bytes.bit(l)).and(colourOf(write.address).eq(b));
      bank.write(rowOf(write.address), write.data.at(0).slice(8 * l + 7, 8 * l), { enable: isWritten });
      return bank.read('byte', row, { enable: join(row, hits).orR() });
    });
    return slots.map((s): Signal => {
      const name = `colour_of_slot_${s}_byte_${l}`;
      const colour = m.regs({ [name]: UInt(colourBits) })[name]!;
      m.when(read.enable.bit(s), () => colour.next(colourOf(address[s]!)));
      return colour.pick(words);
    });
  });
  for (const s of slots)
    data.at(s).assign(
      join(
        read.enable,
        bytes.map((of) => of[s]!),
      ),
    );

  for (const s of slots.slice(1)) {
    const clash = slots
      .slice(0, s)
      .map((other) => read.enable.bit(other).and(colourOf(read.word.at(other)).eq(colourOf(read.word.at(s)))));
    m.when(read.enable.bit(s).and(read.chunked.not()), () =>
      m.assert(`slot_${s}_has_its_colour`, join(read.enable, clash).eq(0), 'two slots want one sub-bank'),
    );
  }
};
