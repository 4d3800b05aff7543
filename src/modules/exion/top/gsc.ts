// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, flip, memory, type ModuleBuilder, output, type Signal, sink, UInt } from '../../../dsl/index.ts';
import { roundRobin } from '../../lib/round-robin.ts';
import { atMostOne } from '../../lib/stream-laws.ts';
import { bitsOf, numbered, oneHotIndex } from '../../lib/stream-lists.ts';
import { clog2 } from '../../lib/widths.ts';
import { ExionCoreParams } from '../core.params.ts';
import { scratchAddressBits, scratchBits, scratchReader, scratchWriteType } from '../core.types.ts';

export const GscParams = z.strictObject({
  size: ExionCoreParams.shape.size,
  words: z
    .int()
    .min(2)
    .max(2 ** scratchAddressBits)
    .describe('Words of 4 * size bytes; any number'),
  readers: z.int().min(1).max(256).describe('Clients that read'),
  writers: z.int().min(1).max(256).describe('Clients that write'),
  outputRegister: z.boolean().default(false).describe('A register behind the memory, for large ones'),
});

/** Cycles from the transfer of a read request to its answer. */
export const gscLatency = ({ outputRegister }: { readonly outputRegister?: boolean }): number =>
  outputRegister === true ? 3 : 2;

/**
 * Global scratchpad (paper 4, GSC): `words` words of 32 * size bits with byte enables, one read and one write a cycle. Clients take
 * turns, round robin; each waits for at most one transfer of each of the others.
 *
 * - A read is answered `gscLatency` cycles after its transfer; nothing holds an answer back. The word is that of all writes
 *   transferred in earlier cycles.
 * - Beyond the capacity a read gives 0 and a write is dropped; `beyond` is up for one cycle.
 *
 * Longest paths: valid of a client through the arbiter to the address register or to ready; memory to the answer (one gate).
 */
export const gsc = block(
  'gsc',
  GscParams,
  (m, p) => {
    const io = m.ports({
      read: numbered(p.readers, () => flip(scratchReader(p))),
      write: numbered(p.writers, () => sink(scratchWriteType(p))),
      beyond: output(Bool, 'pulse: an access lay beyond the capacity'),
    });
    const reads = Object.values(io.read);
    const writes = Object.values(io.write);

    const reader = roundRobin(
      m,
      'reader',
      reads.map(({ request }) => request.valid),
    );
    reader.update(reader.any, null);
    reads.forEach(({ request }, i) => request.ready.assign(reader.grants[i]!));
    const { reader_index } = m.nets({ reader_index: oneHotIndex(reader.grants, clog2(p.readers)) });
    // One bit a client: who gets the word that is fetched, and the one that is there.
    const { fetch, fetch_for, fetch_address } = m.regs({
      fetch: Bool.init(0),
      fetch_for: UInt(p.readers).init(0),
      fetch_address: UInt(scratchAddressBits),
    });
    fetch.next(reader.any);
    fetch_for.next(bitsOf(reader.grants));
    m.when(reader.any, () => fetch_address.next(reader_index.pick(reads.map(({ request }) => request.payload))));

    const writer = roundRobin(
      m,
      'writer',
      writes.map(({ valid }) => valid),
    );
    writer.update(writer.any, null);
    writes.forEach(({ ready }, i) => ready.assign(writer.grants[i]!));
    const { writer_index } = m.nets({ writer_index: oneHotIndex(writer.grants, clog2(p.writers)) });
    const { store } = m.regs({ store: Bool.init(0) });
    const stored = m.regs({
      store_address: UInt(scratchAddressBits),
      store_data: UInt(scratchBits(p)),
      store_mask: UInt(scratchBits(p) / 8),
    });
    store.next(writer.any);
    m.when(writer.any, () => {
      const chosen = (field: 'address' | 'data' | 'mask') => writer_index.pick(writes.map((w) => w.payload[field]));
      stored.store_address.next(chosen('address'));
      stored.store_data.next(chosen('data'));
      stored.store_mask.next(chosen('mask'));
    });

    const { fetch_inside, store_inside } = m.nets({
      fetch_inside: isInside(fetch_address, p.words),
      store_inside: isInside(stored.store_address, p.words),
    });
    const { words } = m.mems({ words: memory(UInt(scratchBits(p)), p.words, { granule: 8, collision: 'old' }) });
    const addressBits = clog2(p.words);
    words.write(stored.store_address.trunc(addressBits), stored.store_data, {
      enable: store.and(store_inside),
      mask: stored.store_mask,
    });
    const word = words.read('word', fetch_address.trunc(addressBits), { enable: fetch });

    const { there_for, there_inside, missed } = m.regs({
      there_for: UInt(p.readers).init(0),
      there_inside: Bool,
      missed: Bool.init(0),
    });
    there_for.next(fetch_for);
    there_inside.next(fetch_inside);
    missed.next(fetch.and(fetch_inside.not()).or(store.and(store_inside.not())));
    io.beyond.assign(missed);
    const { data } = m.nets({ data: there_inside.mux(word, 0) });
    const [valids, answer] = p.outputRegister ? registered(m, there_for, data) : [there_for, data];
    reads.forEach((read, i) => {
      read.answer.valid.assign(valids.bit(i));
      read.answer.data.assign(answer);
    });
    m.assert('one_answer_a_cycle', atMostOne(valids));
    return io;
  },
  { doc: 'Global scratchpad: one read and one write a cycle for several clients, round robin.' },
);

function registered(m: ModuleBuilder, valids: Signal, data: Signal): [Signal, Signal] {
  const { answer_for } = m.regs({ answer_for: UInt(valids.width).init(0) });
  const { answer_data } = m.regs({ answer_data: UInt(data.width) });
  answer_for.next(valids);
  answer_data.next(data);
  return [answer_for, answer_data];
}

function isInside(address: Signal, words: number): Signal<typeof Bool> {
  const bits = clog2(words);
  return 2 ** bits === words ? address.high(scratchAddressBits - bits).eq(0) : address.lt(words);
}
