// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  type Bool,
  flip,
  memory,
  type ModuleBuilder,
  type Signal,
  sink,
  UInt,
  type UIntType,
  unpack,
  type VecView,
} from '../../../dsl/index.ts';
import { streamArbiter } from '../../lib/stream-arbiter.ts';
import { packedPayload } from '../../lib/stream-through.ts';
import { numbered } from '../../lib/stream-lists.ts';
import { clog2 } from '../../lib/widths.ts';
import { ExionCoreParams } from '../core.params.ts';
import { maskBlockReader, maskReader, maskWriteType } from '../core.types.ts';

type Bit = Signal<typeof Bool>;
type Word = Signal<UIntType>;

export const MaskMemoryParams = z.strictObject({
  size: ExionCoreParams.shape.size,
  maskWords: ExionCoreParams.shape.maskWords,
  readers: z.int().min(0).max(4).describe('Units that read a word at a time, each with a copy of the memory'),
  writers: z.int().min(1).max(4).describe('Units that write, in turns'),
});

/**
 * Mask memory (paper 4, MASK): `maskWords` column words of R bits.
 *
 * A reader has the word one cycle after `enable`; it stays until the next read. Port `block` reads C words from any address on, in the same time. Writers take turns, one word a cycle; a word can be read in the
 * cycle after its transfer. Reading a word in the cycle in which it is written is an error of the program: nothing is said of the data.
 * Block RAM: `readers` copies, and one in C banks for `block`, word a in bank a mod C. Path of `block`: bank, rotation by the address mod C.
 */
export const maskMemory = block(
  'mask_memory',
  MaskMemoryParams,
  (m, p) => {
    const io = m.ports({
      read: numbered(p.readers, () => flip(maskReader(p))),
      block: flip(maskBlockReader(p)),
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
    describeBanks(m, p, io.block, { valid: arbiter.out.valid, address, data });
    return io;
  },
  { doc: 'EXION mask memory: column words of R bits for several readers and writers.' },
);

interface BlockPort {
  readonly enable: Bit;
  readonly address: Word;
  readonly data: VecView<UIntType, 'wire'>;
}

/** C banks; a read that begins in the middle of a row of words takes the first banks' words from the next row. */
function describeBanks(
  m: ModuleBuilder,
  { size, maskWords }: z.output<typeof MaskMemoryParams>,
  port: BlockPort,
  write: { readonly valid: Bit; readonly address: Word; readonly data: Word },
): void {
  const lane = clog2(size);
  const rows = Math.max(2, Math.ceil(maskWords / size));
  const row = UInt(clog2(rows));
  const rowOf = (address: Word): Word =>
    address
      .resize(lane + row.width)
      .shr(lane)
      .trunc(row.width);
  const { offset } = m.regs({ offset: UInt(lane) });
  const first = port.address.resize(lane + row.width).trunc(lane);
  const { own_row, next_row } = m.nets({ own_row: rowOf(port.address), next_row: rowOf(port.address).addWrap(1) });
  m.when(port.enable, () => offset.next(first));
  let words: Word[] = Array.from({ length: size }, (_, b) => {
    const name = `bank_${b}`;
    const bank = m.mems({ [name]: memory(UInt(size), rows) })[name]!;
    const isWritten = write.address
      .resize(lane + row.width)
      .trunc(lane)
      .eq(b);
    bank.write(rowOf(write.address), write.data, { enable: write.valid.and(isWritten) });
    return bank.read('word', first.gt(b).mux(next_row, own_row), { enable: port.enable });
  });
  for (let level = 0; level < lane; level++) {
    words = words.map((word, j) => offset.bit(level).mux(words[(j + 2 ** level) % size]!, word));
  }
  port.data.map((word, j) => word.assign(words[j]!));
}
