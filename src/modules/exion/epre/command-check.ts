// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, type Signal, UInt } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { bitsFor, clog2 } from '../../lib/widths.ts';
import { commandType } from '../core.types.ts';
import { flags, ops } from '../isa.ts';
import { shiftRange } from './int8-writer.ts';
import { blockBits } from './word-issue.ts';

export const CommandCheckParams = z.strictObject({
  size: z.int().min(2).describe('R = C'),
  inputWords: z.int().min(2).describe('Words of EIMEM'),
  weightWords: z.int().min(2).describe('Words of EWMEM'),
  tokens: z.int().min(1).describe('T: most keys'),
  maskWords: z.int().min(2).describe('Column words of the mask memory'),
});

/** Fields of a command that the unit takes. */
export const epreFields = [
  'op',
  'flags',
  'n',
  'k',
  'dst',
  'srcA',
  'srcB',
  'maskA',
  'maskB',
  'maskC',
  'gain',
  'shift',
  'live',
  'limit',
  'best',
] as const;

export const epreCommandType = commandType(...epreFields);

/** Cycles from a command to the verdict about it. */
export const checkLatency = 2;

/**
 * Tells whether a command can be carried out, and what follows from it.
 *
 * Law: `refused` is 1 for an operation other than EPRED and TOPK, n or k = 0, operands beyond EIMEM or EWMEM; for EPRED a shift beyond
 * 8 .. 46; for TOPK more keys than T, best = 0, live = 0 or more than R, words beyond the mask memory (maskC only with LAST).
 * Latency 2 cycles from `command`, which has to stay: the blocks times k words are a 16 x 16 bit product with a register before the
 * sums and comparisons.
 */
export const commandCheck = block(
  'epre_command_check',
  CommandCheckParams,
  (m, p) => {
    const io = m.ports({
      command: input(epreCommandType),
      blocks: output(UInt(blockBits), 'column blocks'),
      topk: output(Bool, 'TOPK'),
      refused: output(Bool, '2 cycles after the command'),
    });
    const { command } = io;
    const rowBits = clog2(p.size);
    const blocks = roundUp(command.n, rowBits);
    const { is_topk: isTopk } = m.nets({ is_topk: command.op.eq(ops.TOPK) });
    const { closes } = m.nets({ closes: command.flags.and(flags.LAST).orR() });
    const { words } = m.regs({ words: UInt(32) });
    words.next(blocks.mul(command.k));

    const nothing = m.lit(0, UInt(1));
    const common = [
      isTopk.or(command.op.eq(ops.EPRED)).not(),
      command.n.eq(0),
      command.k.eq(0),
      beyond(command.srcA, command.k, p.inputWords),
      beyond(command.srcB, words, p.weightWords),
    ];
    const projection = [command.shift.lt(shiftRange.minShift), command.shift.gt(shiftRange.maxShift)];
    const selection = [
      beyond(nothing, command.n, p.tokens),
      command.best.eq(0),
      command.live.eq(0),
      beyond(nothing, command.live, p.size),
      beyond(command.maskA, command.n, p.maskWords),
      beyond(command.maskB, m.lit(1, UInt(1)), p.maskWords),
      closes.and(beyond(command.maskC, roundUp(command.n, rowBits), p.maskWords)),
    ];
    const any = (bits: readonly Signal[]): Signal<typeof Bool> => join<Signal>(nothing, bits).orR();
    const { verdict } = m.regs({ verdict: Bool });
    verdict.next(any(common).or(isTopk.mux(any(selection), any(projection))));
    io.blocks.assign(blocks);
    io.topk.assign(isTopk);
    io.refused.assign(verdict);
    return io;
  },
  { doc: 'Checks the commands of the prediction engine against its memories.' },
);

/** ceil(n / 2^bits), as wide as n. */
function roundUp(n: Signal, bits: number): Signal {
  return n
    .addFull(2 ** bits - 1)
    .slice(n.width, bits)
    .resize(n.width);
}

/** first + count > most. */
function beyond(first: Signal, count: Signal, most: number): Signal<typeof Bool> {
  const sum = first.addFull(count);
  const end: Signal = sum.resize(Math.max(sum.width, bitsFor(most)));
  return end.gt(most);
}
