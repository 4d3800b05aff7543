// SPDX-License-Identifier: Apache-2.0
import { type Command, gemmKinds, ops } from '../../../src/modules/exion/isa.ts';
import { FAULT, ld, RESULT, st } from './top.trial.ts';

const dense = { op: ops.GEMM, n: 1, k: 2 };

/** What goes wrong, the commands, the errors that are reported, and the number of the failed command. */
export const badPrograms: readonly [string, Command[], string[], number | null][] = [
  ['an operation that does not exist', [ld(), { op: 99 }], ['bad_operation'], 1],
  ['NEXT without ITER', [ld(), ld(), { op: ops.NEXT }], ['bad_operation'], 2],
  [
    'ITER in a loop',
    [
      { op: ops.ITER, count: 2 },
      { op: ops.ITER, count: 2 },
    ],
    ['bad_operation'],
    1,
  ],
  ['ITER of 0 iterations', [{ op: ops.ITER, count: 0 }], ['bad_operation'], 0],
  ['a core that does not exist', [{ ...dense, core: 2 }], ['bad_operation'], 0],
  ['LD of 0 words', [ld(), ld({ count: 0 })], ['refused'], 1],
  ['MOVE of 0 columns', [{ op: ops.MOVE, n: 0, core: 1 }], ['refused'], 0],
  ['MOVE beyond IMEM', [ld(), { op: ops.MOVE, n: 4, dst: 9999, all: 1 }], ['refused'], 1],
  ['MOVE of a kind that does not exist', [{ op: ops.MOVE, kind: 11, n: 4 }], ['refused'], 0],
  ['GEMM of 0 columns', [{ op: ops.GEMM, n: 0, k: 1 }], ['refused'], 0],
  [
    'GEMM with a map that is not there',
    [{ op: ops.GEMM, kind: gemmKinds.OSPARSE, n: 1, k: 1, map: 1 }],
    ['refused'],
    0,
  ],
  [
    'GEMM with packed inputs that are not there',
    [{ op: ops.GEMM, kind: gemmKinds.KMERGE, n: 1, k: 1 }],
    ['refused'],
    0,
  ],
  ['CMBUILD of 0 columns', [{ op: ops.CMBUILD, n: 0 }], ['refused'], 0],
  ['EPRED of 0 columns', [{ op: ops.EPRED, n: 0, k: 1 }], ['refused'], 0],
  ['SFU of 0 columns', [{ op: ops.SFU, n: 0 }], ['refused'], 0],
  ['LD from a faulty place', [ld(), ld({ dram: FAULT / 64 - 1 })], ['bus_error'], 1],
  ['LD from beyond the memory', [ld({ dram: 0xffffffff })], ['bus_error'], 0],
  ['ST to a faulty place', [ld(), st({ dram: FAULT / 64, reads: 1 << 24 })], ['bus_error'], 1],
  ['LD beyond the scratchpad', [ld({ dst: 196 })], ['beyond'], null],
  ['ST from beyond the scratchpad', [st({ dram: RESULT / 64 + 64, srcA: 1 << 25 })], ['beyond'], null],
  ['MOVE from beyond the scratchpad', [{ op: ops.MOVE, n: 8, srcA: 199 }], ['beyond'], null],
];
