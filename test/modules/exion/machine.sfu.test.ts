// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { flags, sfuKinds } from '../../../src/modules/exion/isa.ts';
import { bench } from './machine.support.ts';

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
