// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { configure, type FieldSetup } from '../../../../sim/workloads/zkflex/field-setup.ts';
import type { ZkFlexHost } from '../../../../sim/workloads/zkflex/host.ts';
import { somePoint } from '../../../../src/modules/zkflex/golden/curve.ts';
import { tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { montgomeryProduct, toMontgomery } from '../../../../src/modules/zkflex/golden/montgomery.ts';
import { directMsm } from '../../../../src/modules/zkflex/golden/msm.ts';
import { flags } from '../../../../src/modules/zkflex/top/commands.ts';
import { expectFailure, hostOn, params } from './top.host.ts';
import { asBytes, open } from './top.support.ts';

describe('the result of a pass that another one adds to', () => {
  const curve = tinyCurves.mode0;
  const base = somePoint(curve);
  const [points, scalars, result] = [0x1800, 0x1900, 0x2000];

  /** One pass over a point with scalar 1, in one window of two bits. */
  const pass = (host: ZkFlexHost, flag: number, address = points): void =>
    host.push('MSM', {
      ...{ address: host.beat(address), second: host.beat(scalars), scalar_beats: 1, count: 1, c: 2, windows: 1 },
      ...{ result: host.beat(result), flags: flags.STORE_RESULT | flag },
    });

  async function withPoint(test: (host: ZkFlexHost, field: FieldSetup) => void): Promise<void> {
    const engine = await open(params);
    const { host, field } = hostOn(engine);
    host.memory.bytes.set(asBytes([base.x, base.y], field), points);
    host.put(scalars, [1n], field.elementBytes);
    test(host, field);
    engine.close();
  }

  it('is there after a good pass, whatever else has been done', () =>
    withPoint((host, field) => {
      pass(host, 0);
      host.push('LOAD', { address: host.beat(scalars), dst: 0, count: 1 });
      pass(host, flags.ACCUMULATE);
      host.finish();
      const [kind, x, y, zz, zzz] = host.get(result, 5, field.elementBytes);
      expect(kind).toBe(2n);
      // 5 times the base: x zz^-1 and y zzz^-1.
      const five = directMsm(curve, [base], [5n])!;
      const word = (value: bigint): bigint => toMontgomery(value, field.montgomery);
      expect(montgomeryProduct(word(five.x), zz!, field.montgomery)).toBe(x);
      expect(montgomeryProduct(word(five.y), zzz!, field.montgomery)).toBe(y);
    }));

  it('is not there before the first pass, after a CFG, and after a pass that has failed', () =>
    withPoint((host, field) => {
      const nothing = (): void => expectFailure(host, 'msm', () => pass(host, flags.ACCUMULATE));
      const good = (): void => {
        pass(host, 0);
        host.finish();
      };
      nothing();
      good();
      configure(host, field, 0);
      host.finish();
      nothing();
      nothing();
      good();
      host.put(points + 0x40, [field.montgomery.p, 1n], field.elementBytes);
      expectFailure(host, 'unreduced', () => pass(host, 0, points + 0x40));
      nothing();
      good();
      expectFailure(host, 'msm', () => host.push('MSM', { count: 1, scalar_beats: 1, c: 0, windows: 1 }));
      nothing();
      good();
      // A CFG that is refused changes nothing.
      expectFailure(host, 'configuration', () => host.push('CFG', { address: 0, mode: 3 }));
      pass(host, flags.ACCUMULATE);
      host.finish();
    }));
});
