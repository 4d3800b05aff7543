// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../core.params.ts';
import { type Command, flags, ops } from '../isa.ts';
import { checkLatency } from './command-check.ts';
import { writerLatency } from './int8-writer.ts';
import { logArrayLatency } from './log-array.ts';
import { operandLatency } from './operand-bank.ts';
import { putLatency, selectCycles } from './topk.ts';
import { emitCycles } from './topk-emit.ts';

type Shape = Pick<ExionCoreParams, 'size' | 'lanes' | 'topkWidth'>;

/** Cycles from the transfer of a command to the last column of its totals; `issueCycles` of them read words. */
function columnCycles({ n = 0, k = 0 }: Command, p: Shape): number {
  const rest = ((n - 1) % p.size) + 1;
  return checkLatency + 1 + issueCycles(n, k, p) + operandLatency + logArrayLatency(p) + rest - 1;
}

/** A word a cycle, and C cycles a block at least, but for the first: its k words. */
export function issueCycles(n: number, k: number, { size }: Pick<Shape, 'size'>): number {
  return k + (Math.ceil(n / size) - 1) * Math.max(k, size);
}

/** Cycles of a refused command. */
export const refusalCycles = checkLatency + 1;

/**
 * Cycles of a command that is carried out, from its transfer to `done`, when nothing stalls. With B = ceil(n / C) blocks, I = k + (B - 1)
 * max(k, C), last block of c columns, tree of l register levels: EPRED I + c + l + 13, TOPK I + c + l + 10 + S + E, S = 16
 * (ceil(n / width) + 1) or 0 where the selection is left out (`selects`), E = n + 4 + (LAST ? ceil(n / R) : 0).
 */
export function epreCycles(command: Command, p: Shape, selects: boolean): number {
  const { op, n = 0, flags: set = 0 } = command;
  const columns = columnCycles(command, p);
  if (op === ops.EPRED) return columns + writerLatency + 1;
  const decision = 2;
  const selection = selects ? selectCycles(n, { width: p.topkWidth }) : 0;
  return columns + putLatency + decision + selection + emitCycles(n, (set & flags.LAST) !== 0, p);
}
