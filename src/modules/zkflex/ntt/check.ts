// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  input,
  type ModuleBuilder,
  output,
  type Signal,
  UInt,
  Vec,
  type View,
} from '../../../dsl/index.ts';
import { anyOf } from '../../lib/stream-lists.ts';
import { validChain } from '../arith/delay.ts';
import { residueCheck } from '../arith/residue-check.ts';
import { readLatency } from './banks.ts';
import { isStaged, jobType } from './job.types.ts';
import { butterflies, NttParams, nttWordBits } from './ntt.params.ts';
import { slotCount } from './place.ts';
import { twiddleLatency } from './twiddles.ts';

type Bit = Signal<typeof Bool>;

/**
 * Compares every word that is read from the memories of a node, for a job or for the host, with the modulus: as it lies there and in all its bits, since a sum
 * does not show that an operand was too large, and a lane takes no more bits than its mode has. `found` is up from 3 cycles after such a word until `clear`.
 */
export const nttCheck = block(
  'ntt_check',
  NttParams,
  (m, p) => {
    const word = UInt(nttWordBits(p));
    const io = m.ports({
      job: input(jobType(p), 'holds while words are on their way'),
      modulus: input(word, 'steady while busy'),
      clear: input(Bool, 'forgets what was found'),
      reads: input(Bool, 'T1: a group is read'),
      alone: input(Bool, 'T1: only its first butterfly or element exists'),
      asked: { data: input(Bool, 'T1: the host reads a word'), twiddle: input(Bool, 'T1: the host reads a twiddle') },
      words: input(Vec(slotCount, word), 'T3'),
      twiddles: input(Vec(butterflies, word), 'T5'),
      busy: output(Bool, 'words are on their way or being compared'),
      found: output(Bool, 'a word was not below the modulus'),
    });
    const { job } = io;
    const chain = validChain(m, 'read', io.reads.concat(io.alone, io.asked.data, io.asked.twiddle), twiddleLatency);
    const [reads, alone, data] = [3, 2, 1].map((i) => chain[readLatency]!.bit(i)) as [Bit, Bit, Bit];
    const [uses, twiddle] = [3, 0].map((i) => chain[twiddleLatency]!.bit(i)) as [Bit, Bit];
    const { slots, staged } = m.nets({ slots: slotsRead(m, job, alone), staged: isStaged(job) });
    const { factors } = m.nets({ factors: uses.and(staged) });
    const passing = [
      ...[...io.words].map((element, i) => {
        const isOperand = reads.and(slots.bit(i));
        return { name: `word_${i}`, element, valid: i === 0 ? isOperand.or(data) : isOperand };
      }),
      ...[...io.twiddles].map((element, i) => ({
        ...{ name: `twiddle_${i}`, element },
        valid: i === 0 ? factors.or(twiddle) : factors,
      })),
    ];
    const checks = passing.map(({ name, element, valid }) => {
      const check = m.instances({ [name]: residueCheck({ wordBits: word.width }) })[name]!;
      check.valid.assign(valid);
      check.element.assign(element);
      check.modulus.assign(io.modulus);
      check.clear.assign(io.clear);
      return check;
    });
    const { on_the_way: onTheWay } = m.nets({
      on_the_way: anyOf(chain.slice(1).map((flags) => flags.bit(3).or(flags.low(2).orR()))),
    });
    io.busy.assign(anyOf([onTheWay, ...checks.map(({ busy }) => busy)]));
    io.found.assign(anyOf(checks.map(({ found }) => found)));
    return io;
  },
  { doc: 'Words that are read from the memories of a transform node are compared with the modulus.' },
);

/** Slots of a group whose words are operands: not those of elements that do not exist. Of powers only the first element is not their own result. */
function slotsRead(m: ModuleBuilder, job: View<ReturnType<typeof jobType>>, alone: Bit): Signal {
  const slots = (list: number): Signal => m.lit(list, UInt(slotCount));
  const pairs = alone.mux(slots(0b0011), slots(0b1111));
  const row = alone.mux(slots(0b0001), job.mask.eq(1).mux(slots(0b0011), slots(0b1111)));
  return isStaged(job).mux(job.powers.mux(slots(0b0001), pairs), row);
}
