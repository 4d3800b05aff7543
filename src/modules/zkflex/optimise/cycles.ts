// SPDX-License-Identifier: Apache-2.0
import type { NttOp } from '../ntt/ntt.types.ts';
import { modes, modularLatency, type TCoreParams } from '../tcore.params.ts';

export interface NttWork {
  readonly op: NttOp;
  readonly log2n: number;
  readonly log2batch?: number;
  /** Nodes of a distributed transform; 1: a local one. */
  readonly nodes?: number;
}

/** From the decision to read a group to that of one that needs its results: product, 10 cycles of memory, additions and queues, a wait for slots. */
const dependency = (p: Pick<TCoreParams, 'pipeline'>): number => modularLatency(p) + 13.5;

/** The same where a stage waits for the whole one before; and from the last group to `done`, with the checks of the command before the first one. */
const drain = (p: Pick<TCoreParams, 'pipeline'>): number => modularLatency(p) + 11;

/** What a command without products takes beside its pairs. */
const plain = 14;

/**
 * Cycles of a command of the transform node, from its taking to `done`; within 1 % and 6 cycles of the hardware.
 *
 * A stage has G = (words / 4) groups of two butterflies, c = 2 / rate cycles each. The next stage begins when all groups are read, or later when the
 * groups are not finished on which its first one depends: the first 2^(P-2) + 2, P the greater pair bit of both stages. Stages of POWERS do not overlap.
 * Over 2^k nodes each dependency takes k + 1 cycles more.
 */
export function nttCycles(
  { op, log2n, log2batch = 0, nodes = 1 }: NttWork,
  mode: number,
  p: Pick<TCoreParams, 'pipeline'>,
): number {
  const k = Math.log2(nodes);
  const words = 2 ** (log2n + log2batch);
  const group = 2 / ([5 / 3, 1, 1 / 3] as const)[mode as 0 | 1 | 2];
  if (op === 'MUL') return Math.ceil((words / 2) * Math.max(group, 1)) + drain(p);
  if (op === 'ADD' || op === 'SUB' || op === 'COPY' || log2n === 0) return Math.max(2, words / 2) + plain;
  const hop = nodes > 1 ? k + 1 : 0;
  const groups = Math.max(1, words / 4);
  const step = dependency(p) + hop;
  if (op === 'POWERS') {
    const ofStages = Array.from({ length: log2n }, (_, q) => Math.max(1, 2 ** (q - 1)) * group);
    return Math.round(ofStages.reduce((sum, cycles) => sum + cycles + drain(p), 0));
  }
  let cycles = groups * group + drain(p) + hop;
  for (let greater = 1; greater < log2n; greater++) {
    const before = greater < 2 ? 0 : (2 ** (greater - 2)) | 1;
    cycles += Math.max(groups * group, step + before * group);
  }
  return Math.round(cycles + k * Math.max(groups * group, step + (k > 2 ? group : 0)));
}

/** (N / 2) log2 N / rate: what the lanes need at least, over all nodes. */
export const idealCycles = (log2N: number, mode: number, nodes: number): number =>
  (2 ** log2N * log2N * 3) / (2 * nodes * modes[mode]!.lanes);
