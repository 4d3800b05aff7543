// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/modules/exion/golden/prng.ts';
import { gemmKinds, moveKinds } from '../../../src/modules/exion/isa.ts';
import { bench } from './machine.support.ts';

describe('GEMM', () => {
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
