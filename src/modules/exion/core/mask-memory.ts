// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, flip, memory, sink, UInt, unpack } from '../../../dsl/index.ts';
import { streamArbiter } from '../../lib/stream-arbiter.ts';
import { packedPayload } from '../../lib/stream-through.ts';
import { numbered } from '../../lib/stream-lists.ts';
import { ExionCoreParams } from '../core.params.ts';
import { maskReader, maskWriteType } from '../core.types.ts';

export const MaskMemoryParams = z.strictObject({
  size: ExionCoreParams.shape.size,
  maskWords: ExionCoreParams.shape.maskWords,
  readers: z.int().min(1).max(4).describe('Units that read, each with a copy of the memory'),
  writers: z.int().min(1).max(4).describe('Units that write, in turns'),
});

/**
 * Mask memory (paper 4, MASK): `maskWords` column words of R bits.
 *
 * A reader has the word one cycle after `enable`; it stays until the next read. Writers take turns, one word a cycle; a word can be read in the
 * cycle after its transfer. Reading a word in the cycle in which it is written is an error of the program: nothing is said of the data.
 * Block RAM: `readers` copies.
 */
export const maskMemory = block(
  'mask_memory',
  MaskMemoryParams,
  (m, p) => {
    const io = m.ports({
      read: numbered(p.readers, () => flip(maskReader(p))),
      write: numbered(p.writers, () => sink(maskWriteType(p), 'column words')),
    });
    const writes = Object.values(io.write);
    const item = maskWriteType(p);
    const width = item.fields.address.width + item.fields.data.width;
    const { arbiter } = m.instances({ arbiter: streamArbiter({ width, inputs: p.writers }) });
    Object.values(arbiter.in).forEach((port, i) => {
      const from = writes[i]!;
      port.offer(from.valid, { data: packedPayload(m, from), last: m.lit(0, UInt(0)) });
      from.ready.assign(port.ready);
    });
    arbiter.out.ready.assign(1);
    const { address, data } = unpack(arbiter.out.payload.data, item);
    Object.values(io.read).forEach((port, i) => {
      const name = `copy_${i}`;
      const copy = m.mems({ [name]: memory(UInt(p.size), p.maskWords) })[name]!;
      copy.write(address, data, { enable: arbiter.out.valid });
      port.data.assign(copy.read('word', port.address, { enable: port.enable }));
    });
    return io;
  },
  { doc: 'EXION mask memory: column words of R bits for several readers and writers.' },
);
