// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../core.params.ts';
import { epreCycles } from '../epre/cycles.ts';
import { sfuCycles } from '../golden/cfse-cycles.ts';
import { type Command, gemmKinds, moveKinds, ops, predicates } from '../isa.ts';

/** Who carries a command out; the units of a core work at the same time, each in order. */
export const units = ['dma', 'loader', 'sdue', 'cau', 'epre', 'cfse'] as const;
export type UnitName = (typeof units)[number];

const unitOfOp: Readonly<Record<number, UnitName>> = {
  [ops.LD]: 'dma',
  [ops.ST]: 'dma',
  [ops.MOVE]: 'loader',
  [ops.GEMM]: 'sdue',
  [ops.CMBUILD]: 'cau',
  [ops.KBUILD]: 'cau',
  [ops.EPRED]: 'epre',
  [ops.TOPK]: 'epre',
  [ops.SFU]: 'cfse',
};

/** The unit of an operation, null for those of the top controller. */
export function unitOf(op: number): UnitName | null {
  return unitOfOp[op] ?? null;
}

/** Cycles from a read of DRAM to its first data. */
const dramLatency = 30;
/** Cycles from a read of the scratchpad to its answer. */
const scratchLatency = 3;
/** Cycles that a command takes in any case. */
const start = 8;

/** Share of dense chunks that K-merge leaves, about, and relocations of a block of ConMerge. */
const [merged, relocations] = [0.4, 6];

/** Share of the column blocks of an FFN that its mask leaves in a sparse iteration, about. */
const share = ({ kind, when }: Command): number =>
  kind === gemmKinds.OSPARSE && when === predicates.sparse ? 0.25 : 1;

/** About how many cycles a command takes: only the order of the commands depends on it, never a result. */
export function estimate(command: Command, p: ExionCoreParams): number {
  const { op, kind = 0, n = 0, k = 0, count = 0 } = command;
  const drain = p.size / p.drain;
  const blocks = Math.ceil(n / p.size);
  const words = Math.ceil(n / p.lanes);
  switch (op) {
    case ops.LD:
    case ops.ST:
      return start + dramLatency + count;
    case ops.MOVE:
      if (kind === moveKinds.TABLE) return start + 64 / p.size;
      return start + (count > 0 ? count : Math.ceil(n / 4));
    case ops.GEMM:
      return start + n * share(command) * Math.max(kind === gemmKinds.KMERGE ? merged * k : k, drain);
    case ops.CMBUILD:
      return start + (1 + relocations) * blocks;
    case ops.KBUILD:
      return start + p.lanes * (words + Math.min(p.window, words) + p.slots * Math.ceil(merged * words));
    case ops.EPRED:
    case ops.TOPK:
      return epreCycles(command, p, true);
    case ops.SFU:
      return sfuCycles(command, scratchLatency);
    default:
      return start;
  }
}
