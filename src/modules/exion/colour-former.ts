// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, output, pack, type Signal, sink, source, UInt, unpack, widthOf } from '../../dsl/index.ts';
import { join } from '../lib/join.ts';
import { onehotDecode } from '../lib/onehot.ts';
import { streamArbiter } from '../lib/stream-arbiter.ts';
import { assertStable } from '../lib/stream-laws.ts';
import { fields } from './conmerge.fields.ts';
import { blockType, groupType } from './conmerge.types.ts';
import { subBanks } from './core.params.ts';
import { laneFormer } from './lane-former.ts';

export const ColourFormerParams = z.strictObject({
  rows: fields.rows,
  cols: fields.cols,
  beats: fields.blocks.min(2).describe('capacity: most beats of one unit of work'),
  idWidth: fields.idWidth,
});

/** Most beats, so most blocks, of one sub-bank. */
export const colourBlocks = (beats: number): number => Math.max(2, Math.ceil(beats / subBanks));

/**
 * Block former with COLOUR placement (paper 4 "WMEM"): as lane-former.ts, apart for each of the 4 sub-banks (n / C) mod 4, which is the beat
 * modulo 4.
 *
 * Law: the blocks of one sub-bank come in their order, those of different ones in any; the last block of the unit has `last`.
 * Throughput: a group and a block a cycle. The last block is offered 1 cycle and max(1, most - least columns of a lane) for each sub-bank in use
 * after the end of the unit. Memory as lane-former.ts, divided by sub-bank.
 */
export const colourFormer = block(
  'colour_former',
  ColourFormerParams,
  (m, p) => {
    const io = m.ports({
      group: sink(groupType(p), 'kept columns in order'),
      blk: source(blockType({ ...p, colour: true }), 'blocks'),
      empty: output(Bool, 'a unit ends that has no block'),
      busy: output(Bool, 'holds columns'),
    });
    const plain = blockType(p);
    const depth = colourBlocks(p.beats);
    const names = Array.from({ length: subBanks }, (_, c) => `bank_${c}`);
    const formers = Object.values(
      m.instances(Object.fromEntries(names.map((name) => [name, laneFormer({ ...p, depth })]))),
    );
    const { arbiter } = m.instances({
      arbiter: streamArbiter({ width: widthOf(plain), inputs: subBanks, source: true }),
    });
    const list = (bits: readonly Signal[]): Signal => join<Signal>(bits[0]!, bits);

    // A beat goes to its sub-bank, the end to all. The next unit waits until the blocks of this one have left.
    const { payload } = io.group;
    const { draining } = m.regs({ draining: Bool.init(0) });
    const { accepts } = m.nets({
      accepts: list(formers.map((former) => former.group.ready))
        .andR()
        .and(draining.not()),
    });
    const colour = payload.beat.width < 2 ? payload.beat.resize(2) : payload.beat.low(2);
    io.group.ready.assign(accepts);
    formers.forEach((former, c) => {
      const take = payload.take.and(colour.eq(c).replicate(p.cols));
      former.group.offer(io.group.valid.and(accepts), { ...payload, take });
      const port = arbiter.in[String(c)]!;
      port.offer(former.blk.valid, { data: pack(former.blk.payload), last: m.lit(0, UInt(0)) });
      former.blk.ready.assign(port.ready);
    });

    // The last block is the last one of the last sub-bank.
    const { finished } = m.regs({ finished: UInt(subBanks).init(0) });
    const { empties } = m.nets({ empties: list(formers.map((former) => former.empty)) });
    const { data, source: bank } = arbiter.out.payload;
    const chosen = unpack(data, plain);
    const { last } = m.nets({ last: chosen.last.and(finished.or(onehotDecode(bank, subBanks)).andR()) });
    io.blk.offer(arbiter.out.valid, { ...chosen, colour: bank, last });
    arbiter.out.ready.assign(io.blk.ready);
    m.when(io.group.fire.and(payload.last), () => draining.next(empties.andR().not())).elsewhen(
      io.blk.fire.and(last),
      () => draining.next(0),
    );
    assertStable(m, 'blk', io.blk);
    io.empty.assign(empties.andR());
    io.busy.assign(list(formers.map((former) => former.busy)).orR());
    m.when(empties.orR(), () => finished.next(empties.andR().mux(m.lit(0, finished.type), empties))).elsewhen(
      arbiter.out.fire.and(chosen.last),
      () => finished.next(last.mux(m.lit(0, finished.type), finished.or(onehotDecode(bank, subBanks)))),
    );
    return io;
  },
  { doc: 'ConMerge: packs kept columns into blocks, every column in its own lane, every block of one sub-bank.' },
);
