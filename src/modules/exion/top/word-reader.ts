// SPDX-License-Identifier: Apache-2.0
import {
  Bool,
  type ModuleBuilder,
  type Ports,
  type Signal,
  type SinkStream,
  UInt,
  type UIntType,
} from '../../../dsl/index.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { bitsFor } from '../../lib/widths.ts';
import { scratchAddressBits, scratchBits, type scratchReader, type Size } from '../core.types.ts';

/** Bits of a number of scratchpad words, as commands have them. */
export const wordCountBits = 24;

export interface WordReader {
  /** The words in order. */
  readonly words: SinkStream<UIntType>;
  /** A word is asked for in this cycle. */
  readonly asks: Signal<typeof Bool>;
  /** Begins with the word at `address`; once, when all words of before were taken. At least one word. */
  start(address: Signal, count: Signal): void;
}

/**
 * Reads words of the scratchpad in a row, one a cycle: asks for as many as there is room for in a fifo of `depth` words, since nothing can hold
 * an answer back. All of the request comes from registers. First word 1 + latency of the scratchpad + 1 cycles after the start.
 */
export function wordReader(
  m: ModuleBuilder,
  p: Size,
  scratch: Ports<ReturnType<typeof scratchReader>>,
  depth: number,
): WordReader {
  const { request, answer } = scratch;
  const { fetched } = m.instances({ fetched: streamFifo({ width: scratchBits(p), depth, storage: 'distributed' }) });
  const { more, room, address, unread } = m.regs({
    more: Bool.init(0),
    room: UInt(bitsFor(depth)).init(depth),
    address: UInt(scratchAddressBits),
    unread: UInt(wordCountBits),
  });
  request.offer(more.and(room.ne(0)), address);
  const asks = request.fire;
  m.when(asks, () => {
    address.next(address.addWrap(1));
    unread.next(unread.subWrap(1));
    more.next(unread.ne(1));
  });
  const taken = fetched.out.valid.and(fetched.out.ready);
  m.when(asks.and(taken.not()), () => room.next(room.subWrap(1)));
  m.when(taken.and(asks.not()), () => room.next(room.addWrap(1)));
  fetched.in.offer(answer.valid, answer.data);
  m.assert('answer_has_room', answer.valid.not().or(fetched.in.ready), 'an answer was not asked for');
  return {
    words: fetched.out,
    asks,
    start(at, count) {
      more.next(1);
      address.next(at);
      unread.next(count);
    },
  };
}
