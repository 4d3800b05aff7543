// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, sink, source, UInt } from '../../../dsl/index.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { bitsFor } from '../../lib/widths.ts';
import { validChain } from '../arith/delay.ts';
import { NttParams, nttWordBits } from './ntt.params.ts';
import { nttReadType, nttWriteType, portAddress } from './ntt.types.ts';

/** Words on their way to the host, at most. */
const answers = 8;

/** Cycles from an address at the memories to the word behind the pre-addition. */
const wordLatency = 4;

/**
 * Words of the host into and out of the memories, one a cycle each way, taken while no command is in work. A write is in memory when a read that is
 * taken in the next cycle reads. Answers keep the order of the reads; 8 may wait.
 */
export const nttHost = block(
  'ntt_host',
  NttParams,
  (m, p) => {
    const word = UInt(nttWordBits(p));
    const io = m.ports({
      idle: input(Bool, 'no command is in work'),
      quiet: output(Bool, 'no read is on its way'),
      write: sink(nttWriteType(p)),
      read: sink(nttReadType(p)),
      data: source(word),
      written: { data: output(Bool), twiddle: output(Bool), address: output(portAddress(p)), word: output(word) },
      asked: { valid: output(Bool, 'T1'), twiddle: output(Bool, 'T1'), address: output(portAddress(p), 'T1') },
      words: { data: input(word, 'T5'), twiddle: input(word, 'T5') },
    });
    const { given } = m.regs({ given: nttWriteType(p) });
    const { writes } = m.regs({ writes: Bool.init(0) });
    io.write.ready.assign(io.idle);
    writes.next(io.write.fire);
    m.when(io.write.fire, () => m.drive(given, io.write.payload));
    m.drive(io.written, {
      data: writes.and(given.twiddle.not()),
      twiddle: writes.and(given.twiddle),
      address: given.address,
      word: given.data,
    });

    const { ask, address } = m.regs({ ask: UInt(2).init(0), address: portAddress(p) });
    const { open } = m.regs({ open: UInt(bitsFor(answers)).init(0) });
    io.read.ready.assign(io.idle.and(open.lt(answers)));
    ask.next(io.read.fire.concat(io.read.payload.twiddle));
    m.when(io.read.fire, () => address.next(io.read.payload.address));
    io.asked.valid.assign(ask.msb());
    io.asked.twiddle.assign(ask.bit(0));
    io.asked.address.assign(address);
    const chain = validChain(m, 'ask', ask, wordLatency);
    const last = chain.at(-1)!;
    io.quiet.assign(
      chain
        .map((each) => each.msb())
        .reduce((any, bit) => any.or(bit))
        .not(),
    );

    const { fifo } = m.instances({ fifo: streamFifo({ width: word.width, depth: answers, storage: 'distributed' }) });
    fifo.in.offer(last.msb(), last.bit(0).mux(io.words.twiddle, io.words.data));
    io.data.from(fifo.out);
    open.next(open.addWrap(io.read.fire.resize(open.width)).subWrap(io.data.fire.resize(open.width)));
    m.assert('answer_has_room', fifo.in.valid.not().or(fifo.in.ready));
    return io;
  },
  { doc: 'Host side of the memories of a transform node.' },
);
