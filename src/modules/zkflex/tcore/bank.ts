// SPDX-License-Identifier: Apache-2.0
import { block, input, output, UInt, Vec } from '../../../dsl/index.ts';
import { delayed, validChain } from '../arith/delay.ts';
import { cellLatency, leafLatency, toom2Cell } from '../mul/toom2-cell.ts';
import { cellCount, laneCount, TCoreParams } from '../tcore.params.ts';
import { inOrder, laneOperands, laneProducts } from './lane-values.ts';
import { tcoreOperands } from './operands.ts';
import { cellWidth, operandLatency, planOf, wordBits, wordCount } from './plan.ts';
import { tcoreResults } from './results.ts';

export const BankParams = TCoreParams.pick({ limb: true, pipeline: true, words: true });

/** Cycles from words to their products. */
export const bankWordLatency = (p: Parameters<typeof planOf>[0]): number => 1 + leafLatency(planOf(p));

/**
 * The multipliers of TCore: 15 cells that make 5, 3 or 1 products of 2, 3 or 6 limbs every cycle.
 *
 * Law: x = a b of bankLatency cycles earlier in every lane that the mode has. `valid` says which lanes have operands, for the assertions.
 * With words: products of 45 pairs of words bankWordLatency cycles after `raw`; in that cycle no operands of lanes may meet
 * them at the cells. Shapes: operands 6L, 3L, 3L, 2L, 2L bits (from registers), products twice as many. The mode is constant while anything is in
 * flight. Source: paper 4.1.
 */
export const tcoreBank = block(
  'tcore_bank',
  BankParams,
  (m, p) => {
    const plan = planOf(p);
    const words = Vec(wordCount, UInt(wordBits(p)));
    const io = m.ports({
      mode: input(UInt(2), 'mode'),
      valid: input(UInt(laneCount), 'lanes with operands'),
      a: laneOperands(p, 'factor'),
      b: laneOperands(p, 'factor'),
      x: laneProducts(p, 'product'),
      word: {
        valid: input(UInt(Number(p.words)), 'words are there'),
        a: input(words, 'factors'),
        b: input(words, 'factors'),
        x: output(Vec(wordCount, UInt(2 * wordBits(p))), 'products'),
      },
    });
    const { of_a, of_b } = m.instances({ of_a: tcoreOperands(p), of_b: tcoreOperands(p) });
    const { third_a, third_b, raw } = m.regs({
      third_a: Vec(cellCount, words.element),
      third_b: Vec(cellCount, words.element),
      raw: UInt(Number(p.words)).init(0),
    });
    raw.next(io.word.valid);
    for (const [operands, lanes, given, third] of [
      [of_a, io.a, io.word.a, third_a],
      [of_b, io.b, io.word.b, third_b],
    ] as const) {
      operands.mode.assign(io.mode);
      inOrder(operands.operand).forEach((port, i) => port.assign(inOrder(lanes)[i]!));
      operands.raw.assign(io.word.valid);
      for (let i = 0; i < cellCount; i++) {
        operands.words.at(2 * i).assign(given.at(3 * i));
        operands.words.at(2 * i + 1).assign(given.at(3 * i + 1));
        third.at(i).next(given.at(3 * i + 2));
      }
    }

    const { combine, leafStages } = plan;
    const call = toom2Cell({ width: cellWidth(p), leafStages, combine, word: wordBits(p) });
    const { results } = m.instances({ results: tcoreResults({ limb: p.limb, pipeline: p.pipeline }) });
    const atCells = validChain(m, 'valid', io.valid, operandLatency(plan) + cellLatency(plan));
    const anyAtCells = atCells[operandLatency(plan)]!.orR();
    for (let i = 0; i < cellCount; i++) {
      const name = `cell_${i}`;
      const cell = m.instances({ [name]: call })[name]!;
      cell.valid.assign(anyAtCells);
      cell.a.assign(of_a.cells.at(i));
      cell.b.assign(of_b.cells.at(i));
      cell.raw.assign(raw);
      cell.third.a.assign(third_a.at(i));
      cell.third.b.assign(third_b.at(i));
      for (let k = 0; k < 3; k++) io.word.x.at(3 * i + k).assign(cell.words.at(k));
      results.cells.at(i).assign(cell.product);
    }

    results.mode.assign(io.mode);
    results.valid.assign(atCells.at(-1)!);
    results.add2.assign(delayed(m, 'add2', of_a.negative2.xor(of_b.negative2), cellLatency(plan)));
    results.add3.assign(delayed(m, 'add3', of_a.negative3.xor(of_b.negative3), cellLatency(plan)));
    results.add6.assign(delayed(m, 'add6', of_a.negative6.xor(of_b.negative6), cellLatency(plan)));
    inOrder(io.x).forEach((out, i) => out.assign(inOrder(results.product)[i]!));
    return io;
  },
  { doc: 'The multipliers of TCore: 15 cells for 5, 3 or 1 products a cycle.' },
);
