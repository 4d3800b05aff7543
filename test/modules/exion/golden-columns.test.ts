// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axpy, dot, requantise } from '../../../src/modules/exion/golden/arith.ts';
import { axpyColumns, normColumns, requantiseColumns } from '../../../src/modules/exion/golden/columns.ts';
import { twoStepDot } from '../../../src/modules/exion/golden/eager.ts';
import { dotAt, gemm, gemmSparse, rowProducts } from '../../../src/modules/exion/golden/gemm.ts';
import { layerNorm } from '../../../src/modules/exion/golden/layer-norm.ts';
import { truncate } from '../../../src/modules/exion/golden/prediction.ts';
import { random } from '../../../src/modules/exion/golden/prng.ts';

/** The flat loops must give the numbers of the scalar laws, at the ends of every range too. */
const int = (bits: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: -(2 ** (bits - 1)) + 1, max: 2 ** (bits - 1) - 1 }),
    fc.constantFrom(-(2 ** (bits - 1)) + 1, -1, 0, 1, 2 ** (bits - 1) - 1),
  );
const nat = (bits: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 0, max: 2 ** bits - 1 }), fc.constantFrom(0, 1, 2 ** bits - 1));

const codes = (seed: number, length: number): Int8Array => {
  const rand = random(seed);
  return Int8Array.from({ length }, () => Math.floor(rand() * 255) - 127);
};

describe('operations on columns follow the scalar laws', () => {
  it('RQ', () => {
    const column = fc.record({ a: int(32), offset: int(32), gain: nat(16) });
    fc.assert(
      fc.property(fc.array(column, { minLength: 1, maxLength: 9 }), fc.integer({ min: 8, max: 46 }), (cs, shift) => {
        const out = new Int8Array(cs.length);
        const params = {
          offset: Int32Array.from(cs, (c) => c.offset),
          gain: Uint16Array.from(cs, (c) => c.gain),
          shift,
        };
        requantiseColumns(
          Int32Array.from(cs, (c) => c.a),
          params,
          out,
        );
        expect([...out]).toEqual(cs.map((c) => requantise(c.a + c.offset, c.gain, shift) + 0));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('RQ through the table, and with a mask: unmarked elements are 0 whatever was computed', () => {
    const a = Int32Array.from([-5, 7, 130, -130, 0, 1]);
    const params = { offset: new Int32Array(3), gain: new Uint16Array(3).fill(256), shift: 8 };
    const table = Int8Array.from({ length: 256 }, (_, index) => index - 128);
    const out = new Int8Array(6);
    requantiseColumns(a, params, out, { table, marked: Uint8Array.from([1, 1, 1, 1, 0, 1]) });
    // Code -5 is index 251, and -127 (clamped) index 129.
    expect([...out]).toEqual([251 - 128, 7 - 128, 127 - 128, 129 - 128, 0, 1 - 128]);
  });

  it('AXPY, in place, with and without a reused part', () => {
    const column = fc.record({ b: int(16), a: int(32), part: int(32), offset: int(32), gain: int(16) });
    fc.assert(
      fc.property(
        fc.array(column, { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 8, max: 31 }),
        nat(32),
        fc.boolean(),
        (cs, shift, keep, withPart) => {
          const x = Int16Array.from(cs, (c) => c.b);
          const params = {
            offset: Int32Array.from(cs, (c) => c.offset),
            gain: Int16Array.from(cs, (c) => c.gain),
            keep,
            shift,
          };
          const part = Int32Array.from(cs, (c) => c.part);
          axpyColumns(
            x,
            Int32Array.from(cs, (c) => c.a),
            params,
            x,
            withPart ? part : undefined,
          );
          const expected = cs.map((c) => axpy(c.b, keep, c.a + (withPart ? c.part : 0) + c.offset, c.gain, shift) + 0);
          expect([...x]).toEqual(expected);
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });

  it('LN, row by row', () => {
    const x = Int16Array.from(codes(1, 24), (code) => 250 * code);
    const params = {
      offset: Int32Array.from(codes(2, 8), (code) => 1000 * code),
      gain: Int16Array.from(codes(3, 8), (code) => 9 * code),
      epsilon: 77,
      shift: 14,
    };
    const out = new Int8Array(24);
    normColumns(x, params, out);
    for (let row = 0; row < 24; row += 8) {
      const { epsilon, gain, offset, shift } = params;
      expect(out.subarray(row, row + 8)).toEqual(layerNorm(x.subarray(row, row + 8), epsilon, gain, offset, shift));
    }
    expect(new Set(out).size).toBeGreaterThan(8);
  });
});

describe('matrix products', () => {
  it.each([
    [1, 1, 1],
    [3, 4, 5],
    [2, 7, 16],
    [5, 9, 3],
  ])('%i rows, %i outputs, %i inputs', (rows, outputs, inputs) => {
    const x = codes(1, rows * inputs);
    const w = { outputs, inputs, codes: codes(2, outputs * inputs) };
    const out = new Int32Array(rows * outputs);
    gemm(x, w, out);
    const row = (t: number): Int8Array => x.subarray(t * inputs, (t + 1) * inputs);
    const column = (o: number): Int8Array => w.codes.subarray(o * inputs, (o + 1) * inputs);
    const exact = Array.from(out, (_, e) => dot(row(Math.floor(e / outputs)), column(e % outputs)));
    expect([...out]).toEqual(exact);
    expect(dotAt(x, (rows - 1) * inputs, w.codes, 0, inputs)).toBe(dot(row(rows - 1), column(0)));

    const halved = x.map((v, e) => (e % 3 === 1 ? v : 0));
    const [dense, sparse] = [new Int32Array(out.length), new Int32Array(out.length).fill(7)];
    gemm(halved, w, dense);
    gemmSparse(halved, w, sparse);
    expect(sparse).toEqual(dense);

    const part = new Int32Array(outputs).fill(-9);
    const first = Math.min(1, outputs - 1);
    rowProducts(x, 0, w, first, outputs, part, 0);
    expect([...part]).toEqual([...exact.slice(first, outputs), ...new Array<number>(first).fill(-9)]);

    const marked = Uint8Array.from(exact, (_, e) => e % 2);
    const masked = new Int32Array(rows * outputs).fill(-9);
    gemm(x, w, masked, marked);
    expect([...masked], 'the rest stays').toEqual(exact.map((v, e) => (e % 2 === 1 ? v : -9)));
  });

  it('truncated codes stay int8, and their product is that of the prediction', () => {
    const [a, b] = [codes(5, 40), codes(6, 40)];
    expect(dot(truncate(a), truncate(b))).toBe(twoStepDot(a, b));
    expect([...truncate(Int8Array.from([0, 1, -1, 3, 7, -7, 64, 127, -127]))]).toEqual([
      0, 1, -1, 3, 6, -6, 64, 96, -96,
    ]);
  });
});
