// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { pointKind } from '../../../../src/modules/zkflex/point.types.ts';
import { pointReader, pointWriter } from '../../../../src/modules/zkflex/top/point-streams.ts';

const point = (kind: number) => ({ kind, x: 11, y: 12, zz: 13, zzz: 14 });

test('a point leaves as its kind and the coordinates that the kind has', () =>
  simulate(pointWriter({ wordBits: 16 }), {}, async (dut) => {
    await dut.reset();
    const { infinity, affine, xyzz } = pointKind;
    const moved = dut.move({
      drive: { in: { items: [point(xyzz), point(infinity), point(affine)] } },
      collect: { out: { count: 15, stall: 0.3 } },
    });
    const elements = moved.received.out.items;
    expect(elements).toEqual([xyzz, 11, 12, 13, 14, infinity, 0, 0, 0, 0, affine, 11, 12, 0, 0]);
  }));

test('a point that has not left is forgotten with clear, and the next one leaves whole', () =>
  simulate(pointWriter({ wordBits: 16 }), {}, async (dut) => {
    await dut.reset();
    for (const gone of [0, 1, 4]) {
      dut.move({ drive: { in: { items: [point(pointKind.xyzz)] } }, collect: { out: { count: gone } } });
      dut.in.clear.value = 1;
      await dut.cycle();
      dut.in.clear.value = 0;
      const next = { kind: pointKind.affine, x: 21, y: 22, zz: 0, zzz: 0 };
      const moved = dut.move({ drive: { in: { items: [next] } }, collect: { out: { count: 5 } } });
      expect(moved.received.out.items).toEqual([pointKind.affine, 21, 22, 0, 0]);
    }
  }));

test('an x whose y has not come is forgotten with clear', () =>
  simulate(pointReader({ wordBits: 16 }), {}, async (dut) => {
    await dut.reset();
    dut.move({ drive: { in: { items: [5] } } });
    dut.in.clear.value = 1;
    await dut.cycle();
    dut.in.clear.value = 0;
    const moved = dut.move({ drive: { in: { items: [1, 2, 3, 4] } }, collect: { out: { count: 2 } } });
    expect(moved.received.out.items).toEqual([
      { x: 1, y: 2 },
      { x: 3, y: 4 },
    ]);
  }));
