// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import {
  block,
  Bool,
  Bundle,
  input,
  type ModuleBuilder,
  output,
  type Signal,
  sink,
  source,
  UInt,
} from '../../../dsl/index.ts';
import { axi4CommandType } from '../../lib/axi4-bursts.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { bitsFor } from '../../lib/widths.ts';
import { scratchBits } from '../core.types.ts';
import { commandWords } from '../isa.ts';
import { DmaParams } from './dma.ts';

export const PrefetchParams = DmaParams;
type Params = z.output<typeof PrefetchParams>;
type Bit = Signal<typeof Bool>;

export const commandBits = 32 * commandWords;
/** A command with what the bus said about it. */
export const rawCommandType = Bundle({ bits: UInt(commandBits), error: Bool });

/** Commands that are read at once, an aligned block; the fifo holds two. */
const BLOCK = 8;
const blockBits = Math.log2(BLOCK);
/** Bits of the number of beats of a block. */
export const fetchBeatBits = 8;

/**
 * Reads commands in a row from the memory outside, ahead of need: blocks of 8 commands (512 bytes, aligned), as long as there is room for a
 * whole one. `jump` goes on from another place in units of a command (64 bytes) and forgets what was read; data that are still on their way are
 * dropped when they come, so the next block is asked for after them. An error of the bus stays with the command that it hit: reading
 * ahead past the end of a program does no harm.
 *
 * A command a cycle, or as the bus gives them: a word of 32 * size bits a beat. First command 4 cycles after a jump, and the memory's time.
 */
export const prefetch = block(
  'prefetch',
  PrefetchParams,
  (m, p) => {
    const beat = Bundle({ data: UInt(scratchBits(p)), error: Bool, last: Bool });
    const io = m.ports({
      jump: {
        enable: input(Bool, 'from now on commands from `place` on'),
        place: input(UInt(32), 'byte address / 64'),
      },
      stop: input(Bool, 'forgets all and rests until the next jump'),
      command: source(rawCommandType),
      idle: output(Bool, 'nothing is on its way'),
      read_command: source(axi4CommandType({ addressWidth: p.addressWidth, beatBits: fetchBeatBits })),
      read_data: sink(beat),
    });
    const { fifo } = m.instances({
      fifo: streamFifo({ width: commandBits + 1, depth: 2 * BLOCK, storage: 'distributed', flush: true }),
    });
    const { enabled, asking, waiting, dropping, target, place, room } = m.regs({
      enabled: Bool.init(0),
      /** A block is being asked for. */
      asking: Bool.init(0),
      /** A block was asked for, and its last beat has not come. */
      waiting: Bool.init(0),
      /** What comes is not wanted any more. */
      dropping: Bool.init(0),
      /** The next block, and the one under way. */
      target: UInt(32),
      place: UInt(32),
      room: UInt(bitsFor(2 * BLOCK)).init(2 * BLOCK),
    });
    const { forget } = m.nets({ forget: io.jump.enable.or(io.stop) });
    const { begins, ends } = m.nets({
      begins: enabled.and(asking.not()).and(waiting.not()).and(room.ge(BLOCK)).and(forget.not()),
      ends: io.read_data.fire.and(io.read_data.payload.last),
    });
    // A block that is entered in the middle is read from there, by whole beats.
    const inBlock = place.low(blockBits);
    io.read_command.offer(asking, {
      address: place
        .high(32 - shift(p))
        .concat(place.constant(0n, shift(p) + 6))
        .resize(p.addressWidth),
      beats: beatsOf(p, inBlock),
    });
    m.when(begins, () => {
      asking.next(1);
      place.next(target);
      target.next(
        target
          .high(32 - blockBits)
          .addWrap(1)
          .concat(target.constant(0n, blockBits)),
      );
    });
    m.when(io.read_command.fire, () => {
      asking.next(0);
      waiting.next(1);
    });
    m.when(ends, () => {
      waiting.next(0);
      dropping.next(0);
    });

    const { data, error } = io.read_data.payload;
    const made = commandsOf(m, p, { valid: io.read_data.valid, data, error }, { begins, first: target.low(shift(p)) });
    fifo.in.offer(made.whole.and(dropping.not()), made.error.concat(made.bits));
    io.read_data.ready.assign(made.takes.or(dropping));
    fifo.flush.assign(forget);
    io.command.offer(fifo.out.valid, { bits: fifo.out.payload.low(commandBits), error: fifo.out.payload.msb() });
    fifo.out.ready.assign(io.command.ready);

    // Room for what is not yet asked for.
    const { taken } = m.nets({ taken: fifo.out.valid.and(fifo.out.ready) });
    const asked = m.lit(BLOCK, UInt(room.width)).subWrap(target.low(blockBits).resize(room.width));
    room.next(room.addWrap(taken.resize(room.width)).subWrap(begins.mux(asked, 0)));
    m.when(forget, () => {
      // A request that is on offer stays on offer: its data are dropped.
      dropping.next(asking.or(waiting.and(ends.not())));
      room.next(2 * BLOCK);
      enabled.next(io.jump.enable);
    });
    m.when(io.jump.enable, () => target.next(io.jump.place));
    io.idle.assign(asking.not().and(waiting.not()).and(enabled.not()));
    m.assert('command_has_room', fifo.in.valid.not().or(fifo.in.ready), 'a command comes and there is no room');
    return io;
  },
  { doc: 'Reads commands from memory ahead of need.' },
);

/** log2 of the commands of a beat, where there are several. */
const shift = ({ size }: Params): number => Math.max(0, Math.log2(size / 16));
/** Beats of a command, where there are several. */
const beatsEach = ({ size }: Params): number => Math.max(1, 16 / size);

/** Beats from a command in a block to its end. */
function beatsOf(p: Params, inBlock: Signal): Signal {
  const left = inBlock.constant(BigInt(BLOCK >> shift(p)), fetchBeatBits);
  const skipped = inBlock.high(blockBits - shift(p)).resize(fetchBeatBits);
  return left.subWrap(skipped).shl(Math.log2(beatsEach(p)));
}

interface Beat {
  readonly valid: Bit;
  readonly data: Signal;
  readonly error: Bit;
}

/** Puts beats together to commands, or takes them apart: `whole` a command is there, `takes` the beat is used up. */
function commandsOf(m: ModuleBuilder, p: Params, beat: Beat, block: { begins: Bit; first: Signal }) {
  const { valid, data, error } = beat;
  if (p.size === 16) return { whole: valid, bits: data, error, takes: valid };
  if (p.size > 16) {
    const { which } = m.regs({ which: UInt(shift(p)) });
    const parts = Array.from({ length: 2 ** shift(p) }, (_, i) =>
      data.slice(commandBits * (i + 1) - 1, commandBits * i),
    );
    m.when(valid, () => which.next(which.addWrap(1)));
    m.when(block.begins, () => which.next(block.first));
    return { whole: valid, bits: which.pick(parts), error, takes: valid.and(which.andR()) };
  }
  const { filled, early, early_error } = m.regs({
    filled: UInt(Math.log2(beatsEach(p))).init(0),
    early: UInt(commandBits - data.width),
    early_error: Bool,
  });
  m.when(valid, () => {
    filled.next(filled.addWrap(1));
    early.next(data.concat(early).high(early.width));
    early_error.next(error.or(early_error.and(filled.ne(0))));
  });
  return { whole: valid.and(filled.andR()), bits: data.concat(early), error: error.or(early_error), takes: valid };
}
