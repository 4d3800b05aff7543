// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../core.params.ts';
import { type Command, gemmKinds, moveKinds, ops, sfuKinds } from '../isa.ts';

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

/** Bits a cycle of the bus to DRAM, as far as the order of commands depends on it. */
const busBits = 128;
/** Cycles that a command takes in any case. */
const start = 8;

/** About how many cycles a command takes: only the order of the commands depends on it, never a result. */
export function estimate(command: Command, p: ExionCoreParams): number {
  const { op, kind = 0, n = 0, k = 0, count = 0 } = command;
  const drain = p.size / p.drain;
  switch (op) {
    case ops.LD:
    case ops.ST:
      return start + Math.ceil((32 * p.size * count) / busBits);
    case ops.MOVE:
      if (kind === moveKinds.PARAM) return start + (count * p.size) / 2;
      if (kind === moveKinds.TABLE) return start + 64;
      return start + (count > 0 ? count : kind === moveKinds.W_COLUMNS ? n : Math.ceil(n / 4));
    case ops.GEMM:
      return start + n * (kind === gemmKinds.KMERGE ? Math.max(k / 2, drain) : Math.max(k, drain));
    case ops.CMBUILD:
      return start + n + 4 * Math.ceil(n / p.size);
    case ops.KBUILD:
      return start + 2 * n;
    case ops.EPRED:
      return start + Math.ceil(n / p.size) * k + n;
    case ops.TOPK:
      return start + Math.ceil(n / p.size) * k + 17 * Math.ceil(n / p.topkWidth) + n;
    case ops.SFU:
      return start + n * (kind === sfuKinds.SOFTMAX ? 3 : kind === sfuKinds.LN ? 2 : 1) + 30;
    default:
      return start;
  }
}
