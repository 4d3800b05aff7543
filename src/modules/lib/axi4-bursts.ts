// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bundle, type Signal, sink, source, UInt } from '../../dsl/index.ts';
import { axi4Params, beatShift } from './axi4-ports.ts';
import { assertStable } from './stream-laws.ts';
import { bitsFor } from './widths.ts';

export const Axi4BurstsParams = z.strictObject(axi4Params);
type Params = z.output<typeof Axi4BurstsParams>;

export const axi4CommandType = (p: Pick<Params, 'addressWidth' | 'beatBits'>) =>
  Bundle({ address: UInt(p.addressWidth), beats: UInt(p.beatBits) });

export const axi4BurstType = (p: Pick<Params, 'addressWidth'>) =>
  Bundle({ address: UInt(p.addressWidth), len: UInt(8) });

/** Beats of a burst at most: bursts do not leave an aligned block of so many, and 4 KiB hold a whole number of those. */
export function burstBlock({
  dataWidth,
  maxBurst = 256,
}: {
  dataWidth: number;
  maxBurst?: number | undefined;
}): number {
  return Math.min(maxBurst, 4096 / (dataWidth / 8));
}

/**
 * Cuts a transfer of `beats` beats from `address` on into AXI4 bursts: each ends at a multiple of `burstBlock` beats or with the
 * transfer, so none crosses 4 KiB. Bits of the address inside a beat are taken as 0; a transfer has at least one beat (assumed).
 *
 * A burst every 2 cycles; the first 2 cycles after the command. All outputs come from registers. Longest path: the comparison and
 * subtraction of the beats that are left.
 */
export const axi4Bursts = block(
  'axi4_bursts',
  Axi4BurstsParams,
  (m, p) => {
    const io = m.ports({
      command: sink(axi4CommandType(p), 'Byte address and number of beats'),
      burst: source(axi4BurstType(p), 'First byte and beats less one'),
    });
    const shift = beatShift(p);
    const most = burstBlock(p);
    const blockBits = Math.log2(most);
    const { state } = m.fsms({ state: ['IDLE', 'CUT', 'OFFER'] });
    const { beat, left, len, is_last } = m.regs({
      // Address in beats.
      beat: UInt(p.addressWidth - shift),
      left: UInt(p.beatBits),
      len: UInt(bitsFor(most - 1)),
      is_last: UInt(1),
    });
    // Beats to the end of the block, less one: as few bits as the offset, all inverted.
    const room = beat.low(blockBits).not();
    const width = Math.max(p.beatBits, blockBits);
    const { left_less_one } = m.nets({ left_less_one: left.subWrap(1) });
    const { ends } = m.nets({ ends: left_less_one.resize(width).le(room.resize(width)) });
    io.command.ready.assign(state.is('IDLE'));
    io.burst.offer(state.is('OFFER'), {
      address: beat.concat(beat.constant(0n, shift)),
      len: len.resize(8),
    });
    state.states({
      IDLE: () => {
        beat.next(io.command.payload.address.high(p.addressWidth - shift));
        left.next(io.command.payload.beats);
        m.when(io.command.valid, () => state.goto('CUT'));
      },
      CUT: () => {
        len.next(ends.mux(left_less_one.resize(width).low(blockBits), room));
        is_last.next(ends);
        state.goto('OFFER');
      },
      OFFER: () => {
        m.when(io.burst.ready, () => {
          beat.next(nextBlock(beat, blockBits));
          left.next(left_less_one.resize(width).subWrap(len.resize(width)).trunc(p.beatBits));
          m.when(is_last, () => state.goto('IDLE')).otherwise(() => state.goto('CUT'));
        });
      },
    });
    m.assume('command_has_beats', io.command.valid.not().or(io.command.payload.beats.ne(0)), 'a transfer of 0 beats');
    assertStable(m, 'burst', io.burst);
    return io;
  },
  { doc: 'Cuts a transfer into AXI4 bursts that do not cross 4 KiB.' },
);

/** Start of the next aligned block. */
function nextBlock(beat: Signal, blockBits: number): Signal {
  return beat
    .high(beat.width - blockBits)
    .addWrap(1)
    .concat(beat.constant(0n, blockBits));
}
