// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { packNumbers } from '../../../../sim/workloads/zkflex/bytes.ts';
import { configure, setupOf } from '../../../../sim/workloads/zkflex/field-setup.ts';
import { ZkFlexHost } from '../../../../sim/workloads/zkflex/host.ts';
import { ZkFlexProver } from '../../../../sim/workloads/zkflex/prover.ts';
import { somePoint } from '../../../../src/modules/zkflex/golden/curve.ts';
import { tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { directMsm } from '../../../../src/modules/zkflex/golden/msm.ts';
import { dft, rootOfUnity } from '../../../../src/modules/zkflex/golden/ntt.ts';
import { nttOps } from '../../../../src/modules/zkflex/ntt/ntt.types.ts';
import { encodeCommand, flags } from '../../../../src/modules/zkflex/top/commands.ts';
import type { ErrorName } from '../../../../src/modules/zkflex/top/registers.ts';
import { expectFailure, expectWords, hostOn, params, prime } from './top.host.ts';
import { asBytes, asResidues, open, tinyDesign } from './top.support.ts';

const words = 64;
const { elementBytes } = setupOf(params, prime);
const allOnes = (1n << BigInt(2 * params.limb)) - 1n;
const misfits = 0x1800;

describe('errors of ZK-Flex stop it, corrupt nothing, and are forgotten by clear', () => {
  const beyond = 1 << 13;
  const cases: readonly [string, ErrorName, (host: ZkFlexHost) => void][] = [
    ['a place beyond the memory', 'refused', (host) => host.push('LOAD', { address: 0, dst: words - 3, count: 4 })],
    ['a place that wraps', 'refused', (host) => host.push('STORE', { address: 0, src: 2 ** 32 - 1, count: 4 })],
    ['twiddles beyond', 'refused', (host) => host.push('LOAD', { dst: 128, count: 1, flags: flags.TWIDDLES })],
    ['a node that is not there', 'refused', (host) => host.push('LOAD', { node: 2, dst: 0, count: 1 })],
    [
      'more elements than reversed places',
      'refused',
      (host) => host.push('LOAD', { dst: 0, count: 9, log2n: 3, flags: flags.REVERSE }),
    ],
    ['a vector that is too long', 'refused', (host) => host.push('VECTOR', { kind: nttOps.ADD, log2n: 7 })],
    ['an operand far away', 'refused', (host) => host.push('VECTOR', { kind: nttOps.ADD, log2n: 2, src: 2 ** 20 })],
    ['an operation of nodes that does not exist', 'refused', (host) => host.push('VECTOR', { kind: 9, log2n: 2 })],
    ['a load from bad memory', 'bus_error', (host) => host.push('LOAD', { address: beyond, dst: 32, count: 4 })],
    ['a store to bad memory', 'bus_error', (host) => host.push('STORE', { address: beyond, src: 0, count: 4 })],
    ['a field from bad memory', 'bus_error', (host) => host.push('CFG', { address: beyond, mode: 0 })],
    ['mode 3', 'configuration', (host) => host.push('CFG', { address: 0, mode: 3 })],
    ['windows of no bits', 'msm', (host) => host.push('MSM', { count: 2, scalar_beats: 1, c: 0, windows: 1 })],
    ['windows that are too wide', 'msm', (host) => host.push('MSM', { count: 2, scalar_beats: 1, c: 5, windows: 1 })],
    ['scalars of no beats', 'msm', (host) => host.push('MSM', { count: 2, scalar_beats: 0, c: 2, windows: 1 })],
    [
      'more buckets than there are keys',
      'msm',
      (host) => host.push('MSM', { count: 2, scalar_beats: 1, c: 4, windows: 17 }),
    ],
    [
      'points in bad memory',
      'bus_error',
      (host) => host.push('MSM', { address: beyond, count: 4, scalar_beats: 1, c: 2, windows: 2 }),
    ],
    ...(
      [
        ['an element that is the modulus', [prime]],
        ['an element of all ones, the last of many', [...Array.from({ length: 15 }, () => prime - 1n), allOnes]],
        ['an element that is not reduced, before good ones', [prime + 1n, 0n, 1n]],
      ] as const
    ).map(([name, values]): [string, ErrorName, (host: ZkFlexHost) => void] => [
      name,
      'unreduced',
      (host) => {
        host.put(misfits, values, elementBytes);
        host.push('LOAD', { address: host.beat(misfits), dst: 32, count: values.length });
      },
    ]),
    [
      'a twiddle that is not reduced',
      'unreduced',
      (host) => {
        host.put(misfits, [prime], elementBytes);
        host.push('LOAD', { address: host.beat(misfits), dst: 0, count: 1, flags: flags.TWIDDLES });
      },
    ],
    [
      'a coordinate that is not reduced',
      'unreduced',
      (host) => {
        host.put(misfits, [1n, 2n, 3n, prime], elementBytes);
        host.push('MSM', { address: host.beat(misfits), second: 0, count: 2, scalar_beats: 1, c: 2, windows: 2 });
      },
    ],
    [
      'a curve whose a is not reduced',
      'configuration',
      (host) => {
        host.put(misfits, [prime, setupOf(params, prime).montgomery.inverse, prime], elementBytes);
        host.push('CFG', { address: host.beat(misfits), mode: 0, log2n: 3 });
      },
    ],
  ];
  it.each(cases)('%s', async (_, error, push) => {
    const engine = await open(params);
    const { host, field } = hostOn(engine);
    const values = Array.from({ length: words }, (_v, i) => BigInt(100 + i));
    host.put(0x1000, values, field.elementBytes);
    host.push('LOAD', { address: host.beat(0x1000), dst: 0, count: words });
    host.finish();
    expectFailure(host, error, () => push(host));
    // A load that failed has written its own places only.
    const untouched = error === 'bus_error' || error === 'unreduced' ? values.slice(0, 32) : values;
    expectWords(host, field, untouched);
    engine.close();
  });

  it('an even modulus leaves the field as it was', async () => {
    const engine = await open(params);
    const { host, field } = hostOn(engine);
    host.put(0x800, [prime + 1n, field.montgomery.inverse, 0n], field.elementBytes);
    expectFailure(host, 'configuration', () => host.push('CFG', { address: host.beat(0x800), mode: 0, log2n: 3 }));
    host.put(0x1000, [5n, 7n], field.elementBytes);
    host.push('LOAD', { address: host.beat(0x1000), dst: 0, count: 2 });
    host.push('VECTOR', { kind: nttOps.SUB, log2n: 0, src: 0, dst: 0, second: 1 });
    expectWords(host, field, [prime - 2n]);
    engine.close();
  });

  it('work before the first CFG, and an operation that does not exist', async () => {
    const engine = await open(params);
    const host = new ZkFlexHost(engine, params, { bytes: new Uint8Array(4096) });
    host.patience = 100_000;
    expectFailure(host, 'bad_operation', () => host.push('VECTOR', { kind: nttOps.ADD, log2n: 1 }));
    const { host: ready } = hostOn(engine);
    expectFailure(ready, 'bad_operation', () => {
      encodeCommand('SYNC', {}).forEach((word, i) => ready.write(`word_${i}`, { value: i === 0 ? 15 : word }));
      ready.write('control', { push: 1 });
    });
    engine.close();
  });

  it('a transform above the two-adicity of the field', async () => {
    const engine = await open(params);
    const { host, field } = hostOn(engine);
    configure(host, { ...field, twoAdicity: 3 }, 0);
    host.finish();
    host.push('VECTOR', { kind: nttOps.DIF, log2n: 3 });
    host.finish();
    expectFailure(host, 'refused', () => host.push('VECTOR', { kind: nttOps.DIF, log2n: 4 }));
    engine.close();
  });

  it('a command for a full FIFO', async () => {
    const engine = await open(tinyDesign({ nodes: 1, fifoDepth: 2 }));
    const host = new ZkFlexHost(engine, tinyDesign({ nodes: 1, fifoDepth: 2 }), { bytes: new Uint8Array(4096) });
    host.patience = 100_000;
    const field = setupOf(params, prime);
    configure(host, field, 0);
    // The words of a SYNC are written once and pushed faster than a transform ends.
    host.push('VECTOR', { kind: nttOps.DIF, log2n: 5 });
    encodeCommand('SYNC', { result: 9 }).forEach((word, i) => host.write(`word_${i}`, { value: word }));
    for (let i = 0; i < 4; i++) host.write('control', { push: 1 });
    expect(() => host.finish(10_000)).toThrow('overrun');
    host.finish();
    engine.close();
  });

  it('a pool of nodes that runs out', async () => {
    const small = tinyDesign({ nodes: 1, pool: 4 });
    const engine = await open(small);
    const { mode0: curve } = tinyCurves;
    const fields = { scalarPrime: curve.field.prime, basePrime: curve.field.prime, a: curve.a };
    const prover = new ZkFlexProver(engine, small, fields, 64);
    const { host, baseField: field } = prover;
    host.patience = 1_000_000;
    const base = somePoint(curve);
    const scalars = Array.from({ length: 24 }, (_, i) => BigInt(37 * i + 1));
    const bases = asBytes(
      scalars.flatMap(() => [base.x, base.y]),
      field,
    );
    const bytes = packNumbers(scalars, field.elementBytes);
    const expected = directMsm(
      curve,
      scalars.map(() => base),
      scalars,
    );
    // A plan that suits the pool works; one with more buckets than nodes does not.
    expect(prover.sum(bases, field.elementBytes, bytes, field.elementBytes)).toEqual(expected);
    const at = 0x4000;
    host.memory.bytes.set(bases, 0x1000);
    host.memory.bytes.set(bytes, 0x3000);
    expectFailure(host, 'msm', () =>
      host.push('MSM', {
        ...{ address: host.beat(0x1000), second: host.beat(0x3000), scalar_beats: 1, count: scalars.length },
        ...{ c: 4, windows: 3, result: host.beat(at), flags: flags.STORE_RESULT },
      }),
    );
    expect(prover.sum(bases, field.elementBytes, bytes, field.elementBytes)).toEqual(expected);
    engine.close();
  });

  it('reset in the middle of work', async () => {
    const engine = await open(params);
    const random = new Random(8);
    const x = Array.from({ length: 32 }, () => BigInt(random.word()) % prime);
    const w = rootOfUnity(prime, 5);
    for (const cycles of [20, 150, 300, 420]) {
      const { host } = hostOn(engine);
      host.push('LOAD', { address: 0, dst: 0, count: 32 });
      host.push('VECTOR', { kind: nttOps.DIF, log2n: 5 });
      host.push('STORE', { address: 0, src: 0, count: 32 });
      host.loop.step(cycles);
      host.reset();
      expect(host.read('status')).toEqual({ busy: 0, stopped: 0, synced: 0, configured: 0 });
      const prover = new ZkFlexProver(engine, params, { scalarPrime: prime, basePrime: prime, a: 0n }, 64);
      const { scalarField: field } = prover;
      const y = prover.transform(asBytes(x, field), field.elementBytes, w, false);
      expect(asResidues(y, field)).toEqual(dft(x, w, prime));
    }
    engine.close();
  });
});
