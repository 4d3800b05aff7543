// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, memory, output, SInt, UInt, Vec } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { columnParamType } from '../core.types.ts';
import { type CfseParams, CfseParams as Params, entriesOf, paramWriter } from './cfse.types.ts';

/** Bits of an entry's address, and how many of them choose inside a word. */
export function entryBits(p: Pick<CfseParams, 'size' | 'params'>): { readonly all: number; readonly inside: number } {
  return { all: clog2(p.params), inside: Math.min(clog2(p.params), clog2(entriesOf(p))) };
}

/**
 * Parameter memory (PARAM): offset and gain of columns, R / 2 entries a word, 24 R bits. One write of a word and one read of an entry a
 * cycle; the entry is at the outputs one cycle after `read_enable`, behind the memory and a multiplexer of R / 2 entries.
 */
export const paramMemory = block(
  'cfse_param_memory',
  Params.pick({ size: true, params: true }),
  (m, p) => {
    const { all, inside } = entryBits(p);
    const io = m.ports({
      write: paramWriter(p),
      read_enable: input(Bool),
      entry: input(UInt(all), 'entry to read'),
      offset: output(SInt(32)),
      gain: output(UInt(16)),
    });
    const count = entriesOf(p);
    const { words } = m.mems({ words: memory(Vec(count, columnParamType), Math.ceil(p.params / count)) });
    const wordOf = (entry: typeof io.entry) => entry.slice(all - 1, inside).resize(clog2(words.spec.depth));
    const written = Array.from({ length: count }, (_, i) => {
      const low = 64 * i;
      return { offset: io.write.data.slice(low + 31, low), gain: io.write.data.slice(low + 47, low + 32) };
    });
    words.write(wordOf(io.write.address), written, { enable: io.write.enable });
    const read = words.read('entries', wordOf(io.entry), { enable: io.read_enable });
    const { which } = m.regs({ which: UInt(inside) });
    m.when(io.read_enable, () => which.next(io.entry.low(inside)));
    const entry = read.read(which);
    io.offset.assign(entry.offset.asSInt());
    io.gain.assign(entry.gain);
    m.assert(
      'whole_words',
      io.write.enable.not().or(io.write.address.low(inside).eq(0)),
      'entries are written by words',
    );
    return io;
  },
  { doc: 'Parameter memory: offset and gain of columns, read an entry a cycle.' },
);
