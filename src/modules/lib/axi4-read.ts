// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, sink, source, UInt } from '../../dsl/index.ts';
import { axi4Bursts, axi4CommandType } from './axi4-bursts.ts';
import { axi4Params, axi4ReadMaster, beatShift, noCache, noteAxi4 } from './axi4-ports.ts';
import { streamArbiter } from './stream-arbiter.ts';
import { anyOf, numbered } from './stream-lists.ts';
import { packedPayload } from './stream-through.ts';
import { clog2 } from './widths.ts';

export const Axi4ReadParams = z.strictObject({
  ...axi4Params,
  clients: z.int().min(1).max(64).default(1).describe('Transfers that go on side by side, each with an ID of its own'),
});

/**
 * AXI4 read master. A command reads `beats` beats from a byte address (aligned to beats) on; they come on `data` in order, each with its error
 * bit (SLVERR or DECERR), the last one marked. A client has one command under way; its bursts are asked for ahead of their data. Bursts of
 * several clients take turns, round robin, with the number of the client as ID.
 *
 * - ARVALID comes from registers and an arbiter and waits for nothing; RREADY is the ready of the client that the beat is for.
 * - Data pass without a register: one beat a cycle. First address 3 cycles after the command; next command 1 cycle after the last beat.
 */
export const axi4Read = block(
  'axi4_read',
  Axi4ReadParams,
  (m, p) => {
    const beat = Bundle({ data: UInt(p.dataWidth), error: Bool, last: Bool });
    const idWidth = clog2(p.clients);
    const io = m.ports({
      command: numbered(p.clients, () => sink(axi4CommandType(p), 'Byte address and number of beats')),
      data: numbered(p.clients, () => source(beat, 'Beats in order')),
      m_axi: axi4ReadMaster({ ...p, idWidth }),
    });
    const { m_axi } = io;
    const { addressWidth, dataWidth, maxBurst, beatBits } = p;
    const width = addressWidth + 8;
    const { arbiter } = m.instances({ arbiter: streamArbiter({ width, inputs: p.clients, source: true }) });
    const all = Array.from({ length: p.clients }, (_, i) => {
      const name = `bursts_${i}`;
      const cut = m.instances({ [name]: axi4Bursts({ addressWidth, dataWidth, maxBurst, beatBits }) })[name]!;
      const input = arbiter.in[i]!;
      input.offer(cut.burst.valid, { data: packedPayload(m, cut.burst), last: m.lit(0, UInt(0)) });
      cut.burst.ready.assign(input.ready);

      // One command at a time: beats that are still to come.
      const leftName = `left_${i}`;
      const left = m.regs({ [leftName]: UInt(beatBits).init(0) })[leftName]!;
      const command = io.command[i]!;
      const idleName = `idle_${i}`;
      const idle = m.nets({ [idleName]: left.eq(0) })[idleName]!;
      cut.command.offer(command.valid.and(idle), command.payload);
      command.ready.assign(idle.and(cut.command.ready));
      const data = io.data[i]!;
      const isMine = p.clients === 1 ? m_axi.rvalid : m_axi.rvalid.and(m_axi.rid.eq(i));
      data.offer(isMine, { data: m_axi.rdata, error: m_axi.rresp.msb(), last: left.eq(1) });
      m.when(command.fire, () => left.next(command.payload.beats)).elsewhen(data.fire, () =>
        left.next(left.subWrap(1)),
      );
      m.assume(`beat_was_asked_for_${i}`, isMine.not().or(idle.not()), 'data came that nobody had asked for');
      const ends = isMine.not().or(left.ne(1)).or(m_axi.rlast);
      m.assume(`last_beat_ends_a_burst_${i}`, ends, 'RLAST is missing on the last beat of a transfer');
      return isMine.and(data.ready);
    });
    m_axi.rready.assign(p.clients === 1 ? io.data[0]!.ready : anyOf(all));
    m_axi.arvalid.assign(arbiter.out.valid);
    arbiter.out.ready.assign(m_axi.arready);
    m_axi.araddr.assign(arbiter.out.payload.data.high(addressWidth));
    m_axi.arlen.assign(arbiter.out.payload.data.low(8));
    m_axi.arid.assign(arbiter.out.payload.source);
    m_axi.arsize.assign(beatShift(p));
    m_axi.arburst.assign(1);
    m_axi.arcache.assign(noCache);
    m_axi.arprot.assign(0);
    noteAxi4(m, 'm_axi', ['ar', 'r']);
    return io;
  },
  { doc: 'AXI4 read master: transfers of any length for several clients.' },
);
