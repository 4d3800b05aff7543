// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { GoldenMachine } from '../../../src/modules/exion/golden/machine/machine.ts';
import { ExionCoreParams } from '../../../src/modules/exion/core.params.ts';
import {
  type Command,
  commandFields,
  commandWords,
  decodeCommand,
  encodeCommand,
  flags,
  gemmKinds,
  mapBuffer,
  mapBufferOf,
  moveKinds,
  ops,
  predicates,
  sfuKinds,
} from '../../../src/modules/exion/isa.ts';
import { bench, programMemory, smallParams } from './machine.support.ts';

function machineOf(commands: readonly Command[], cores = 1, bytes = 4096): GoldenMachine {
  const params = ExionCoreParams.parse(smallParams);
  return new GoldenMachine({ params, scratchWords: 64, cores, dram: programMemory(commands, bytes) });
}

describe('program control', () => {
  test('LD and ST with stride: word it of the input becomes word count - it of the output', () => {
    // Iteration it reads memory unit 30 + it and writes unit 40 - it.
    const machine = machineOf([
      { op: ops.ITER, count: 3 },
      { op: ops.LD, dst: 5, dram: 30, stride: 1, count: 8 },
      { op: ops.FENCE },
      { op: ops.ST, srcA: 5, dram: 40, stride: 2 ** 32 - 1, count: 8 },
      { op: ops.NEXT },
      { op: ops.HALT },
    ]);
    for (let i = 0; i < 192; i++) machine.dram[64 * 30 + i] = i;
    expect(machine.run()).toEqual({ commands: 1 + 3 * 4 + 1, iterations: 3 });
    const units = [40, 39, 38].map((unit) => [...machine.dram.subarray(64 * unit, 64 * unit + 64)]);
    expect(units).toEqual([0, 64, 128].map((first) => Array.from({ length: 64 }, (_, i) => first + i)));
  });

  test('predicates: iteration it is dense when it mod (n + 1) = 0, renewed when it mod (n + 1) = 1; outside of a loop all is carried out', () => {
    const st = (when: number, dram: number, stride: number): Command => ({ op: ops.ST, when, dram, stride, count: 8 });
    const machine = machineOf([
      { op: ops.LD, dram: 20, count: 8 },
      { op: ops.ITER, count: 6, n: 2 },
      st(predicates.dense, 30, 1),
      st(predicates.sparse, 40, 1),
      st(predicates.renew, 46, 1),
      { op: ops.NEXT },
      st(predicates.sparse, 60, 1),
      st(predicates.renew, 61, 1),
      { op: ops.HALT },
    ]);
    machine.dram.fill(1, 64 * 20, 64 * 21);
    machine.run();
    const written = (unit: number): number => machine.dram[64 * unit]!;
    expect([30, 31, 32, 33, 34, 35].map(written)).toEqual([1, 0, 0, 1, 0, 0]);
    expect([40, 41, 42, 43, 44, 45].map(written)).toEqual([0, 1, 1, 0, 1, 1]);
    expect([46, 47, 48, 49, 50, 51].map(written)).toEqual([0, 1, 0, 0, 1, 0]);
    expect([60, 61].map(written)).toEqual([1, 1]);
  });

  test('renew without sparse iterations: never in the loop', () => {
    const renewed: Command = { op: ops.ST, when: predicates.renew, dram: 30, stride: 1, count: 8 };
    const machine = machineOf([{ op: ops.ITER, count: 4 }, renewed, { op: ops.NEXT }, { op: ops.HALT }]);
    expect(machine.run()).toEqual({ commands: 1 + 4 + 1, iterations: 4 });
  });

  test('a start in a sparse iteration is an error; in a dense one it is not', () => {
    const program: Command[] = [{ op: ops.ITER, count: 5, n: 1 }, { op: ops.NEXT }, { op: ops.HALT }];
    expect(() => machineOf(program).run(0, 1)).toThrow('iteration 1 is sparse, none before was dense');
    expect(machineOf(program).run(0, 2).iterations).toBe(3);
  });

  test('cores: each has its memories, `all` writes all', () => {
    const machine = machineOf(
      [
        { op: ops.LD, dram: 30, count: 8 },
        { op: ops.MOVE, kind: moveKinds.X, core: 1, n: 4 },
        { op: ops.MOVE, kind: moveKinds.EX, all: 1, n: 4 },
        { op: ops.HALT },
      ],
      2,
    );
    machine.dram[64 * 30] = 7;
    machine.run();
    expect(machine.cores.map(({ imem }) => imem.bytes[0])).toEqual([0, 7]);
    expect(machine.cores.map(({ eimem }) => eimem.bytes[0])).toEqual([7, 7]);
  });

  test.each<[string, Command[], string]>([
    ['an unknown operation', [{ op: 99 }], 'command 0: there is no operation 99'],
    ['a core that is not there', [{ op: ops.SFU, core: 3, n: 1 }], 'command 0: core 3 of 1'],
    ['NEXT without a loop', [{ op: ops.NEXT }], 'NEXT outside of a loop'],
    [
      'a loop in a loop',
      [
        { op: ops.ITER, count: 1 },
        { op: ops.ITER, count: 1 },
      ],
      'command 1: ITER inside of a loop',
    ],
    ['a loop of no iteration', [{ op: ops.ITER }], 'ITER of 0 iterations'],
    ['LD of nothing', [{ op: ops.LD }], 'LD or ST of 0 words'],
    ['LD beyond the memory', [{ op: ops.LD, dram: 100, count: 1 }], 'bytes 6400 .. 6407 of 4096'],
    ['LD beyond the scratchpad', [{ op: ops.LD, dst: 60, count: 8 }], 'scratch 60 .. 67 of 64'],
    [
      'OSPARSE without a map',
      [{ op: ops.GEMM, kind: gemmKinds.OSPARSE, n: 1, k: 1 }],
      'control map 0 has not been built',
    ],
    ['KMERGE without a buffer', [{ op: ops.GEMM, kind: gemmKinds.KMERGE, n: 1, k: 1, map: 1 }], 'K-merge buffer 1'],
    ['no HALT', new Array<Command>(64).fill({ op: ops.FENCE }), 'without a HALT'],
  ])('%s', (_, commands, message) => {
    expect(() => machineOf(commands).run()).toThrow(message);
  });

  test('errors keep what was done before', () => {
    const machine = machineOf([
      { op: ops.LD, dram: 30, count: 8 },
      { op: ops.SFU, kind: 15, n: 1 },
    ]);
    machine.dram[64 * 30] = 9;
    expect(() => machine.run()).toThrow('command 1: SFU has no kind 15');
    expect(machine.scratch.int8[0]).toBe(9);
  });
});

describe('refused commands write nothing', () => {
  test.each<[keyof typeof ops, Omit<Command, 'op'>, string]>([
    ['MOVE', { kind: moveKinds.X, n: 0 }, 'MOVE of 0 columns'],
    ['MOVE', { kind: moveKinds.X, n: 8, dst: 7 }, 'imem 7 .. 8 of 8'],
    ['MOVE', { kind: moveKinds.W, count: 0 }, 'MOVE of 0 words'],
    ['MOVE', { kind: moveKinds.W_COLUMNS, n: 4, k: 20, dst: 12 }, 'wmem 12 .. 32 of 32'],
    ['MOVE', { kind: moveKinds.W_COLUMNS, n: 1, k: 1, sub: 2 }, 'byte 4 of a word of 4 bytes'],
    ['MOVE', { kind: moveKinds.PARAM, count: 17 }, 'param 0 .. 16 of 16'],
    ['MOVE', { kind: 15, n: 1 }, 'MOVE has no kind 15'],
    ['GEMM', { n: 0, k: 1 }, 'GEMM of 0 column blocks'],
    ['GEMM', { n: 1, k: 0 }, 'and 0 words'],
    ['GEMM', { n: 8, k: 5 }, 'wmem 0 .. 39 of 32'],
    ['GEMM', { n: 1, k: 1, dst: 15 }, 'omem 15 .. 16 of 16'],
    ['GEMM', { kind: 9, n: 1, k: 1 }, 'GEMM has no kind 9'],
    ['CMBUILD', { n: 0 }, 'CMBUILD of 0 columns'],
    ['CMBUILD', { n: 17 }, 'CMBUILD of 17 columns: at most 16'],
    ['CMBUILD', { n: 3, maskA: 30 }, 'mask 30 .. 32 of 32'],
    ['KBUILD', { n: 17 }, 'the longest contraction is 16'],
    ['EPRED', { n: 1, k: 1, shift: 7 }, 'EPRED with shift 7: 8 .. 46'],
    ['TOPK', { n: 4, k: 1, best: 0, live: 1 }, 'best 0'],
    ['TOPK', { n: 17, k: 1, best: 1, live: 1 }, 'at most 16'],
    ['TOPK', { n: 4, k: 1, best: 1, live: 3 }, 'TOPK of 3 rows: 1 .. 2'],
    ['SFU', { n: 0 }, 'SFU of 0 columns'],
    ['SFU', { kind: sfuKinds.RQ, n: 1, shift: 1, param: 16 }, 'param 16 .. 16 of 16'],
    ['SFU', { kind: sfuKinds.RQ, n: 1, shift: 1, flags: flags.MASK_OUT }, 'MASK_OUT of 0 rows'],
  ])('%s %o', (op, fields, message) => {
    const b = bench();
    const before = JSON.stringify([...b.machine.scratch.bytes, b.omem(0, 16), b.mask(0, 32)]);
    expect(() => b.run(op, fields)).toThrow(message);
    expect(JSON.stringify([...b.machine.scratch.bytes, b.omem(0, 16), b.mask(0, 32)])).toBe(before);
  });
});

describe('map buffers', () => {
  const build = { n: 3, maskA: 0 };
  const product = { kind: gemmKinds.OSPARSE, n: 1, k: 1 };

  test('each keeps its map; one that is not there is refused', () => {
    const b = bench({ mapBuffers: 5 });
    b.run('CMBUILD', { ...build, ...mapBuffer(4) });
    b.run('CMBUILD', { ...build, ...mapBuffer(3) });
    expect(b.machine.cores[0]!.maps.map((map) => map !== null)).toEqual([false, false, false, true, true]);
    b.run('GEMM', { ...product, ...mapBuffer(4) });
    expect(() => b.run('GEMM', { ...product, ...mapBuffer(2) })).toThrow('control map 2 has not been built');
    expect(() => b.run('CMBUILD', { ...build, ...mapBuffer(5) })).toThrow('map 5 .. 5 of 5');
    expect(() => b.run('GEMM', { ...product, ...mapBuffer(127) })).toThrow('map 127 .. 127 of 5');
  });

  test('a core with two does not look at the upper bits', () => {
    const b = bench();
    b.run('CMBUILD', { ...build, ...mapBuffer(3) });
    expect(b.machine.cores[0]!.maps.map((map) => map !== null)).toEqual([false, true]);
  });

  test('a number goes through the fields and back', () => {
    for (let buffer = 0; buffer < 128; buffer++) {
      const command = { op: ops.CMBUILD, ...mapBuffer(buffer) };
      expect(mapBufferOf(decodeCommand(encodeCommand(command)))).toBe(buffer);
    }
  });
});

describe('encoding', () => {
  test('every field goes through its words and back, alone and with all others full', () => {
    for (const { name, width } of commandFields) {
      const value = 2 ** width - 1;
      expect(decodeCommand(encodeCommand({ op: 0, [name]: value }))[name]).toBe(value);
    }
    const full = Object.fromEntries(
      commandFields.map(({ name, width }) => [name, 2 ** width - 1]),
    ) as unknown as Command;
    expect(encodeCommand(full).length).toBe(commandWords);
    expect(decodeCommand(encodeCommand(full))).toEqual(full);
  });

  test('a value that does not fit is refused', () => {
    expect(() => encodeCommand({ op: 0, n: 65536 })).toThrow('field n of a command is 65536: expected 0 .. 2^16 - 1');
  });
});
