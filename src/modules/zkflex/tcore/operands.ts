// SPDX-License-Identifier: Apache-2.0
import type { z } from 'zod';
import { block, Bool, input, type ModuleBuilder, output, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { delayed } from '../arith/delay.ts';
import { toom2Evaluate, toom2Latency } from '../mul/toom2.ts';
import { toom3Evaluate, toom3EvaluateLatency } from '../mul/toom3-evaluate.ts';
import { cellCount, laneCount, TCoreParams } from '../tcore.params.ts';
import { inOrder, laneOperands } from './lane-values.ts';
import { cellWidth, groupCount, type Plan, planOf, wordBits } from './plan.ts';

export const OperandsParams = TCoreParams.pick({ limb: true, pipeline: true, words: true });
type OperandsParams = z.output<typeof OperandsParams>;

/**
 * From one operand of every lane to one operand of every cell: evaluation of all modes, and the choice between them.
 *
 * Law: mode 0, lane i: cells 3i .. 3i+2 get the lower limb, the upper limb and their absolute difference. Mode 1, lane j: cells 5j .. 5j+4 get
 * the values at 0, 1, -1 (absolute), 2, infinity. Mode 2: the lower half, the upper half and their absolute difference go the way of lanes 0,
 * 1 and 2 of mode 1. negative2 has a bit for each lane of mode 0 (upper limb less than the lower), negative3 for each of mode 1 (value at -1
 * below 0), negative6 is for the halves. With `raw` cell i gets words 2i (lower half) and 2i+1.
 *
 * Shapes: lanes 6L, 3L, 3L, 2L, 2L bits, cells L+3. Latency operandLatency; new operands every cycle. The mode is constant while operands are
 * in flight. Source: paper 4.1.
 */
export const tcoreOperands = block(
  'tcore_operands',
  OperandsParams,
  (m, p) => {
    const plan = planOf(p);
    const cell = UInt(cellWidth(p));
    const io = m.ports({
      mode: input(UInt(2), 'mode'),
      operand: laneOperands(p, 'operand of the lane'),
      cells: output(Vec(cellCount, cell), 'operand of each cell'),
      negative2: output(UInt(laneCount), 'signs of the differences of limbs'),
      negative3: output(UInt(groupCount), 'signs of the values at -1'),
      negative6: output(Bool, 'sign of the difference of halves'),
      raw: input(UInt(Number(p.words)), 'the cells get words'),
      words: input(Vec(2 * cellCount, UInt(wordBits(p))), 'two words for each cell'),
    });
    const raw = io.raw.orR();
    const words = [...io.words];
    const lanes = inOrder(io.operand);
    const { joined, two_limbs } = m.nets({ joined: io.mode.eq(2), two_limbs: io.mode.eq(0) });

    const { groups, negative } = thirds(m, p, plan, lanes, joined);
    const evaluated = toom3EvaluateLatency(plan.evaluate);
    const held = (name: string, value: Signal): Signal => delayed(m, name, value, evaluated);
    const rest = [3, 4].map((i) => delayed(m, `operand_${i}`, lanes[i]!, toom2Latency(plan.halve)));
    const pairs = [...groups, ...rest].map((x, i) => {
      const [low, high] = [x.trunc(p.limb), x.slice(2 * p.limb - 1, p.limb)];
      const name = `two_${i}`;
      const two = m.instances({ [name]: toom2Evaluate({ limb: p.limb, registers: plan.evaluate }) })[name]!;
      two.low.assign(low);
      two.high.assign(high);
      return {
        values: [held(`low_${i}`, low), held(`middle_${i}`, high), two.difference],
        negative: two.negative,
      };
    });
    const triples = groups.map((x, i) => {
      const name = `three_${i}`;
      const three = m.instances({ [name]: toom3Evaluate({ limb: p.limb, registers: plan.evaluate }) })[name]!;
      const limbs = [0, 1, 2].map((k) => x.slice((k + 1) * p.limb - 1, k * p.limb));
      three.x0.assign(limbs[0]!);
      three.x1.assign(limbs[1]!);
      three.x2.assign(limbs[2]!);
      return {
        values: [pairs[i]!.values[0]!, three.one, three.minus, three.two, held(`high_${i}`, limbs[2]!)],
        negative: three.negative,
      };
    });

    const ofPairs = pairs.flatMap(({ values }) => values);
    const ofTriples = triples.flatMap(({ values }) => values);
    const { operand } = m.regs({ operand: Vec(cellCount, cell) });
    for (let i = 0; i < cellCount; i++) {
      const product = two_limbs.mux(ofPairs[i]!.resize(p.limb + 3), ofTriples[i]!.resize(p.limb + 3));
      operand.at(i).next(raw.mux(wordPair(p, words, i), product));
      io.cells.at(i).assign(operand.at(i));
    }
    const { signs2, signs3 } = m.regs({ signs2: UInt(laneCount), signs3: UInt(groupCount) });
    signs2.next(
      join(
        joined as Signal,
        pairs.map((pair) => pair.negative),
      ),
    );
    signs3.next(
      join(
        joined as Signal,
        triples.map((triple) => triple.negative),
      ),
    );
    io.negative2.assign(signs2);
    io.negative3.assign(signs3);
    io.negative6.assign(delayed(m, 'negative', negative, evaluated + 1));
    return io;
  },
  { doc: 'Evaluation: one operand of every lane becomes one operand of every cell.' },
);

/** Operands of the three-limb products: those of lanes, or the halves of lane 0 and their difference. */
function thirds(
  m: ModuleBuilder,
  p: OperandsParams,
  plan: Plan,
  lanes: readonly Signal[],
  joined: Signal<typeof Bool>,
): { readonly groups: readonly Signal[]; readonly negative: Signal } {
  const half = 3 * p.limb;
  const [low, high] = [lanes[0]!.trunc(half), lanes[0]!.high(half)];
  const { halves } = m.instances({ halves: toom2Evaluate({ limb: half, registers: plan.halve }) });
  halves.low.assign(low);
  halves.high.assign(high);
  const wait = (i: number, value: Signal): Signal => delayed(m, `operand_${i}`, value, toom2Latency(plan.halve));
  const { operand_of_1 } = m.nets({ operand_of_1: joined.mux(high, lanes[1]!) });
  const { operand_of_2 } = m.nets({ operand_of_2: joined.mux(halves.difference, wait(2, lanes[2]!)) });
  return { groups: [wait(0, low), wait(1, operand_of_1), operand_of_2], negative: halves.negative };
}

/** Two words where the halves of a cell's operand are. */
function wordPair(p: OperandsParams, words: readonly Signal[], cell: number): Signal {
  const width = cellWidth(p);
  const split = Math.ceil(width / 2);
  return words[2 * cell + 1]!.resize(width - split).concat(words[2 * cell]!.resize(split));
}
