// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../sim/index.ts';
import type { ExionHost } from '../../../sim/workloads/exion-host.ts';
import { GoldenMachine } from '../../../src/modules/exion/golden/machine/machine.ts';
import { type Command, flags, gemmKinds, moveKinds, ops, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { smallCore } from './program.cases.ts';
import { openTop, place } from './top.host.ts';

const params = smallCore({ size: 4, lanes: 4 });
const shape = { ...params, cores: 2, scratchWords: 200, traceDepth: 16 };
const BYTES = 32768;
/** Where programs, data and results lie; a fault lies at the end. */
const [PROGRAM, DATA, RESULT, FAULT] = [4096, 8192, 16384, 28672];

const ld = (fields: Partial<Command> = {}): Command => ({
  op: ops.LD,
  dram: DATA / 64,
  count: 8,
  writes: 1 << 24,
  ...fields,
});
const st = (fields: Partial<Command> = {}): Command => ({
  op: ops.ST,
  dram: RESULT / 64,
  count: 8,
  reads: 1 << 24,
  ...fields,
});
const halt: Command = { op: ops.HALT };
const fence: Command = { op: ops.FENCE };

let host: ExionHost;
const random = new Random(31);

beforeAll(async () => {
  const bytes = new Uint8Array(BYTES);
  host = await openTop(shape, { bytes, latency: [1, 12], stall: 0.2, faults: [{ from: FAULT, to: BYTES }] });
}, 300_000);
afterAll(() => host.engine.close());

function prepare(commands: readonly Command[]): Uint8Array {
  const { bytes } = host.memory;
  for (let i = 0; i < BYTES; i++) bytes[i] = random.below(256);
  place(bytes, PROGRAM, commands);
  return Uint8Array.from(bytes);
}

/** A program that uses all that an error could have harmed: it must end well, with the right memory. */
function runWell(): void {
  const tensor = { n: 8, writes: 1 << 26, reads: 1 << 24 };
  const program: Command[] = [
    // All words that are stored, whatever was there.
    ld({ count: 104, writes: 0x3f000000 }),
    { op: ops.ITER, count: 3, n: 1 },
    ld({ dst: 32, dram: DATA / 64 + 16, stride: 4, writes: 1 << 25 }),
    { op: ops.SFU, kind: sfuKinds.COPY, flags: flags.FROM_GSC, srcA: 0, dst: 64, core: 0, ...tensor },
    {
      op: ops.SFU,
      kind: sfuKinds.COPY,
      flags: flags.FROM_GSC,
      srcA: 32,
      dst: 80,
      core: 1,
      n: 8,
      writes: 1 << 27,
      reads: 1 << 25,
    },
    { op: ops.MOVE, kind: moveKinds.X, n: 16, dst: 0, srcA: 0, all: 1, reads: 1 << 24, writes: 1 },
    { op: ops.MOVE, kind: moveKinds.W, count: 16, dst: 0, srcA: 0, all: 1, reads: 1 << 24, writes: 2 },
    { op: ops.GEMM, kind: gemmKinds.DENSE, n: 1, k: 4, all: 1, reads: 3, writes: 4, when: 1 },
    { op: ops.SFU, kind: sfuKinds.COPY, n: 4, srcA: 0, dst: 96, core: 1, reads: 4, writes: 1 << 28 },
    st({ srcA: 64, count: 40, stride: 16, reads: 0x3c000000 }),
    { op: ops.NEXT },
    halt,
  ];
  const before = prepare(program);
  const end = host.run(PROGRAM, 0, 20_000);
  expect(end).toMatchObject({ errors: [], failed: null });
  const machine = new GoldenMachine({ params, scratchWords: shape.scratchWords, cores: 2, dram: before });
  machine.run(PROGRAM);
  expect(Buffer.compare(host.memory.bytes, machine.dram)).toBe(0);
  expect(host.memory.pending).toBe(0);
}

/** Runs a program that fails: the error, the command, and that ST behind a fence never came. */
function runBadly(bad: readonly Command[], first = 0): { errors: readonly string[]; failed: number | null } {
  const before = prepare([...bad, fence, st({ srcA: 0 }), halt]);
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
  const dense = { op: ops.GEMM, n: 1, k: 2 };
  const cases: readonly [string, Command[], string[], number | null][] = [
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

  it.each(cases)('%s: stops, says so, and is ready again', (_, commands, errors, failed) => {
    expect(runBadly(commands)).toEqual({ errors, failed });
    runWell();
  });

  it('a sum beyond 32 bits', () => {
    // B - A with A = -1 and B the largest number.
    const commands: Command[] = [
      ld({ count: 12 }),
      { op: ops.SFU, kind: sfuKinds.PSUB, flags: flags.FROM_GSC, n: 4, srcA: 0, srcB: 8, dst: 64, reads: 1 << 24 },
    ];
    prepare([...commands, fence, st({ srcA: 0 }), halt]);
    host.memory.bytes.fill(0xff, DATA, DATA + 128);
    for (let i = 0; i < 64; i++) host.memory.bytes[DATA + 128 + i] = i % 4 === 3 ? 0x7f : 0xff;
    expect(host.run(PROGRAM, 0, 5000)).toMatchObject({ errors: ['overflow'], failed: null });
    runWell();
  });

  it('a loop that begins with a sparse iteration', () => {
    const loop = [ld(), { op: ops.ITER, count: 9, n: 3 }, ld(), { op: ops.NEXT }];
    expect(runBadly(loop, 2)).toEqual({ errors: ['sparse_before_dense'], failed: 1 });
    runWell();
    // A dense one may be the first.
    prepare([...loop, halt]);
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
    runWell();
  });

  it('of two errors both are kept, and the command of the first', () => {
    const found = runBadly([ld(), ld({ dst: 150, count: 60 }), { op: ops.MOVE, n: 0 }]);
    expect(found).toEqual({ errors: ['refused', 'beyond'], failed: 2 });
    runWell();
  });

  it('two commands in the queue of a unit are still carried out, the next is not', () => {
    // The first one is long, and fails near its end: by then the others have left the dispatcher as far as they can.
    const others = [0, 1, 2].map((i) => st({ dram: RESULT / 64 + 2 * i, reads: 0 }));
    const before = prepare([ld({ dst: 150, count: 60, writes: 0 }), ...others, halt]);
    expect(host.run(PROGRAM, 0, 5000).errors).toEqual(['beyond']);
    const stored = [0, 1, 2].map((i) => {
      const at = RESULT + 128 * i;
      return Buffer.compare(host.memory.bytes.subarray(at, at + 128), before.subarray(at, at + 128)) !== 0;
    });
    expect(stored).toEqual([true, true, false]);
    runWell();
  });

  it('a command that waits for a refused one is never carried out', () => {
    const commands = [{ op: ops.MOVE, n: 0, writes: 1 }, st({ reads: 1, srcA: 0 }), halt];
    const before = prepare(commands);
    expect(host.run(PROGRAM, 0, 5000)).toMatchObject({ errors: ['refused'], failed: 0 });
    expect(Buffer.compare(host.memory.bytes, before)).toBe(0);
    runWell();
  });
});

describe('runs of the design top', () => {
  it('can be cancelled at any time', () => {
    const body = [ld({ count: 150 }), { op: ops.MOVE, n: 60, all: 1, reads: 1 << 24, writes: 1 }, st({ count: 150 })];
    const program = [{ op: ops.ITER, count: 1000, n: 2 }, ...body, { op: ops.NEXT }, halt];
    for (let i = 0; i < 12; i++) {
      prepare(program);
      host.start(PROGRAM);
      host.loop.step(20 + random.below(900));
      expect(host.read('status')['running']).toBe(1);
      host.write('control', { start: 1 }); // has no effect
      host.write('control', { cancel: 1 });
      host.loop.until(() => host.read('status')['running'] === 0, 2000, 'the end');
      expect(host.read('status')).toEqual({ running: 0, stopped: 0, done: 0 });
      expect(host.interrupt).toBe(false);
      expect(host.memory.pending).toBe(0);
      if (i % 4 === 0) runWell();
    }
    runWell();
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
      prepare(program);
      host.start(PROGRAM);
      host.loop.step(20 + random.below(900));
      host.reset();
      runWell();
    }
  });

  it('raises the interrupt as enabled', () => {
    for (const [done, stopped] of [
      [0, 0],
      [1, 0],
      [0, 1],
    ] as const) {
      host.write('interrupt', { done, stopped });
      prepare([ld(), halt]);
      host.start(PROGRAM);
      host.loop.until(() => host.read('status')['done'] === 1, 1000, 'done');
      expect(host.interrupt).toBe(done === 1);
      host.write('status', { done: 1 });
      prepare([{ op: 77 }]);
      host.start(PROGRAM);
      host.loop.until(() => host.read('status')['stopped'] === 1, 1000, 'stopped');
      expect(host.interrupt).toBe(stopped === 1);
      host.write('control', { clear: 1 });
    }
    host.write('interrupt', { done: 1, stopped: 1 });
    runWell();
  });

  it('keeps the last records when there are more than room', () => {
    const program = [...Array.from({ length: 23 }, (_, i) => ld({ count: 1 + i })), halt];
    prepare(program);
    host.run(PROGRAM, 0, 5000);
    expect(host.value('trace_count')).toBe(23);
    expect(host.trace().map(({ tag }) => tag)).toEqual(Array.from({ length: 16 }, (_, i) => 7 + i));
  });

  it('says what was built', () => {
    expect(host.read('shape')).toEqual({ size: 4, lanes: 4, cores: 2 });
    expect(host.value('scratch_words')).toBe(200);
  });
});
