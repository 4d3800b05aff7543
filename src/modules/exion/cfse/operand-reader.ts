// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, type Signal, SInt, UInt, Vec } from '../../../dsl/index.ts';
import { onehotMux } from '../../lib/onehot.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { scratchAddressBits, scratchBits, scratchReader } from '../core.types.ts';
import { readDepth, SizeParams } from './cfse.types.ts';
import { columnWalker } from './column-walker.ts';
import { credits } from './credits.ts';

/**
 * Operands of the columns from the scratchpad: asks for words ahead, up to `readDepth` that are under way or wait, and puts those of a
 * column together. `go` begins a column (OMEM, masks and parameters are read in that cycle); its operands are at the outputs in the
 * next one. Without scratchpad operands a column goes every cycle; else see `column-walker.ts`. A column goes only while `may_go`.
 *
 * Every word of a tensor is read once a pass. Latency from the answer to `go`: 1 cycle, through the queue.
 */
export const operandReader = block(
  'cfse_operand_reader',
  SizeParams,
  (m, p) => {
    const address = UInt(scratchAddressBits);
    const io = m.ports({
      start: input(Bool, 'a pass begins'),
      count: input(UInt(16), 'columns'),
      uses: input(UInt(3), 'operands that are read: bit 0 A, 1 B, 2 P'),
      wide: input(Bool, 'B is int32, else int16'),
      base: { a: input(address), b: input(address), p: input(address) },
      may_go: input(Bool, 'what follows can take a column'),
      read: scratchReader(p),
      go: output(Bool, 'a column begins'),
      last: output(Bool, 'with go: it is the last of the pass'),
      moves: output(Bool, 'a word or a column moves'),
      a: output(Vec(p.size, SInt(16)), 'in the cycle after go; so are the next'),
      b: output(Vec(p.size, SInt(32))),
      p: output(Vec(p.size, SInt(32))),
    });
    const { asker, taker, answers } = m.instances({
      asker: columnWalker({}),
      taker: columnWalker({}),
      answers: streamFifo({ width: scratchBits(p), depth: readDepth, storage: 'distributed' }),
    });
    const { halves } = m.nets({ halves: m.lit(0, Bool).concat(io.wide.not(), m.lit(1, Bool)) });
    for (const walker of [asker, taker]) {
      walker.start.assign(io.start);
      walker.count.assign(io.count);
      walker.uses.assign(io.uses);
      walker.halves.assign(halves);
    }

    // Requests: an address a operand that counts up.
    const { asks } = m.nets({ asks: io.read.request.fire });
    const { takes } = m.nets({ takes: answers.out.valid.and(answers.out.ready) });
    const room = credits(m, readDepth, asks, [takes]);
    const next = m.regs({ next_a: address, next_b: address, next_p: address });
    const cursors = [next.next_a, next.next_b, next.next_p];
    [io.base.a, io.base.b, io.base.p].forEach((base, i) => {
      const cursor = cursors[i]!;
      m.when(io.start, () => cursor.next(base)).elsewhen(asks.and(asker.take.bit(i)), () =>
        cursor.next(cursor.addWrap(1)),
      );
    });
    const idles = asker.take.eq(0);
    io.read.request.offer(asker.active.and(idles.not()).and(room.free), onehotMux<Signal>(asker.take, cursors));
    asker.step.assign(asker.active.and(idles).or(asks));

    // Answers: kept for as long as a column of theirs is to come.
    answers.in.offer(io.read.answer.valid, io.read.answer.data);
    m.assert('answer_has_room', io.read.answer.valid.not().or(answers.in.ready), 'an answer that nobody asked for');
    const { has_word } = m.nets({ has_word: taker.take.eq(0).or(answers.out.valid) });
    const { steps } = m.nets({ steps: taker.active.and(has_word).and(taker.ends.not().or(io.may_go)) });
    taker.step.assign(steps);
    answers.out.ready.assign(steps.and(taker.take.ne(0)));
    const held = m.regs({
      held_a: answers.out.payload.type,
      held_b: answers.out.payload.type,
      held_p: answers.out.payload.type,
    });
    [held.held_a, held.held_b, held.held_p].forEach((word, i) =>
      m.when(steps.and(taker.take.bit(i)), () => word.next(answers.out.payload)),
    );
    io.go.assign(steps.and(taker.ends));
    const { odd } = m.regs({ odd: Bool });
    m.when(io.go, () => odd.next(taker.odd));
    io.last.assign(io.go.and(taker.last));
    io.moves.assign(steps.or(asks).or(io.read.answer.valid));

    const half = (word: typeof held.held_a, i: number) => {
      const [even, other] = [16 * i, 16 * (p.size + i)].map((low) => word.slice(low + 15, low).asSInt());
      return odd.mux(other!, even!);
    };
    const full = (word: typeof held.held_a, i: number) => word.slice(32 * i + 31, 32 * i).asSInt();
    for (let i = 0; i < p.size; i++) {
      io.a.at(i).assign(half(held.held_a, i));
      io.b.at(i).assign(io.wide.mux(full(held.held_b, i), half(held.held_b, i).resize(32)));
      io.p.at(i).assign(full(held.held_p, i));
    }
    return io;
  },
  { doc: 'Operands of the special function unit from the scratchpad.' },
);
