// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, input, output, type Signal, sink, source, UInt } from '../../../dsl/index.ts';
import { NttParams, nttWordBits } from '../ntt/ntt.params.ts';
import { log2Bits, nttReadType, nttWriteType, portAddress } from '../ntt/ntt.types.ts';
import { countBits } from './element.params.ts';

/** Which words move, and where they lie in a node. */
export function transferJobType(p: NttParams) {
  return Bundle({
    /** To memory; else from it. */
    store: Bool,
    twiddle: Bool,
    /** Element i lies at the bit-reversed place of log2n bits. */
    reverse: Bool,
    log2n: UInt(log2Bits),
    base: portAddress(p),
    count: UInt(countBits),
  });
}

/**
 * Moves elements between a stream and the memory of a transform node, a word a cycle, the first one two cycles after `start`. `start` is given while idle; `job`
 * stays as it is while busy. Where the words lie is checked by who starts it.
 */
export const transfer = block(
  'transfer',
  NttParams,
  (m, p) => {
    const word = UInt(nttWordBits(p));
    const io = m.ports({
      start: input(Bool, 'pulse'),
      job: input(transferJobType(p)),
      busy: output(Bool, 'words are still to be asked for or written'),
      in: sink(word, 'elements from memory'),
      out: source(word, 'elements to memory'),
      write: source(nttWriteType(p)),
      read: source(nttReadType(p)),
      data: sink(word, 'answers to read'),
    });
    const { job } = io;
    const width = job.base.width;
    const { loading, storing, index, left, shift } = m.regs({
      loading: Bool.init(0),
      storing: Bool.init(0),
      index: UInt(width),
      left: UInt(countBits),
      /** Places by which the reversed index is too high. */
      shift: UInt(log2Bits),
    });
    const reversed = bitReversed(index).shr(shift);
    const address = job.base.addWrap(job.reverse.mux(reversed.resize(width), index));
    const { twiddle } = job;
    io.write.offer(loading.and(io.in.valid), { twiddle, address, data: io.in.payload });
    io.in.ready.assign(loading.and(io.write.ready));
    io.read.offer(storing, { twiddle, address });
    io.out.from(io.data);
    io.busy.assign(loading.or(storing));

    m.when(io.start, () => {
      loading.next(job.store.not());
      storing.next(job.store);
      index.next(0);
      left.next(job.count);
      shift.next(job.log2n.constant(BigInt(width), log2Bits).subWrap(job.log2n));
    }).elsewhen(io.write.fire.or(io.read.fire), () => {
      index.next(index.addWrap(1));
      left.next(left.subWrap(1));
      m.when(left.eq(1), () => {
        loading.next(0);
        storing.next(0);
      });
    });
    return io;
  },
  { doc: 'Words between a stream and a transform node, in order or bit-reversed.' },
);

function bitReversed(value: Signal): Signal {
  const [first, ...rest] = Array.from({ length: value.width }, (_, i) => value.bit(i));
  return first!.concat(...rest);
}
