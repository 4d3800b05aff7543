// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { block, Bundle, elaborate, sink, source, UInt } from '../../src/dsl/index.ts';
import { createEmbedded, type EmbeddedEngine, type StallPattern, type StreamPlan } from '../../src/sim/index.ts';
import { streamFifo } from '../../src/modules/lib/stream-fifo.ts';

const stalls: readonly StallPattern[] = [
  { kind: 'none' },
  { kind: 'random', seed: 7, threshold: 30_000 },
  { kind: 'script', pattern: Uint8Array.from([0, 1, 1]) },
];

function reset(engine: EmbeddedEngine): EmbeddedEngine {
  engine.io[engine.ports.find((port) => port.name === 'rst')!.offset] = 1;
  engine.step();
  engine.io.fill(0);
  return engine;
}

describe('streams inside the engine', () => {
  const design = elaborate(streamFifo({ width: 40, depth: 5 }));
  for (const input of stalls) {
    for (const output of stalls) {
      it(`keep order with ${input.kind} and ${output.kind} stalls`, () => {
        const engine = reset(createEmbedded(design));
        const items = Uint32Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? i * 77777 : i & 0xff));
        const plan: StreamPlan = {
          drivers: [{ stream: 'in', items, count: 200, stall: input }],
          monitors: [{ stream: 'out', count: 200, stall: output }],
          maxCycles: 5000,
          drain: 3,
        };
        const result = engine.runStreams(plan);
        expect(result.complete).toBe(true);
        expect(result.sent).toEqual([200]);
        expect(result.received[0]!.items).toEqual(items);
        expect(result.received[0]!.at.at(-1)).toBe(result.cycles - 4);
        expect(engine.takeEvents()).toEqual([]);
        expect(engine.cycle).toBe(result.cycles + 1);
        // A traced engine goes cycle by cycle in JavaScript.
        const watched = createEmbedded(design);
        watched.trace(() => undefined);
        reset(watched);
        expect(watched.runStreams(plan)).toEqual(result);
      });
    }
  }

  it('take any number of items', () => {
    const engine = reset(createEmbedded(design));
    const count = 50_000;
    const items = Uint32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? i : 0));
    const result = engine.runStreams({
      drivers: [{ stream: 'in', items, count, stall: { kind: 'none' } }],
      monitors: [{ stream: 'out', count, stall: { kind: 'none' } }],
      maxCycles: 2 * count,
      drain: 0,
    });
    expect(result.received[0]!.items).toEqual(items);
    expect(result.received[0]!.at).toEqual(Uint32Array.from({ length: count }, (_, i) => i + 1));
  });

  it('end at the limit when a stream hangs', () => {
    const engine = createEmbedded(design);
    const result = engine.runStreams({
      drivers: [],
      monitors: [{ stream: 'out', count: 1, stall: { kind: 'none' } }],
      maxCycles: 50,
      drain: 0,
    });
    expect(result).toMatchObject({ complete: false, cycles: 50, sent: [] });
  });

  it('pad each payload port to whole words', () => {
    const Pair = Bundle({ a: UInt(40), b: UInt(3) });
    const wires = block('wires', z.strictObject({}), (m) => {
      const io = m.ports({ in: sink(Pair), out: source(Pair) });
      io.out.from(io.in);
    });
    const engine = createEmbedded(elaborate(wires({})));
    const items = Uint32Array.from([1, 2, 3, 4, 5, 6]);
    const result = engine.runStreams({
      drivers: [{ stream: 'in', items, count: 2, stall: { kind: 'none' } }],
      monitors: [{ stream: 'out', count: 2, stall: { kind: 'none' } }],
      maxCycles: 9,
      drain: 0,
    });
    expect(result.received[0]!.items).toEqual(items);
    expect([...result.received[0]!.at]).toEqual([0, 1]);
  });

  it('name an unknown stream', () => {
    const engine = createEmbedded(design);
    const plan = {
      drivers: [{ stream: 'inn', items: new Uint32Array(), count: 0, stall: { kind: 'none' } as const }],
      monitors: [],
    };
    expect(() => engine.runStreams({ ...plan, maxCycles: 1, drain: 0 })).toThrow(/no stream 'inn'; there are in, out/);
  });
});
