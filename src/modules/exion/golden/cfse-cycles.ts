// SPDX-License-Identifier: Apache-2.0
import { type Command, flags, sfuKinds } from '../isa.ts';

/** Cycles in a lane from the last column of a pass on: until the command is done, by where the result leaves the lane. */
const tail = { plain: 8, middle: 17, late: 23 } as const;

/** LN, SOFTMAX: cycles from the last column of a pass to the first cycle of the next one. */
const between = { norm: 92, largest: 2, quotient: 36 } as const;

/**
 * Cycles of an accepted SFU command from its transfer to `done` when nothing is held back and `latency` cycles lie between a read request
 * of the scratchpad and its answer (at most 14, else the reads under way are the limit). With P(n) = the steps of a pass, n if no column
 * needs more than one new word, and s = latency + 1 if a pass reads the scratchpad, else 0:
 *
 *     COPY, PSUB  P + s + 9        RQ, AXPY  P + s + 18        LN  2 n + 2 s + 115        SOFTMAX  3 n + 60
 *
 * A column takes max(1, its new words) steps, where an int16 tensor has a new word in every second column: AXPY with ADD 3 steps for
 * two columns.
 */
export function sfuCycles(command: Omit<Command, 'op'>, latency: number): number {
  const { kind = 0, flags: given = 0, n = 0 } = command;
  const { RQ, AXPY, LN, SOFTMAX, PSUB } = sfuKinds;
  const halves = Number((given & flags.FROM_GSC) !== 0 || kind === LN) + Number(kind === AXPY);
  const words = Number((given & flags.ADD) !== 0) + Number(kind === PSUB);
  const even = Math.ceil(n / 2);
  const steps = even * Math.max(1, halves + words) + (n - even) * Math.max(1, words);
  const pass = steps + (halves + words > 0 ? latency + 1 : 0);
  // CHECK is cycle 1, the first step cycle 2.
  if (kind === LN) return 1 + pass + between.norm - 1 + pass + tail.late;
  if (kind === SOFTMAX) return 1 + pass + between.largest - 1 + pass + between.quotient - 1 + pass + tail.late;
  return 1 + pass + (kind === RQ || kind === AXPY ? tail.middle : tail.plain);
}
