// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, UInt } from '../../../dsl/index.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { stepType } from './log-array.ts';

export const WordIssueParams = z.strictObject({
  size: z.int().min(2).describe('C'),
  inputWords: z.int().min(2).describe('Words of EIMEM'),
  weightWords: z.int().min(2).describe('Words of EWMEM'),
  credits: z.int().min(1).describe('Column blocks that what follows can hold'),
});

/** Bits of a count of column blocks of a command. */
export const blockBits = 16;

/**
 * Reads the words of a command: `blocks` column blocks of k words; the weight words of a command lie in one run, the input words are
 * read again for each block.
 *
 * Law: a word a cycle. The last word of a block waits until C cycles after that of the block before, when the array has let
 * go of its results, and until a credit is there (`limited`: one is taken by that word; `gives_back` returns one). So a block takes max(k, C)
 * cycles, and nothing behind this point ever has to stop. Addresses are registers.
 */
export const wordIssue = block(
  'epre_word_issue',
  WordIssueParams,
  (m, p) => {
    const io = m.ports({
      start: {
        valid: input(Bool, 'a command begins'),
        blocks: input(UInt(blockBits), 'column blocks, 1 or more'),
        k: input(UInt(16), 'words of a block, 1 or more'),
        input: input(UInt(clog2(p.inputWords)), 'first word of EIMEM'),
        weight: input(UInt(clog2(p.weightWords)), 'first word of EWMEM'),
        limited: input(Bool, 'blocks take credits'),
      },
      gives_back: input(Bool, 'a credit comes back'),
      x_address: output(UInt(clog2(p.inputWords))),
      w_address: output(UInt(clog2(p.weightWords))),
      step: output(stepType, 'the word at these addresses is read in this cycle'),
      busy: output(Bool, 'words are to come'),
      settled: output(Bool, 'all credits are back'),
    });
    const { blocks, k, word } = m.regs({ blocks: UInt(blockBits).init(0), k: UInt(16), word: UInt(16) });
    const { first_input: firstInput, limited } = m.regs({ first_input: UInt(clog2(p.inputWords)), limited: Bool });
    const { x, w } = m.regs({ x: UInt(clog2(p.inputWords)), w: UInt(clog2(p.weightWords)) });
    const { gap, credits } = m.regs({
      gap: UInt(clog2(p.size)).init(0),
      credits: UInt(bitsFor(p.credits)).init(p.credits),
    });

    const { open, last } = m.nets({ open: blocks.ne(0), last: word.eq(1) });
    const { free } = m.nets({ free: gap.eq(0).and(limited.not().or(credits.ne(0))) });
    const { issues } = m.nets({ issues: open.and(last.not().or(free)) });
    const { ends } = m.nets({ ends: issues.and(last) });

    m.when(issues, () => {
      word.next(last.mux(k, word.subWrap(1)));
      x.next(last.mux(firstInput, x.addWrap(1)));
      w.next(w.addWrap(1));
    });
    m.when(ends, () => {
      blocks.next(blocks.subWrap(1));
      gap.next(p.size - 1);
    }).elsewhen(gap.ne(0), () => gap.next(gap.subWrap(1)));
    m.when(io.start.valid, () => {
      blocks.next(io.start.blocks);
      k.next(io.start.k);
      word.next(io.start.k);
      firstInput.next(io.start.input);
      x.next(io.start.input);
      w.next(io.start.weight);
      limited.next(io.start.limited);
      gap.next(0);
    });
    const { takes } = m.nets({ takes: ends.and(limited) });
    m.when(takes.and(io.gives_back.not()), () => credits.next(credits.subWrap(1))).elsewhen(
      io.gives_back.and(takes.not()),
      () => credits.next(credits.addWrap(1)),
    );
    m.assert(
      'credits_come_back_once',
      io.gives_back.not().or(credits.ne(p.credits)),
      'a credit comes back that was not taken',
    );
    m.when(io.start.valid, () =>
      m.assert('starts_idle', open.not(), 'a command begins before all words of another are read'),
    );

    io.x_address.assign(x);
    io.w_address.assign(w);
    io.step.valid.assign(issues);
    io.step.first.assign(word.eq(k));
    io.step.last.assign(last);
    io.busy.assign(open);
    io.settled.assign(credits.eq(p.credits));
    return io;
  },
  { doc: 'Reads the operand words of a command of the prediction engine, block by block.' },
);
