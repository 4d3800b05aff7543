// SPDX-License-Identifier: Apache-2.0
import { type Command, decodeCommand, encodeCommand, ops, predicates } from '../../../src/modules/exion/isa.ts';
import { faults } from '../../../src/modules/exion/top/issue.types.ts';

/** A command as the fetch gives it out. */
export interface Issued {
  readonly tag: number;
  readonly pc: number;
  readonly iteration: number;
  readonly fault: number;
  /** Null where the command has a fault: then its fields say nothing. */
  readonly words: readonly number[] | null;
}

const coreOps: readonly number[] = [ops.MOVE, ops.GEMM, ops.CMBUILD, ops.KBUILD, ops.EPRED, ops.TOPK, ops.SFU];
/** Operations that come out; ITER and NEXT are the fetch's own. */
export const passing: readonly number[] = [ops.HALT, ops.FENCE, ops.LD, ops.ST, ...coreOps];

/** What comes out, from the rules of the core document and of the golden machine. `end`: commands that the memory holds. */
export function expected(program: readonly Command[], cores: number, first: number, end: number): Issued[] {
  const issued: Issued[] = [];
  let loop: { start: number; count: number; sparse: number; iteration: number } | null = null;
  let tag = 0;
  for (let pc = 0; ;) {
    const iteration: number = loop?.iteration ?? 0;
    const give = (fault: number, words: Uint32Array | null, at = iteration): void => {
      issued.push({ tag: fault === 0 ? tag : -1, pc, iteration: at, fault, words: words && [...words] });
    };
    if (pc >= end) {
      give(faults.busError, null);
      return issued;
    }
    const words = pc < program.length ? encodeCommand(program[pc]!) : new Uint32Array(16);
    const { op, when: predicate, count, n, core, all } = decodeCommand(words);
    const phase: number = loop === null ? 0 : loop.iteration % (loop.sparse + 1);
    const when: Record<number, boolean> = {
      [predicates.dense]: phase === 0,
      [predicates.sparse]: phase > 0,
      [predicates.renew]: phase === 1,
    };
    if (loop !== null && when[predicate] === false) {
      pc++;
      continue;
    }
    const bad =
      (op === ops.ITER && (loop !== null || count === 0)) ||
      (op === ops.NEXT && loop === null) ||
      (coreOps.includes(op) && all === 0 && core >= cores) ||
      !(passing.includes(op) || op === ops.ITER || op === ops.NEXT);
    if (bad) {
      give(faults.badOperation, null);
      return issued;
    }
    if (passing.includes(op)) give(faults.none, words);
    tag++;
    if (op === ops.HALT) return issued;
    if (op === ops.ITER) {
      loop = { start: pc + 1, count, sparse: n, iteration: first };
      if (first % (n + 1) !== 0) {
        give(faults.sparseBeforeDense, null, first);
        return issued;
      }
    }
    if (op === ops.NEXT && loop !== null) {
      loop.iteration++;
      if (loop.iteration < loop.count) {
        pc = loop.start;
        continue;
      }
      loop = null;
    }
    pc++;
  }
}
