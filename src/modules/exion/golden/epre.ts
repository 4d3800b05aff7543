// SPDX-License-Identifier: Apache-2.0
import type { ExionCoreParams } from '../core.params.ts';
import { type Command, flags, ops } from '../isa.ts';
import { requantise } from './arith.ts';
import { keepRow, twoStep } from './eager.ts';

/** What EPRED and TOPK do, on explicit contents of the operand memories (docs/rationale/exion-core.md, EPRE). */
export type PredictionShape = Pick<
  ExionCoreParams,
  'size' | 'lanes' | 'depth' | 'weightWords' | 'tokens' | 'maskWords'
>;

export interface OperandMemories {
  /** EIMEM: for each of R rows its bytes, word w at w * L. */
  readonly inputs: readonly Int8Array[];
  /** EWMEM: for each of C lanes its bytes, likewise. */
  readonly weights: readonly Int8Array[];
}

/** Of TOPK, with one byte a bit. */
export interface KeptTile {
  /** AM: a column word (R rows) for each key. */
  readonly scores: readonly Uint8Array[];
  /** RQ: a row. */
  readonly queries: Uint8Array;
  /** RK as gathered so far, T keys. */
  readonly keys: Uint8Array;
}

/** Whether the unit refuses a command. */
export function refusesPrediction(command: Command, p: PredictionShape): boolean {
  const { op, n = 0, k = 0, srcA = 0, srcB = 0, shift = 0, live = 0, best = 0 } = command;
  const blocks = Math.ceil(n / p.size);
  if (n === 0 || k === 0) return true;
  if (srcA + k > (2 * p.depth) / p.lanes || srcB + blocks * k > p.weightWords) return true;
  if (op === ops.EPRED) return shift < 8 || shift > 46;
  if (op !== ops.TOPK) return true;
  const { maskA = 0, maskB = 0, maskC = 0 } = command;
  const leavesKeys = isSet(command, flags.LAST) && maskC + blocks > p.maskWords;
  const leavesMasks = maskA + n > p.maskWords || maskB >= p.maskWords || leavesKeys;
  return n > p.tokens || best === 0 || live === 0 || live > p.size || leavesMasks;
}

/** EPRED: the int8 columns of the projection, n columns of R rows. */
export function predictedColumns(command: Command, p: PredictionShape, memories: OperandMemories): Int8Array[] {
  const { gain = 0, shift = 0 } = command;
  return predictedTotals(command, p, memories).map((column) =>
    Int8Array.from(column, (total) => requantise(total, gain, shift)),
  );
}

/** TOPK: which keys the rows of a tile keep; `keys` is the key mask before. */
export function keptTile(command: Command, p: PredictionShape, memories: OperandMemories, keys: Uint8Array): KeptTile {
  const { shift = 0, live = 0, limit = 0, best = 0 } = command;
  const totals = predictedTotals(command, p, memories);
  const rows = Array.from({ length: live }, (_, i) =>
    keepRow(
      totals.map((column) => column[i]!),
      { shift, dominance: limit, k: best },
    ),
  );
  const queries = Uint8Array.from({ length: p.size }, (_, i) => (rows[i]?.dominant === false ? 1 : 0));
  const scores = totals.map((_, key) => Uint8Array.from({ length: p.size }, (__, i) => rows[i]?.kept[key] ?? 0));
  const before = isSet(command, flags.FIRST) ? new Uint8Array(p.tokens) : keys;
  const gathered = before.map((was, key) => was | Number(rows.some((row) => !row.dominant && row.kept[key] === 1)));
  return { scores, queries, keys: gathered };
}

/** With LAST: the words of the key mask, R keys each; keys from n on are 0. */
export function keyMaskWords({ n = 0 }: Command, { size }: PredictionShape, keys: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(n / size) }, (_, t) =>
    Uint8Array.from({ length: size }, (__, i) => (t * size + i < n ? keys[t * size + i]! : 0)),
  );
}

/** ts(X) . ts(W): n columns of R totals. Column j lies in lane j mod C from word srcB + floor(j / C) k on. */
function predictedTotals(command: Command, { size, lanes }: PredictionShape, memories: OperandMemories): Int32Array[] {
  const { n = 0, k = 0, srcA = 0, srcB = 0 } = command;
  const bytes = k * lanes;
  const rows = memories.inputs.map((row) => row.subarray(srcA * lanes, srcA * lanes + bytes).map(twoStep));
  return Array.from({ length: n }, (_, j) => {
    const from = (srcB + Math.floor(j / size) * k) * lanes;
    const column = memories.weights[j % size]!.subarray(from, from + bytes).map(twoStep);
    return Int32Array.from(rows, (row) => row.reduce((sum, x, i) => sum + x * column[i]!, 0));
  });
}

function isSet({ flags: set = 0 }: Command, flag: number): boolean {
  return (set & flag) !== 0;
}
