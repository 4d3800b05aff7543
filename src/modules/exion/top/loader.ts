// SPDX-License-Identifier: Apache-2.0
import { block, Bool, type ModuleBuilder, output, type Signal, source, UInt } from '../../../dsl/index.ts';
import { clog2 } from '../../lib/widths.ts';
import { ExionCoreParams } from '../core.params.ts';
import {
  commandType,
  inputWriteType,
  scratchAddressBits,
  scratchBits,
  scratchReader,
  unitPorts,
  weightWriteType,
} from '../core.types.ts';
import { wordCountBits, wordReader } from './word-reader.ts';
import { isKind, isRefused, type LoaderParams, type MoveFields } from './loader-check.ts';
import {
  groupsOf,
  groupType,
  placeColumns,
  placeImage,
  placeRows,
  type Placed,
  type Position,
} from './loader-place.ts';

type Bit = Signal<typeof Bool>;

/** Fields of a command that MOVE looks at. */
export const loaderFields = ['kind', 'n', 'k', 'dst', 'sub', 'srcA', 'count'] as const;

/** Words on their way from the scratchpad: as many as its latency, and some for its other clients. */
const FIFO = 8;

/** A write port that never waits. */
const plainWrite = (address: number, data: number, what: string) => ({
  enable: output(Bool),
  address: output(UInt(address), what),
  data: output(UInt(data), 'a scratchpad word'),
});

/**
 * Loader: carries out MOVE, from the scratchpad into the operand memories (isa.ts, moveKinds; layouts in the core document). A scratchpad
 * word is read and written on every cycle. Refused: counts of 0, W_COLUMNS with `sub` beyond the word, PARAM at an
 * entry that does not begin a word, anything beyond the end of a memory.
 *
 * Cycles from the transfer of the command to `done` without stalls: 4 + latency of the scratchpad (request to answer) + its words;
 * an array of 2 columns takes ceil(n / 2) in place of the words for W_COLUMNS. A refused command takes 3.
 *
 * Longest path: head of the fifo (LUT RAM) through two gates to the write ports.
 */
export const loader = block(
  'loader',
  ExionCoreParams,
  (m, p) => {
    const io = m.ports({
      ...unitPorts(...loaderFields),
      scratch: scratchReader(p),
      x_write: source(inputWriteType(p), 'IMEM'),
      w_write: source(weightWriteType(p), 'WMEM'),
      ex_write: source(inputWriteType(p), 'EIMEM'),
      ew_write: source(weightWriteType(p), 'EWMEM'),
      param_write: plainWrite(clog2(p.params), scratchBits(p), 'entry, the first of size / 2'),
      table_write: plainWrite(clog2(64 / p.size), scratchBits(p), 'word of the table, 4 * size entries'),
    });
    const { state } = m.fsms({ state: ['IDLE', 'MULTIPLY', 'DECIDE', 'RUN'] });
    const { command } = m.regs({ command: commandType(...loaderFields) });
    const { finished, rejected } = m.regs({ finished: Bool.init(0), rejected: Bool.init(0) });
    finished.next(0);
    rejected.next(0);
    io.done.assign(finished);
    io.refused.assign(rejected);
    io.busy.assign(state.is('IDLE').not());
    io.cmd.ready.assign(state.is('IDLE'));

    const { product } = m.regs({ product: UInt(32) });
    const blocks = command.n.subWrap(1).shr(Math.log2(p.size));
    product.next(blocks.mul(command.k));
    const { refuse } = m.nets({ refuse: isRefused(m, p, command, product) });

    const reader = wordReader(m, p, io.scratch, FIFO);
    const { is_running } = m.nets({ is_running: state.is('RUN') });
    // Words that are to be written.
    const { unwritten } = m.regs({ unwritten: UInt(wordCountBits) });
    const { words } = m.nets({
      words: isKind(command, 'TABLE').mux(
        64 / p.size,
        isKind(command, 'W', 'EW', 'PARAM').mux(command.count, command.n.addFull(3).shr(2).resize(wordCountBits)),
      ),
    });
    const writing = writingSide(m, p, command, reader.words.payload);

    // A word goes to the one memory of its kind.
    const { item } = m.nets({ item: is_running.and(reader.words.valid) });
    const toX = { x: isKind(command, 'X'), ex: isKind(command, 'EX') };
    const toW = { w: isKind(command, 'W', 'W_ROWS', 'W_COLUMNS'), ew: isKind(command, 'EW', 'EW_ROWS') };
    const { rows, weights, word } = writing;
    for (const [stream, chosen] of [
      [io.x_write, toX.x],
      [io.ex_write, toX.ex],
    ] as const) {
      const address = word.trunc(stream.payload.address.width);
      stream.offer(item.and(chosen), { address, rows: rows.banks, bytes: rows.bytes, data: rows.data });
    }
    for (const [stream, chosen] of [
      [io.w_write, toW.w],
      [io.ew_write, toW.ew],
    ] as const) {
      const address = word.trunc(stream.payload.address.width);
      stream.offer(item.and(chosen), { address, lanes: weights.banks, bytes: weights.bytes, data: weights.data });
    }
    for (const [port, kind] of [
      [io.param_write, 'PARAM'],
      [io.table_write, 'TABLE'],
    ] as const) {
      port.enable.assign(item.and(isKind(command, kind)));
      port.address.assign(word.trunc(port.address.width));
      port.data.assign(reader.words.payload);
    }
    const { taken } = m.nets({
      taken: toX.x
        .mux(io.x_write.ready, 1)
        .and(toX.ex.mux(io.ex_write.ready, 1))
        .and(toW.w.mux(io.w_write.ready, 1))
        .and(toW.ew.mux(io.ew_write.ready, 1)),
    });
    const { written } = m.nets({ written: item.and(taken) });
    const { consumed } = m.nets({ consumed: written.and(writing.complete) });
    reader.words.ready.assign(is_running.and(taken).and(writing.complete));
    io.stalled.assign(is_running.and(written.not()).and(reader.asks.not()));

    state.states({
      IDLE: () => {
        m.drive(command, io.cmd.payload);
        m.when(io.cmd.valid, () => state.goto('MULTIPLY'));
      },
      MULTIPLY: () => state.goto('DECIDE'),
      DECIDE: () => {
        m.when(refuse, () => {
          finished.next(1);
          rejected.next(1);
          state.goto('IDLE');
        }).otherwise(() => {
          reader.start(command.srcA, words);
          unwritten.next(words);
          writing.start();
          state.goto('RUN');
        });
      },
      RUN: () => {
        m.when(written, () => writing.step());
        m.when(consumed, () => {
          unwritten.next(unwritten.subWrap(1));
          m.when(unwritten.eq(1), () => {
            finished.next(1);
            state.goto('IDLE');
          });
        });
      },
    });
    return io;
  },
  { doc: 'EXION loader: MOVE from the scratchpad into the operand memories.' },
);

/** Puts the bytes of a word where they belong, and keeps count of where that is. */
function writingSide(m: ModuleBuilder, p: LoaderParams, command: MoveFields, data: Signal) {
  const groups = groupsOf(p);
  const { word, group, half, left, last } = m.regs({
    word: UInt(scratchAddressBits),
    group: groupType(p),
    half: Bool,
    left: UInt(16),
    last: Bool,
  });
  const { is_columns, is_param, is_plain } = m.nets({
    is_columns: isKind(command, 'W_COLUMNS'),
    is_param: isKind(command, 'PARAM'),
    is_plain: isKind(command, 'PARAM', 'TABLE'),
  });
  const at: Position = { group, half, left, last, sub: command.sub };
  const rows = placeRows(m, p, data, at);
  const image = placeImage(p, data, at);
  const columns = placeColumns(p, data, at);
  const { is_image } = m.nets({ is_image: isKind(command, 'W', 'EW') });
  const choose = (i: Signal, r: Signal, c: Signal): Signal => is_image.mux(i, is_columns.mux(c, r));
  const weights: Placed = {
    data: rows.data.map((each, i) => choose(image.data[i]!, each, columns.data[i]!)),
    banks: choose(image.banks, rows.banks, columns.banks),
    bytes: choose(image.bytes, rows.bytes, columns.bytes),
  };
  // The second pair of columns of a word has its own write where the array has two columns.
  const one = command.kind.constant(1n, 1) as Bit;
  const complete =
    p.size === 2
      ? is_columns
          .not()
          .or(half)
          .or(last.and(left.le(2)))
      : one;
  const { wraps } = m.nets({
    wraps: is_plain.or(is_columns.mux(isLastGroup(group, groups.lanes), isLastGroup(group, groups.word))),
  });
  return {
    rows,
    weights,
    word,
    complete,
    start(): void {
      word.next(isKind(command, 'TABLE').mux(0, command.dst));
      group.next(0);
      half.next(0);
      left.next(command.n);
      last.next(command.n.le(4));
    },
    step(): void {
      const wide = (value: Signal): Signal => value.resize(scratchAddressBits);
      const stride = is_columns.mux(wide(command.k), is_param.mux(p.size / 2, word.constant(1n, scratchAddressBits)));
      m.when(wraps, () => {
        word.next(word.addWrap(stride));
        group.next(0);
      }).otherwise(() => {
        if (group.width > 0) group.next(group.addWrap(1));
      });
      half.next(complete.not());
      m.when(complete, () => {
        left.next(left.subWrap(4));
        last.next(left.le(8));
      });
    },
  };
}

function isLastGroup(group: Signal, groups: number): Bit {
  return group.width === 0 ? (group.constant(1n, 1) as Bit) : group.eq(groups - 1);
}
