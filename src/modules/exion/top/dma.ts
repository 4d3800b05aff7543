// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, output, sink, source, UInt } from '../../../dsl/index.ts';
import { axi4CommandType } from '../../lib/axi4-bursts.ts';
import { ExionCoreParams } from '../core.params.ts';
import { commandType, scratchAddressBits, scratchBits, scratchReader, scratchWriter } from '../core.types.ts';
import { ops } from '../isa.ts';
import { wordCountBits, wordReader } from './word-reader.ts';

export const DmaParams = z.strictObject({
  size: ExionCoreParams.shape.size.refine(
    (n) => n <= 32,
    'a beat of AXI4 has 1024 bits at most: size may be 32 at most',
  ),
  addressWidth: z.int().min(38).max(64).default(40).describe('Bits of a byte address of the memory outside'),
});

export const dmaFields = ['op', 'dst', 'srcA', 'count', 'dram', 'stride'] as const;
export const iterationBits = 24;
export const dmaCommandType = Bundle({ ...commandType(...dmaFields).fields, iteration: UInt(iterationBits) });

/** Bits of the number of beats of a transfer. */
export const dmaBeatBits = wordCountBits;

/** Words on their way from the scratchpad to the bus: as many as the latency of both, and some for stalls. */
const FIFO = 16;

/**
 * DMA: carries out LD and ST, one word of the scratchpad a beat. The byte address is ((dram + iteration * stride) mod 2^32) * 64. Beats that are
 * answered with an error are not written. Refused: a count of 0, and (more than 16 rows) an address that is no multiple of a word.
 *
 * LD: `count` cycles after its first beat came; the first address leaves 8 cycles after the command. ST: data wait for nothing but the
 * scratchpad and the bus; the command is done when the last burst is answered. A word a cycle.
 */
export const dma = block(
  'dma',
  DmaParams,
  (m, p) => {
    const beat = Bundle({ data: UInt(scratchBits(p)), error: Bool, last: Bool });
    const transfer = axi4CommandType({ addressWidth: p.addressWidth, beatBits: dmaBeatBits });
    const io = m.ports({
      cmd: sink(dmaCommandType, 'commands, one at a time'),
      done: output(Bool, 'pulse: the command is complete, all it wrote can be read'),
      refused: output(Bool, 'with done: the command was not carried out'),
      bus_error: output(Bool, 'with done: some beat was answered with an error'),
      busy: output(Bool),
      stalled: output(Bool, 'busy, but no word moves'),
      scratch_read: scratchReader(p),
      scratch_write: scratchWriter(p),
      load_command: source(transfer, 'to the AXI4 read master'),
      load_data: sink(beat),
      store_command: source(transfer, 'to the AXI4 write master'),
      store_data: source(UInt(scratchBits(p))),
      store_done: input(Bool),
      store_error: input(Bool),
    });
    const { state } = m.fsms({ state: ['IDLE', 'MULTIPLY', 'ADD', 'ASK', 'LOAD', 'STORE'] });
    const { command } = m.regs({ command: dmaCommandType });
    const { product, place, failed } = m.regs({ product: UInt(32), place: UInt(32), failed: Bool });
    const { finished, rejected, finished_badly } = m.regs({
      finished: Bool.init(0),
      rejected: Bool.init(0),
      finished_badly: Bool.init(0),
    });
    finished.next(0);
    rejected.next(0);
    finished_badly.next(0);
    io.done.assign(finished);
    io.refused.assign(rejected);
    io.bus_error.assign(finished_badly);
    io.busy.assign(state.is('IDLE').not());
    io.cmd.ready.assign(state.is('IDLE'));

    const { is_load } = m.nets({ is_load: command.op.eq(ops.LD) });
    const bytes = { address: place.concat(place.constant(0n, 6)).resize(p.addressWidth), beats: command.count };
    const misaligned = place.low(Math.max(0, Math.log2(p.size / 16))).orR();
    const { refuse } = m.nets({ refuse: command.count.eq(0).or(misaligned) });
    const { asks } = m.nets({ asks: state.is('ASK').and(refuse.not()) });
    io.load_command.offer(asks.and(is_load), bytes);
    io.store_command.offer(asks.and(is_load.not()), bytes);

    // LD: beats become writes; a beat with an error is taken and dropped.
    const { word } = m.regs({ word: UInt(scratchAddressBits) });
    const { arrives } = m.nets({ arrives: state.is('LOAD').and(io.load_data.valid) });
    const { data, error, last } = io.load_data.payload;
    const ones = (1n << BigInt(scratchBits(p) / 8)) - 1n;
    io.scratch_write.offer(arrives.and(error.not()), { address: word, data, mask: ones });
    io.load_data.ready.assign(state.is('LOAD').and(error.or(io.scratch_write.ready)));

    const reader = wordReader(m, p, io.scratch_read, FIFO);
    io.store_data.from(reader.words);
    io.stalled.assign(io.busy.and(io.load_data.fire.not()).and(io.store_data.fire.not()).and(reader.asks.not()));

    const finish = (bad: typeof failed): void => {
      finished.next(1);
      finished_badly.next(bad);
      state.goto('IDLE');
    };
    state.states({
      IDLE: () => {
        m.drive(command, io.cmd.payload);
        m.when(io.cmd.valid, () => state.goto('MULTIPLY'));
      },
      MULTIPLY: () => {
        product.next(command.stride.mul(command.iteration).low(32));
        state.goto('ADD');
      },
      ADD: () => {
        place.next(command.dram.addWrap(product));
        word.next(command.dst);
        failed.next(0);
        state.goto('ASK');
      },
      ASK: () => {
        m.when(refuse, () => {
          finished.next(1);
          rejected.next(1);
          state.goto('IDLE');
        })
          .elsewhen(io.load_command.fire, () => state.goto('LOAD'))
          .elsewhen(io.store_command.fire, () => {
            reader.start(command.srcA, command.count);
            state.goto('STORE');
          });
      },
      LOAD: () => {
        m.when(io.load_data.fire, () => {
          word.next(word.addWrap(1));
          failed.next(failed.or(error));
          m.when(last, () => finish(failed.or(error) as typeof failed));
        });
      },
      STORE: () => {
        m.when(io.store_done, () => finish(io.store_error as typeof failed));
      },
    });
    return io;
  },
  { doc: 'EXION DMA: LD and ST between the scratchpad and an AXI4 bus.' },
);
