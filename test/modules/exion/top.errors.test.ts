// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExionHost } from '../../../sim/workloads/exion-host.ts';
import { type Command, flags, ops, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { place } from './top.host.ts';
import { badPrograms } from './top.errors.cases.ts';
import { BYTES, DATA, FAULT, halt, ld, PROGRAM, RESULT, st, Trial } from './top.trial.ts';

const fence: Command = { op: ops.FENCE };

let trial: Trial;
let host: ExionHost;
beforeAll(async () => {
  trial = await Trial.open();
  ({ host } = trial);
});
afterAll(() => host.engine.close());

/** Runs a program that fails: the error, the command, and that ST behind a fence never came. */
function runBadly(bad: readonly Command[], first = 0): { errors: readonly string[]; failed: number | null } {
  const before = trial.prepare([...bad, fence, st({ srcA: 0 }), halt]);
  host.start(PROGRAM, first);
  host.loop.until(() => host.interrupt, 20_000, 'the interrupt');
  expect(host.read('status')).toEqual({ running: 0, stopped: 1, done: 0 });
  // A stopped design takes no start.
  host.write('control', { start: 1 });
  expect(host.read('status')).toEqual({ running: 0, stopped: 1, done: 0 });
  const { errors, failed } = host.finish();
  expect(host.interrupt).toBe(false);
  expect(host.read('errors')).toEqual(Object.fromEntries(Object.keys(host.read('errors')).map((name) => [name, 0])));
  expect(
    Buffer.compare(host.memory.bytes.subarray(RESULT, RESULT + 1024), before.subarray(RESULT, RESULT + 1024)),
  ).toBe(0);
  return { errors, failed };
}

describe('errors of the design top', () => {
  it.each(badPrograms)('%s: stops, says so, and is ready again', (_, commands, errors, failed) => {
    expect(runBadly(commands)).toEqual({ errors, failed });
    trial.runWell();
  });

  it('a sum beyond 32 bits', () => {
    // B - A with A = -1 and B the largest number.
    const commands: Command[] = [
      ld({ count: 12 }),
      { op: ops.SFU, kind: sfuKinds.PSUB, flags: flags.FROM_GSC, n: 4, srcA: 0, srcB: 8, dst: 64, reads: 1 << 24 },
    ];
    trial.prepare([...commands, fence, st({ srcA: 0 }), halt]);
    host.memory.bytes.fill(0xff, DATA, DATA + 128);
    for (let i = 0; i < 64; i++) host.memory.bytes[DATA + 128 + i] = i % 4 === 3 ? 0x7f : 0xff;
    expect(host.run(PROGRAM, 0, 5000)).toMatchObject({ errors: ['overflow'], failed: null });
    trial.runWell();
  });

  it('a loop that begins with a sparse iteration', () => {
    const loop = [ld(), { op: ops.ITER, count: 9, n: 3 }, ld(), { op: ops.NEXT }];
    expect(runBadly(loop, 2)).toEqual({ errors: ['sparse_before_dense'], failed: 1 });
    trial.runWell();
    // A dense one may be the first.
    trial.prepare([...loop, halt]);
    expect(host.run(PROGRAM, 8, 5000).errors).toEqual([]);
    // Iteration 8 alone: two commands of the DMA, the loop's with tag 2.
    expect(host.trace().map(({ tag, pc, unit }) => [tag, pc, unit])).toEqual([
      [0, 0, 'dma'],
      [2, 2, 'dma'],
    ]);
  });

  it('a program where the memory has a fault, or ends', () => {
    host.memory.bytes.fill(0);
    for (const [entry, commands, failed] of [
      [FAULT - 64, [ld()], 1],
      [BYTES - 64, [], 0],
      [FAULT - 128, [ld(), halt], null],
    ] as const) {
      place(host.memory.bytes, entry, commands);
      const errors = failed === null ? [] : ['bus_error'];
      expect(host.run(entry, 0, 5000)).toMatchObject({ errors, failed });
    }
    trial.runWell();
  });

  it('of two errors both are kept, and the command of the first', () => {
    const found = runBadly([ld(), ld({ dst: 150, count: 60 }), { op: ops.MOVE, n: 0 }]);
    expect(found).toEqual({ errors: ['refused', 'beyond'], failed: 2 });
    trial.runWell();
  });

  it('two commands in the queue of a unit are still carried out, the next is not', () => {
    // The first one is long, and fails near its end: by then the others have left the dispatcher as far as they can.
    const others = [0, 1, 2].map((i) => st({ dram: RESULT / 64 + 2 * i, reads: 0 }));
    const before = trial.prepare([ld({ dst: 150, count: 60, writes: 0 }), ...others, halt]);
    expect(host.run(PROGRAM, 0, 5000).errors).toEqual(['beyond']);
    const stored = [0, 1, 2].map((i) => {
      const at = RESULT + 128 * i;
      return Buffer.compare(host.memory.bytes.subarray(at, at + 128), before.subarray(at, at + 128)) !== 0;
    });
    expect(stored).toEqual([true, true, false]);
    trial.runWell();
  });

  it('a command that waits for a refused one is never carried out', () => {
    const commands = [{ op: ops.MOVE, n: 0, writes: 1 }, st({ reads: 1, srcA: 0 }), halt];
    const before = trial.prepare(commands);
    expect(host.run(PROGRAM, 0, 5000)).toMatchObject({ errors: ['refused'], failed: 0 });
    expect(Buffer.compare(host.memory.bytes, before)).toBe(0);
    trial.runWell();
  });
});

describe('runs of the design top', () => {
  it('can be cancelled at any time', () => {
    const body = [ld({ count: 150 }), { op: ops.MOVE, n: 60, all: 1, reads: 1 << 24, writes: 1 }, st({ count: 150 })];
    const program = [{ op: ops.ITER, count: 1000, n: 2 }, ...body, { op: ops.NEXT }, halt];
    for (let i = 0; i < 12; i++) {
      trial.prepare(program);
      host.start(PROGRAM);
      host.loop.step(20 + trial.random.below(900));
      expect(host.read('status')['running']).toBe(1);
      host.write('control', { start: 1 }); // has no effect
      host.write('control', { cancel: 1 });
      host.loop.until(() => host.read('status')['running'] === 0, 2000, 'the end');
      expect(host.read('status')).toEqual({ running: 0, stopped: 0, done: 0 });
      expect(host.interrupt).toBe(false);
      expect(host.memory.pending).toBe(0);
      if (i % 4 === 0) trial.runWell();
    }
    trial.runWell();
  });

  it('can be reset at any time', () => {
    const program = [
      { op: ops.ITER, count: 1000, n: 2 },
      ld({ count: 150 }),
      st({ count: 150 }),
      { op: ops.NEXT },
      halt,
    ];
    for (let i = 0; i < 6; i++) {
      trial.prepare(program);
      host.start(PROGRAM);
      host.loop.step(20 + trial.random.below(900));
      host.reset();
      trial.runWell();
    }
  });

  it('raises the interrupt as enabled', () => {
    for (const [done, stopped] of [
      [0, 0],
      [1, 0],
      [0, 1],
    ] as const) {
      host.write('interrupt', { done, stopped });
      trial.prepare([ld(), halt]);
      host.start(PROGRAM);
      host.loop.until(() => host.read('status')['done'] === 1, 1000, 'done');
      expect(host.interrupt).toBe(done === 1);
      host.write('status', { done: 1 });
      trial.prepare([{ op: 77 }]);
      host.start(PROGRAM);
      host.loop.until(() => host.read('status')['stopped'] === 1, 1000, 'stopped');
      expect(host.interrupt).toBe(stopped === 1);
      host.write('control', { clear: 1 });
    }
    host.write('interrupt', { done: 1, stopped: 1 });
    trial.runWell();
  });

  it('keeps the last records when there are more than room', () => {
    const program = [...Array.from({ length: 23 }, (_, i) => ld({ count: 1 + i })), halt];
    trial.prepare(program);
    host.run(PROGRAM, 0, 5000);
    expect(host.value('trace_count')).toBe(23);
    expect(host.trace().map(({ tag }) => tag)).toEqual(Array.from({ length: 16 }, (_, i) => 7 + i));
  });

  it('says what was built', () => {
    expect(host.read('shape')).toEqual({ size: 4, lanes: 4, cores: 2 });
    expect(host.value('scratch_words')).toBe(200);
  });
});
