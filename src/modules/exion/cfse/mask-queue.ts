// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, pack, UInt } from '../../../dsl/index.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { assertStable } from '../../lib/stream-laws.ts';
import { clog2 } from '../../lib/widths.ts';
import { maskWriter } from '../core.types.ts';
import { CfseParams, writeDepth } from './cfse.types.ts';
import { credits } from './credits.ts';

/**
 * Writes the mask words of MASK_OUT, one a column, to successive addresses. `promise` reserves a place for a word that comes later and cannot
 * be held back. A word a cycle; it is offered one cycle later.
 */
export const maskQueue = block(
  'cfse_mask_queue',
  CfseParams.pick({ size: true, maskWords: true }),
  (m, p) => {
    const address = UInt(clog2(p.maskWords));
    const io = m.ports({
      start: input(Bool, 'a command begins'),
      base: input(address, 'first word'),
      promise: input(Bool, 'a word is on its way'),
      valid: input(Bool, 'a word is there'),
      word: input(UInt(p.size), 'bit i = row i'),
      write: maskWriter(p),
      free: output(Bool, 'a word can be promised'),
      empty: output(Bool, 'all that was promised is written'),
    });
    const { next } = m.regs({ next: address });
    m.when(io.start, () => next.next(io.base)).elsewhen(io.valid, () => next.next(next.addWrap(1)));
    const { queue } = m.instances({
      queue: streamFifo({ width: address.width + p.size, depth: writeDepth, storage: 'distributed' }),
    });
    queue.in.offer(io.valid, pack({ address: next, data: io.word }));
    m.assert('word_has_room', io.valid.not().or(queue.in.ready), 'a word comes that was not promised');
    const queued = queue.out.payload;
    io.write.offer(queue.out.valid, { address: queued.high(address.width), data: queued.low(p.size) });
    queue.out.ready.assign(io.write.ready);
    const room = credits(m, writeDepth, io.promise, [io.write.fire]);
    io.free.assign(room.free);
    io.empty.assign(room.all);
    assertStable(m, 'write', io.write);
    return io;
  },
  { doc: 'Writes the mask words that requantising makes.' },
);
