// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { flags, gemmKinds, moveKinds } from '../../../src/modules/exion/isa.ts';
import { type Bench, bench, words } from './machine.support.ts';

describe('GEMM', () => {
  /** X and four columns of W, k = 1; column 2 is in lane 0, word 1. */
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
});
