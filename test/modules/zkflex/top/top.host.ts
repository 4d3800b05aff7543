// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import { configure, type FieldSetup, setupOf } from '../../../../sim/workloads/zkflex/field-setup.ts';
import { ZkFlexError, ZkFlexHost } from '../../../../sim/workloads/zkflex/host.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import type { ErrorName } from '../../../../src/modules/zkflex/top/registers.ts';
import type { Engine } from '../../../../src/sim/engine.ts';
import { tinyDesign } from './top.support.ts';

export const params = tinyDesign({ nodes: 2 });
export const { prime } = tinyFields.mode0;

/** A host over 64 KiB of which the upper half answers with errors. */
export function hostOn(engine: Engine): { host: ZkFlexHost; field: FieldSetup } {
  const bytes = new Uint8Array(1 << 16);
  const host = new ZkFlexHost(engine, params, { bytes, faults: [{ from: 1 << 15, to: 1 << 16 }] });
  host.patience = 100_000;
  const field = setupOf(params, prime);
  configure(host, field, 0);
  host.finish();
  return { host, field };
}

/** Everything before the command fails is done, nothing after it; and then the design works. */
export function expectFailure(host: ZkFlexHost, error: ErrorName, push: () => void): void {
  const before = host.value('completed');
  push();
  host.push('LOAD', { address: 0, dst: 0, count: 1 });
  let caught: unknown;
  try {
    host.finish();
  } catch (thrown) {
    caught = thrown;
  }
  expect(caught).toBeInstanceOf(ZkFlexError);
  expect((caught as ZkFlexError).errors).toEqual([error]);
  expect((caught as ZkFlexError).completed).toBe(before);
  expect(host.value('waiting')).toBe(0);
  host.finish();
}

/** n words go in and come out again. */
export function expectWords(host: ZkFlexHost, { elementBytes: size }: FieldSetup, values: readonly bigint[]): void {
  const at = 0x2000;
  host.push('STORE', { address: host.beat(at), src: 0, count: values.length });
  host.finish();
  expect(host.get(at, values.length, size)).toEqual(values);
}
