// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { openEngine } from '../../../sim/open.ts';
import { gemm, type GemmResult } from '../../../src/modules/exion/golden/sdue.ts';
import { sdue } from '../../../src/modules/exion/sdue/sdue.ts';
import type { SdueParams } from '../../../src/modules/exion/sdue/sdue.params.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { type BenchCommand, SdueBench, shapeOf } from './sdue.bench.ts';

/** A unit whose memories are all known: random operands, zeros in OMEM. */
export async function openBench(p: SdueParams, engine: EngineKind = 'embedded', seed = 1): Promise<SdueBench> {
  const bench = new SdueBench(await openEngine(sdue(p), { engine }), p, seed);
  fillAll(bench);
  // With four values, OMEM is unknown until it is written; nothing else may be.
  const early = bench.engine.takeEvents().filter(({ text }) => !text.startsWith('output omem_data'));
  expect(early).toEqual([]);
  bench.chunks[0] = [];
  check(bench, { kind: 'kmerge', n: Math.min(p.columns / p.size, p.weightWords), k: 1, dst: 0, srcA: 0, srcB: 0 });
  expect(bench.memories.omem.every((row) => row.every((value) => value === 0))).toBe(true);
  return bench;
}

/** Random words into all operand memories. */
export function fillAll(bench: SdueBench): void {
  bench.fill('x', 0, shapeOf(bench.p).inputWords, true);
  bench.fill('w', 0, bench.p.weightWords, true);
  bench.settleWrites();
}

/** Runs a command on the hardware and on the golden model, and compares all of OMEM, the verdict and the cycles. */
export function check(bench: SdueBench, command: BenchCommand): GemmResult {
  const map = command.map ?? 0;
  const sources = { words: bench.maps[map]!, chunks: bench.chunks[map]! };
  const expected = gemm(shapeOf(bench.p), bench.memories, command, sources);
  const outcome = bench.run(command);
  const found = bench.readOutputs();
  expect(bench.engine.takeEvents()).toEqual([]);
  expect(outcome, JSON.stringify(command)).toEqual({ refused: expected.refused, cycles: expected.cycles });
  expect(found, JSON.stringify(command)).toEqual(bench.memories.omem);
  return expected;
}
