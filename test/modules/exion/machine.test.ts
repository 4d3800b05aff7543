// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { flags, gemmKinds, moveKinds, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { type Bench, bench } from './machine.support.ts';

/** Words of a bank of an operand memory, as numbers. */
function words(memory: Bench['machine']['cores'][number]['imem'], bank: number, first: number, count: number) {
  return Array.from({ length: count }, (_, w) => {
    const at = memory.at(bank, first + w);
    return [...memory.bytes.subarray(at, at + memory.lanes)];
  });
}

describe('MOVE', () => {
  const rows = [
    [1, 2, 3, 4, 5],
    [-1, -2, -3, -4, -5],
  ];

  test('X: column c is byte c mod L of word dst + floor(c / L), zeros to the end of the word', () => {
    const b = bench();
    b.machine.cores[0]!.imem.bytes.fill(9);
    b.put8(3, rows);
    b.run('MOVE', { kind: moveKinds.X, srcA: 3, dst: 2, n: 5 });
    const { imem } = b.machine.cores[0]!;
    expect(words(imem, 0, 1, 4)).toEqual([
      [9, 9, 9, 9],
      [1, 2, 3, 4],
      [5, 0, 0, 0],
      [9, 9, 9, 9],
    ]);
    expect(words(imem, 1, 2, 2)).toEqual([
      [-1, -2, -3, -4],
      [-5, 0, 0, 0],
    ]);
  });

  test('W_ROWS, EX, EW_ROWS: the same in their memories', () => {
    const b = bench();
    b.put8(0, rows);
    const [core] = b.machine.cores;
    for (const [kind, memory] of [
      ['W_ROWS', core!.wmem],
      ['EX', core!.eimem],
      ['EW_ROWS', core!.ewmem],
    ] as const) {
      b.run('MOVE', { kind: moveKinds[kind], srcA: 0, dst: 3, n: 5 });
      expect(words(memory, 1, 3, 2), kind).toEqual([
        [-1, -2, -3, -4],
        [-5, 0, 0, 0],
      ]);
    }
  });

  test('W: lane 0 first, L bytes each, then the next word', () => {
    const b = bench();
    b.machine.scratch.int8.set(
      Array.from({ length: 16 }, (_, i) => i + 1),
      8 * 5,
    );
    b.run('MOVE', { kind: moveKinds.W, srcA: 5, dst: 7, count: 2 });
    const { wmem } = b.machine.cores[0]!;
    expect([...words(wmem, 0, 7, 2), ...words(wmem, 1, 7, 2)]).toEqual([
      [1, 2, 3, 4],
      [9, 10, 11, 12],
      [5, 6, 7, 8],
      [13, 14, 15, 16],
    ]);
  });

  test('W_COLUMNS: column c to lane c mod C, word dst + floor(c / C) k, rows from byte sub R on', () => {
    const b = bench();
    b.put8(0, [
      [1, 3, 5],
      [2, 4, 6],
    ]);
    b.run('MOVE', { kind: moveKinds.W_COLUMNS, srcA: 0, dst: 1, n: 3, k: 2, sub: 1 });
    const { wmem } = b.machine.cores[0]!;
    expect(words(wmem, 0, 1, 1)).toEqual([[0, 0, 1, 2]]);
    expect(words(wmem, 1, 1, 1)).toEqual([[0, 0, 3, 4]]);
    expect(words(wmem, 0, 3, 1)).toEqual([[0, 0, 5, 6]]);
  });

  test('PARAM: 8 bytes an entry; TABLE: 256 bytes', () => {
    const b = bench();
    b.machine.scratch.int32.set([-7, 0xffff, 1000, 3], 2 * 4);
    b.run('MOVE', { kind: moveKinds.PARAM, srcA: 4, dst: 3, count: 2 });
    const [core] = b.machine.cores;
    expect([...core!.offsets.subarray(3, 5)]).toEqual([-7, 1000]);
    expect([...core!.gains.subarray(3, 5)]).toEqual([65535, 3]);

    b.machine.scratch.int8[8 * 10 + 255] = -3;
    b.run('MOVE', { kind: moveKinds.TABLE, srcA: 10 });
    expect(core!.table[255]).toBe(-3);
  });
});

describe('GEMM', () => {
  /** X and W of 3 columns with k = 1; column 2 is in lane 0, word 1. */
  function prepared(): Bench {
    const b = bench();
    b.put8(0, [
      [1, 2, 3, 4],
      [-1, 0, 1, 0],
    ]);
    b.run('MOVE', { kind: moveKinds.X, srcA: 0, dst: 2, n: 4 });
    b.machine.scratch.int8.set([1, 1, 1, 1, 2, 0, 0, 0, 0, 0, 0, 5, 7, 7, 7, 7], 8 * 10);
    b.run('MOVE', { kind: moveKinds.W, srcA: 10, dst: 4, count: 2 });
    return b;
  }
  const full = [
    [10, 2, 20, 70],
    [0, -2, 0, 0],
  ];

  test('DENSE', () => {
    const b = prepared();
    b.run('GEMM', { kind: gemmKinds.DENSE, n: 2, k: 1, srcA: 2, srcB: 4, dst: 6 });
    expect(b.omem(6, 4)).toEqual(full);
  });

  test('OSPARSE writes the marked elements alone', () => {
    const b = prepared();
    b.setOmem(0, [new Array<number>(16).fill(99), new Array<number>(16).fill(99)]);
    b.setMask(8, [
      [1, 0, 0],
      [0, 1, 0],
    ]);
    b.run('CMBUILD', { n: 3, maskA: 8, map: 1 });
    b.run('GEMM', { kind: gemmKinds.OSPARSE, n: 2, k: 1, srcA: 2, srcB: 4, dst: 6, map: 1 });
    expect(b.omem(6, 4)).toEqual([
      [10, 99, 99, 99],
      [99, -2, 99, 99],
    ]);
  });

  test('ROW_MASK: one word for all columns', () => {
    const b = prepared();
    b.setMask(3, [[0], [1]]);
    b.run('CMBUILD', { flags: flags.ROW_MASK, n: 3, maskA: 3 });
    b.run('GEMM', { kind: gemmKinds.OSPARSE, n: 2, k: 1, srcA: 2, srcB: 4 });
    expect(b.omem(0, 4)).toEqual([
      [0, 0, 0, 0],
      [0, -2, 0, 0],
    ]);
  });

  test('AUTO computes everything where that takes no more cycles, and only then', () => {
    const b = prepared();
    // Four full columns: two words of one slot, 2 cycles to drain each, as dense.
    b.setMask(0, [
      [1, 1, 1, 1],
      [1, 1, 1, 0],
    ]);
    b.run('CMBUILD', { n: 4, maskA: 0 });
    b.run('GEMM', { kind: gemmKinds.OSPARSE, flags: flags.AUTO, n: 2, k: 1, srcA: 2, srcB: 4 });
    expect(b.omem(0, 4), 'dense: the unmarked element too').toEqual(full);

    b.setOmem(0, [new Array<number>(16).fill(5), new Array<number>(16).fill(5)]);
    b.setMask(0, [
      [1, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    b.run('CMBUILD', { n: 4, maskA: 0 });
    b.run('GEMM', { kind: gemmKinds.OSPARSE, flags: flags.AUTO, n: 2, k: 1, srcA: 2, srcB: 4 });
    expect(b.omem(0, 4), 'one word instead of two').toEqual([
      [10, 5, 5, 5],
      [5, 5, 5, 5],
    ]);
  });

  test('a mask without a mark: nothing is written', () => {
    const b = prepared();
    b.run('CMBUILD', { n: 4, maskA: 0 });
    b.run('GEMM', { kind: gemmKinds.OSPARSE, flags: flags.AUTO, n: 2, k: 1, srcA: 2, srcB: 4 });
    expect(b.omem(0, 4).flat()).toEqual(new Array(8).fill(0));
  });

  test('KMERGE by hand: two columns of one lane with disjoint rows share a chunk', () => {
    const b = bench();
    // Columns 0 and 4 are in lane 0. Row 0 uses column 0, row 1 column 4.
    b.put8(0, [
      [3, 9, 9, 9, 9],
      [9, 9, 9, 9, 4],
    ]);
    b.setMask(0, [
      [1, 0, 0, 0, 0],
      [0, 0, 0, 0, 1],
    ]);
    b.machine.cores[0]!.imem.bytes.fill(77);
    b.run('KBUILD', { n: 5, maskA: 0, srcA: 0, dst: 1, map: 1 });
    const { imem, merged, wmem } = b.machine.cores[0]!;
    expect(merged[1]!.length).toBe(1);
    expect(words(imem, 0, 1, 2)).toEqual([
      [3, 0, 0, 0],
      [77, 77, 77, 77],
    ]);
    expect(words(imem, 1, 1, 1)).toEqual([[4, 0, 0, 0]]);
    // Weight column 0: byte 0 of word 0 is 10, of word 1 is 100.
    wmem.bytes[wmem.at(0, 8)] = 10;
    wmem.bytes[wmem.at(0, 9)] = 100;
    b.run('GEMM', { kind: gemmKinds.KMERGE, n: 1, k: 2, srcA: 1, srcB: 8, dst: 4, map: 1 });
    expect(b.omem(4, 2)).toEqual([
      [30, 0],
      [400, 0],
    ]);
  });

  test('KMERGE of an empty mask gives 0', () => {
    const b = bench();
    b.setOmem(0, [
      [1, 1],
      [1, 1],
    ]);
    b.run('KBUILD', { n: 4 });
    b.run('GEMM', { kind: gemmKinds.KMERGE, n: 1, k: 1 });
    expect(b.omem(0, 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  for (const placement of ['free', 'lane', 'colour'] as const) {
    test(`random masks, placement ${placement}: OSPARSE and KMERGE equal plain loops`, () => {
      const rand = random(7);
      const code = (): number => Math.floor(rand() * 255) - 127;
      const b = bench({
        size: 4,
        lanes: 8,
        placement,
        slots: 3,
        columns: 32,
        depth: 64,
        weightWords: 256,
        maskWords: 256,
      });
      const [R, K, N] = [4, 21, 10];
      for (let round = 0; round < 10; round++) {
        const x = Array.from({ length: R }, () => Array.from({ length: K }, code));
        const w = Array.from({ length: N }, () => Array.from({ length: K }, code));
        const density = rand();
        const bit = (): number => (rand() < density ? 1 : 0);
        b.put8(0, x);
        b.run('MOVE', { kind: moveKinds.X, srcA: 0, n: K });
        const { wmem } = b.machine.cores[0]!;
        const stride = 3; // odd, so the same in all placements
        w.forEach((column, n) => {
          for (let k = 0; k < 24; k++) {
            wmem.bytes[wmem.at(n % R, Math.floor(n / R) * stride) + k] = column[k] ?? 0;
          }
        });
        const product = (i: number, n: number, kept: (f: number) => boolean): number =>
          x[i]!.reduce((sum, value, f) => sum + (kept(f) ? value * w[n]![f]! : 0), 0);

        const marks = Array.from({ length: R }, () => Array.from({ length: N }, bit));
        b.setMask(0, marks);
        b.setOmem(
          0,
          Array.from({ length: R }, () => new Array<number>(12).fill(-5)),
        );
        b.run('CMBUILD', { n: N });
        b.run('GEMM', { kind: gemmKinds.OSPARSE, n: 3, k: 3 });
        expect(b.omem(0, N)).toEqual(
          marks.map((row, i) => row.map((mark, n) => (mark === 1 ? product(i, n, () => true) : -5))),
        );

        const inputs = Array.from({ length: R }, () => Array.from({ length: K }, bit));
        b.setMask(100, inputs);
        b.run('KBUILD', { n: K, maskA: 100, dst: 8 });
        b.run('GEMM', { kind: gemmKinds.KMERGE, n: 3, k: 3, srcA: 8 });
        expect(b.omem(0, N)).toEqual(inputs.map((row, i) => w.map((_, n) => product(i, n, (f) => row[f] === 1))));
      }
    });
  }

  test('colour placement: columns of a lane lie an odd number of words apart', () => {
    const b = bench({ placement: 'colour' });
    b.put8(0, [[1, 0, 0, 0, 0, 0, 0, 0]]);
    b.run('MOVE', { kind: moveKinds.X, srcA: 0, n: 8 });
    const { wmem } = b.machine.cores[0]!;
    wmem.bytes[wmem.at(0, 3)] = 6; // k = 2: column 2 begins at word 3
    b.run('GEMM', { kind: gemmKinds.DENSE, n: 2, k: 2 });
    expect(b.omem(0, 4)[0]).toEqual([0, 0, 6, 0]);
  });
});

describe('EPRED and TOPK', () => {
  test('EPRED truncates to two set bits, then requantises', () => {
    const b = bench();
    b.put8(0, [[7, -5, 0, 0]]); // ts: 6, -5
    b.run('MOVE', { kind: moveKinds.EX, srcA: 0, n: 4 });
    b.put8(1, [[15, 3, 0, 0]]); // ts: 12, 3
    b.run('MOVE', { kind: moveKinds.EW_ROWS, srcA: 1, n: 4 });
    b.run('EPRED', { n: 2, k: 1, dst: 20, gain: 128, shift: 8 });
    expect(b.get8(20, 2)).toEqual([
      [Math.floor((57 * 128 + 128) / 256), 0],
      [0, 0],
    ]);
  });

  test('TOPK: AM, RQ, and RK of the tiles of a head', () => {
    const b = bench();
    const [core] = b.machine.cores;
    const keys = [
      [1, 0],
      [2, 0],
      [4, 0],
      [0, 1],
    ];
    keys.forEach(([first, second], j) => {
      core!.ewmem.bytes.set([first!, second!], core!.ewmem.at(j % 2, Math.floor(j / 2)));
    });
    const tile = (rows: number[][], more: object): void => {
      b.put8(0, rows);
      b.run('MOVE', { kind: moveKinds.EX, srcA: 0, n: 2 });
      b.run('TOPK', { n: 4, k: 1, best: 2, limit: 3, live: 2, maskC: 20, ...more });
    };
    // Scores of row 0: 1 2 4 0, lead 2; of row 1: 2 4 8 0, lead 4: dominated.
    tile(
      [
        [1, 0],
        [2, 0],
      ],
      { flags: flags.FIRST, maskA: 0, maskB: 8 },
    );
    expect(b.mask(0, 4)).toEqual([
      [0, 1, 1, 0],
      [0, 0, 1, 0],
    ]);
    expect(b.mask(8, 1)).toEqual([[1], [0]]);
    expect(b.mask(20, 2), 'not before LAST').toEqual([
      [0, 0],
      [0, 0],
    ]);
    // One live row, all scores equal: the lower keys.
    tile([[0, 0]], { flags: flags.LAST, maskA: 4, maskB: 9, live: 1 });
    expect(b.mask(4, 4)).toEqual([
      [1, 1, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(b.mask(9, 1)).toEqual([[1], [0]]);
    // Keys 0, 1, 2 are needed: bit i of word t is key 2 t + i.
    expect(b.mask(20, 2)).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });
});

describe('SFU', () => {
  test('RQ: offset, gain, GELU table, masks, reused part', () => {
    const b = bench();
    b.setOmem(4, [
      [100, -100, 10],
      [3, 4, 5],
    ]);
    b.setParams(2, [
      [28, 1],
      [0, 2],
      [0, 65535],
    ]);
    const base = { kind: sfuKinds.RQ, n: 3, srcA: 4, dst: 30, param: 2, shift: 1 };
    b.run('SFU', base);
    expect(b.get8(30, 3)).toEqual([
      [64, -100, 127],
      [16, 4, 127],
    ]);
    const { table } = b.machine.cores[0]!;
    table[64] = 11;
    table[-100 & 255] = -12;
    table[127] = 13;
    table[4] = 14;
    b.run('SFU', { ...base, flags: flags.GELU | flags.MASK_OUT, maskA: 3, limit: 12, live: 1 });
    expect(b.get8(30, 3)).toEqual([
      [11, -12, 13],
      [0, 14, 13],
    ]);
    expect(b.mask(3, 3), 'strictly above, live rows only').toEqual([
      [0, 0, 1],
      [0, 0, 0],
    ]);
    b.run('SFU', { ...base, flags: flags.GELU | flags.MASK_OUT, maskA: 3, limit: 2 ** 17 - 1, live: 2 });
    expect(b.mask(3, 3), 'theta -1 marks all').toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    b.setMask(3, [
      [1, 0, 1],
      [0, 1, 0],
    ]);
    b.put32(50, [
      [-228, 0, -10],
      [0, 0, 0],
    ]);
    b.run('SFU', { ...base, flags: flags.MASK_IN | flags.ADD, maskA: 3, srcP: 50 });
    expect(b.get8(30, 3)).toEqual([
      [-50, 0, 0],
      [0, 4, 0],
    ]);
  });

  test('RQ of an int16 tensor', () => {
    const b = bench();
    b.put16(7, [[1000, -3000]]);
    b.setParams(0, [
      [0, 16],
      [0, 16],
    ]);
    b.run('SFU', { kind: sfuKinds.RQ, flags: flags.FROM_GSC, n: 2, srcA: 7, dst: 9, shift: 8 });
    expect(b.get8(9, 2)[0]).toEqual([63, -127]);
  });

  test('AXPY: signed gain, 32-bit keep, in place, clamped', () => {
    const b = bench();
    b.put16(40, [
      [100, 32000],
      [-100, -32000],
    ]);
    b.setOmem(0, [
      [10, 20000],
      [10, -20000],
    ]);
    b.setParams(0, [
      [-4, -2 & 0xffff],
      [0, 1],
    ]);
    b.run('SFU', { kind: sfuKinds.AXPY, n: 2, srcB: 40, dst: 40, keep: 4, shift: 2 });
    expect(b.get16(40, 2)).toEqual([
      [Math.floor((400 - 12 + 2) / 4), 32767],
      [Math.floor((-400 - 12 + 2) / 4), -32767],
    ]);
    b.put32(60, [[1, 0]]);
    b.run('SFU', { kind: sfuKinds.AXPY, flags: flags.ADD, n: 2, srcB: 40, srcP: 60, dst: 41, keep: 0, shift: 2 });
    expect(b.get16(41, 2)[0]).toEqual([Math.floor((-2 * 7 + 2) / 4), 5000]);
  });

  test('LN of two values: -1 and 1, scaled and shifted', () => {
    const b = bench();
    b.put16(12, [
      [-50, 50],
      [9, 9],
    ]);
    b.setParams(0, [
      [0, 256],
      [2560, 256],
    ]);
    b.run('SFU', { kind: sfuKinds.LN, flags: flags.FROM_GSC, n: 2, srcA: 12, dst: 20, shift: 15, keep: 0 });
    // n = -4096 and 4096: 4096 * 256 / 2^15 = 32; a constant row is all 0.
    expect(b.get8(20, 2)).toEqual([
      [-32, 32],
      [0, 0],
    ]);
  });

  test('SOFTMAX over the kept set; a dead row is 0', () => {
    const b = bench();
    b.setOmem(8, [[5, 5, 1000]]);
    b.setMask(2, [
      [1, 1, 0],
      [0, 0, 0],
    ]);
    b.run('SFU', { kind: sfuKinds.SOFTMAX, n: 3, srcA: 8, dst: 3, maskA: 2, gain: 1, shift: 0 });
    expect(b.get8(3, 3)).toEqual([
      [64, 64, 0],
      [0, 0, 0],
    ]);
  });

  test('COPY and PSUB', () => {
    const b = bench();
    b.setOmem(0, [[-7, 2 ** 30]]);
    b.run('SFU', { kind: sfuKinds.COPY, n: 2, dst: 30 });
    expect(b.get32(30, 2)[0]).toEqual([-7, 2 ** 30]);
    b.setOmem(0, [[3, 1]]);
    b.run('SFU', { kind: sfuKinds.PSUB, n: 2, srcB: 30, dst: 30 });
    expect(b.get32(30, 2)[0]).toEqual([-10, 2 ** 30 - 1]);
  });
});
