// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { Bool, Bundle, block, elaborate, sink, source, UInt } from '../../src/dsl/index.ts';
import type { Engine, StallPattern, StreamPlan, StreamResult } from '../../src/sim/engine.ts';
import { openEngine, type OpenOptions } from '../../sim/index.ts';
import { pipe } from './models.ts';

const COUNT = 60;
const WORDS = 4; // 70 bits of data, then `last`

const items = Uint32Array.from({ length: COUNT * WORDS }, (_, i) => {
  const word = Math.imul(i + 1, 0x9e3779b1) >>> 0;
  return i % WORDS === 2 ? word & 0x3f : i % WORDS === 3 ? word & 1 : word;
});

const random = (seed: number, threshold: number): StallPattern => ({ kind: 'random', seed, threshold });
const script = (...pattern: number[]): StallPattern => ({ kind: 'script', pattern: Uint8Array.from(pattern) });

const plans: Record<string, Partial<StreamPlan> & { drive: StallPattern; take: StallPattern; count?: number }> = {
  'full speed': { drive: { kind: 'none' }, take: { kind: 'none' } },
  'random stalls': { drive: random(5, 30000), take: random(0xdeadbeef, 45000), drain: 7 },
  'scripted stalls': { drive: script(1, 1, 0), take: script(0, 1, 1, 1, 0), drain: 3 },
  'an empty script': { drive: script(), take: script(0) },
  'too few cycles': { drive: random(9, 60000), take: { kind: 'none' }, maxCycles: 40 },
  'nothing to do but drain': { drive: { kind: 'none' }, take: { kind: 'none' }, count: 0, drain: 5 },
  'drain cut short': { drive: { kind: 'none' }, take: { kind: 'none' }, drain: 500, maxCycles: 100 },
};

function run(engine: Engine, names: { sink: string; source: string }): StreamResult[] {
  return Object.values(plans).map(({ drive, take, count = COUNT, drain = 0, maxCycles = 2000 }) => {
    engine.io.fill(0);
    engine.io[0] = 1;
    engine.step(2);
    engine.io[0] = 0;
    return engine.runStreams({
      drivers: [{ stream: names.sink, items, count, stall: drive }],
      monitors: [{ stream: names.source, count, stall: take }],
      maxCycles,
      drain,
    });
  });
}

const engines: [string, OpenOptions][] = [
  ['a Verilator child', { engine: 'verilator', inProcess: false }],
  ['Verilator in process', { engine: 'verilator', inProcess: true }],
  ['Icarus', { engine: 'icarus' }],
];

describe('stream plans', () => {
  const buffer = block('buffer', z.strictObject({}), (m) => {
    const payload = Bundle({ data: UInt(70), last: Bool });
    const io = m.ports({ s: sink(payload), m: source(payload) });
    const { full } = m.regs({ full: Bool.init(0) });
    const { data, last } = m.regs({ data: UInt(70), last: Bool });
    io.s.ready.assign(full.not().or(io.m.ready));
    m.when(io.s.ready, () => full.next(io.s.valid));
    m.when(io.s.fire, () => {
      data.next(io.s.payload.data.not());
      last.next(io.s.payload.last);
    });
    io.m.offer(full, { data, last });
    return io;
  });

  let reference: StreamResult[] = [];

  test('on the embedded simulator', async () => {
    const engine = await openEngine(buffer({}), { engine: 'embedded' });
    expect(engine.ports[0]!.name).toBe('rst');
    reference = run(engine, { sink: 's', source: 'm' });
    engine.close();
    const [fast, slow, , , cut, idle] = reference;
    expect(fast).toMatchObject({ cycles: COUNT + 1, complete: true, sent: [COUNT] });
    expect(fast!.received[0]!.items[0]).toBe(~items[0]! >>> 0);
    expect(slow!.cycles).toBeGreaterThan(COUNT * 2);
    expect(cut).toMatchObject({ cycles: 40, complete: false });
    expect(idle).toMatchObject({ cycles: 5, complete: true, sent: [0] });
  });

  test.each(engines)('are the same on %s', async (_, options) => {
    const engine = await openEngine(elaborate(buffer({})), options);
    expect(run(engine, { sink: 's', source: 'm' })).toEqual(reference);
    engine.close();
  });

  test.each(engines)('are the same for hand-written Verilog on %s', async (_, options) => {
    const engine = await openEngine(pipe, { ...options });
    expect(run(engine, { sink: 's', source: 'm' })).toEqual(reference);
    engine.close();
  });
});
