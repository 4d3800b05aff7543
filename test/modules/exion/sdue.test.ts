// SPDX-License-Identifier: Apache-2.0
import { afterAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../../sim/open.ts';
import { gemm } from '../../../src/modules/exion/golden/sdue.ts';
import { sdue } from '../../../src/modules/exion/sdue/sdue.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { type BenchCommand, SdueBench, shapeOf } from './sdue.bench.ts';
import { configurations, randomCommand } from './sdue.cases.ts';

const benches = new Map<string, SdueBench>();
afterAll(() => {
  for (const bench of benches.values()) bench.engine.close();
});

/** A unit whose memories are all known. */
async function benchOf(name: string, engine: EngineKind = 'embedded'): Promise<SdueBench> {
  const known = benches.get(`${name} ${engine}`);
  if (known !== undefined) return known;
  const p = configurations[name]!;
  const bench = new SdueBench(await openEngine(sdue(p), { engine }), p);
  benches.set(`${name} ${engine}`, bench);
  bench.fill('x', 0, shapeOf(p).inputWords, true);
  bench.fill('w', 0, p.weightWords, true);
  bench.settleWrites();
  bench.chunks[0] = [];
  check(bench, { kind: 'kmerge', n: Math.min(p.columns / p.size, p.weightWords), k: 1, dst: 0, srcA: 0, srcB: 0 });
  return bench;
}

/** Runs a command on the hardware and on the golden model, and compares all of OMEM, the verdict and the cycles. */
function check(bench: SdueBench, command: BenchCommand): ReturnType<typeof gemm> {
  const map = command.map ?? 0;
  const expected = gemm(shapeOf(bench.p), bench.memories, command, {
    words: bench.maps[map]!,
    chunks: bench.chunks[map]!,
  });
  const outcome = bench.run(command);
  const found = bench.readOutputs();
  expect(bench.engine.takeEvents()).toEqual([]);
  expect(outcome, JSON.stringify(command)).toEqual({ refused: expected.refused, cycles: expected.cycles });
  expect(found, JSON.stringify(command)).toEqual(bench.memories.omem);
  return expected;
}

describe.each(Object.keys(configurations))('array unit, %s', (name) => {
  it.each([0, 0.4])('equals the golden model, cycle for cycle; streams stall %d of the time', async (stall) => {
    const bench = await benchOf(name);
    bench.stall = stall;
    const kinds = new Set<string>();
    for (let i = 0; i < 40; i++) kinds.add(check(bench, randomCommand(bench)).kind);
    expect([...kinds].sort()).toEqual(['dense', 'kmerge', 'osparse']);
  });
});
