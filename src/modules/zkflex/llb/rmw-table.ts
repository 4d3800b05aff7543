// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, memory, output, UInt } from '../../../dsl/index.ts';
import { numbered } from '../../lib/stream-lists.ts';
import { clog2 } from '../../lib/widths.ts';

export const RmwTableParams = z.strictObject({
  depth: z.int().min(1).max(1_048_576).describe('Words'),
  width: z.int().min(1).describe('Bits of a word'),
});

/**
 * Table with two ports that each read, modify and write a word in every cycle.
 *
 * Port i: `address` in one cycle gives `word` in the next, and in that next cycle `value` goes back to the same address if `write` is
 * high. A read sees every write of the cycle before it, so words may follow each other back to back.
 * - Both ports may have the same address, but then only one of them writes.
 * - After reset all words become 0; `ready` comes after `depth` cycles, and `word` and `write` mean nothing before.
 *
 * A word is kept as the exclusive or of two halves, one a writer: writing means to write the own half so that both give the value. Each half
 * is stored twice for the two readers: four simple dual-port block RAMs of depth x width.
 * Source: C. E. LaForest et al., "Multi-Ported Memories for FPGAs via XOR", FPGA 2012.
 */
export const rmwTable = block(
  'rmw_table',
  RmwTableParams,
  (m, p) => {
    const index = UInt(clog2(p.depth));
    const word = UInt(p.width);
    const io = m.ports({
      port: numbered(2, () => ({
        address: input(index),
        word: output(word, 'one cycle after its address'),
        write: input(Bool, 'with the word'),
        value: input(word),
      })),
      ready: output(Bool),
    });
    const ports = Object.values(io.port);
    const { cleared, swept } = m.regs({ cleared: Bool.init(0), swept: index.init(0) });
    m.when(cleared.not(), () => {
      swept.next(swept.addWrap(index.width === 0 ? 0 : 1));
      cleared.next(swept.eq(p.depth - 1));
    });
    io.ready.assign(cleared);

    const { at_0, at_1 } = m.regs({ at_0: index, at_1: index });
    const at = [at_0, at_1];
    const words = memory(word, p.depth, { collision: 'new' });
    const mems = m.mems({ half_0_for_0: words, half_0_for_1: words, half_1_for_0: words, half_1_for_1: words });
    const copies = [
      [mems.half_0_for_0, mems.half_0_for_1],
      [mems.half_1_for_0, mems.half_1_for_1],
    ];
    // read[reader][writer]
    const reads = ports.map(({ address }, reader) => copies.map((half) => half[reader]!.read('word', address)));
    ports.forEach((port, i) => {
      at[i]!.next(port.address);
      port.word.assign(reads[i]![0]!.xor(reads[i]![1]!));
      const other = reads[i]![1 - i]!;
      for (const copy of copies[i]!) {
        copy.write(cleared.mux(at[i]!, swept), cleared.mux(port.value.xor(other), m.lit(0, word)), {
          enable: cleared.not().or(port.write),
        });
      }
    });
    const both = ports[0]!.write.and(ports[1]!.write).and(cleared);
    m.assert('one_writer_a_word', both.not().or(at_0.ne(at_1)), 'both ports write the same word');
    return io;
  },
  { doc: 'Table with two read-modify-write ports.' },
);
