// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, output, sink, UInt } from '../../dsl/index.ts';
import { axi4Bursts, axi4CommandType } from './axi4-bursts.ts';
import { axi4Params, axi4WriteMaster, beatShift, noCache, noteAxi4 } from './axi4-ports.ts';
import { streamFifo } from './stream-fifo.ts';
import { streamFork } from './stream-fork.ts';
import { packedPayload } from './stream-through.ts';

export const Axi4WriteParams = z.strictObject({
  ...axi4Params,
  idWidth: z.int().min(0).max(16).default(0).describe('Bits of the ID, which is 0'),
});

/** Bursts whose address may be ahead of their data. */
const AHEAD = 4;

/**
 * AXI4 write master. A command writes `beats` beats from `data` to a byte address (aligned to beats) on; bytes whose strobe is 0 stay as they
 * are. `done` follows its last response by one cycle, `error` with it says that some burst was answered with SLVERR or DECERR.
 *
 * - AWVALID, WVALID and BREADY wait for none of the slave's signals. An address may lead its data by up to 4 bursts, data may lead
 *   their address by the rest of a burst.
 * - Data pass without a register: one beat a cycle. First address and first data 3 cycles after the command.
 */
export const axi4Write = block(
  'axi4_write',
  Axi4WriteParams,
  (m, p) => {
    const beat = Bundle({ data: UInt(p.dataWidth), strobe: UInt(p.dataWidth / 8) });
    const io = m.ports({
      command: sink(axi4CommandType(p), 'Byte address and number of beats'),
      data: sink(beat, 'Beats in order'),
      done: output(Bool, 'pulse: all beats of the command are answered'),
      error: output(Bool, 'with done: some burst was answered with an error'),
      m_axi: axi4WriteMaster(p),
    });
    const { m_axi } = io;
    const { addressWidth, dataWidth, maxBurst, beatBits } = p;
    const { bursts, fork, lengths } = m.instances({
      bursts: axi4Bursts({ addressWidth, dataWidth, maxBurst, beatBits }),
      fork: streamFork({ width: addressWidth + 8, outputs: 2 }),
      lengths: streamFifo({ width: 8, depth: AHEAD }),
    });
    const { busy, unsent, unanswered, failed, finished, finished_badly } = m.regs({
      busy: Bool.init(0),
      /** Beats that are to be sent. */
      unsent: UInt(beatBits).init(0),
      /** Bursts that are to be answered; a transfer has no more bursts than beats. */
      unanswered: UInt(beatBits).init(0),
      failed: Bool.init(0),
      finished: Bool.init(0),
      finished_badly: Bool.init(0),
    });
    bursts.command.offer(io.command.valid.and(busy.not()), io.command.payload);
    io.command.ready.assign(busy.not().and(bursts.command.ready));
    fork.in.offer(bursts.burst.valid, packedPayload(m, bursts.burst));
    bursts.burst.ready.assign(fork.in.ready);

    m_axi.awvalid.assign(fork.out[0]!.valid);
    fork.out[0]!.ready.assign(m_axi.awready);
    m_axi.awaddr.assign(fork.out[0]!.payload.high(addressWidth));
    m_axi.awlen.assign(fork.out[0]!.payload.low(8));
    m_axi.awid.assign(0);
    m_axi.awsize.assign(beatShift(p));
    m_axi.awburst.assign(1);
    m_axi.awcache.assign(noCache);
    m_axi.awprot.assign(0);

    lengths.in.offer(fork.out[1]!.valid, fork.out[1]!.payload.low(8));
    fork.out[1]!.ready.assign(lengths.in.ready);
    const { sent } = m.regs({ sent: UInt(8).init(0) });
    const { is_last } = m.nets({ is_last: sent.eq(lengths.out.payload) });
    m_axi.wvalid.assign(io.data.valid.and(lengths.out.valid));
    m_axi.wdata.assign(io.data.payload.data);
    m_axi.wstrb.assign(io.data.payload.strobe);
    m_axi.wlast.assign(is_last);
    io.data.ready.assign(m_axi.wready.and(lengths.out.valid));
    lengths.out.ready.assign(io.data.valid.and(m_axi.wready).and(is_last));
    m.when(io.data.fire, () => sent.next(is_last.mux(0, sent.addWrap(1))));

    m_axi.bready.assign(1);
    const { begun } = m.nets({ begun: fork.in.fire });
    const { complete } = m.nets({ complete: busy.and(unsent.eq(0)).and(unanswered.eq(0)) });
    m.when(io.command.fire, () => {
      busy.next(1);
      unsent.next(io.command.payload.beats);
    }).elsewhen(io.data.fire, () => unsent.next(unsent.subWrap(1)));
    m.when(begun.and(m_axi.bvalid.not()), () => unanswered.next(unanswered.addWrap(1)));
    m.when(m_axi.bvalid.and(begun.not()), () => unanswered.next(unanswered.subWrap(1)));
    m.when(m_axi.bvalid.and(m_axi.bresp.msb()), () => failed.next(1));
    finished.next(complete);
    finished_badly.next(failed);
    m.when(complete, () => {
      busy.next(0);
      failed.next(0);
    });
    io.done.assign(finished);
    io.error.assign(finished_badly);
    m.assume('answer_was_asked_for', m_axi.bvalid.not().or(unanswered.ne(0)).or(begun), 'a response without a burst');
    if (p.idWidth > 0)
      m.assume('answer_has_own_id', m_axi.bvalid.not().or(m_axi.bid.eq(0)), 'a response for another ID');
    noteAxi4(m, 'm_axi', ['aw', 'w', 'b']);
    return io;
  },
  { doc: 'AXI4 write master: transfers of any length.' },
);
