// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../sim/index.ts';
import { packNumbers } from '../../../../sim/workloads/zkflex/bytes.ts';
import { configure, type FieldSetup, setupOf } from '../../../../sim/workloads/zkflex/field-setup.ts';
import type { ZkFlexHost } from '../../../../sim/workloads/zkflex/host.ts';
import { ZkFlexProver } from '../../../../sim/workloads/zkflex/prover.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { somePoint } from '../../../../src/modules/zkflex/golden/curve.ts';
import { tinyCurves } from '../../../../src/modules/zkflex/golden/curves.ts';
import { directMsm } from '../../../../src/modules/zkflex/golden/msm.ts';
import { montgomeryProduct, toMontgomery } from '../../../../src/modules/zkflex/golden/montgomery.ts';
import { dft, rootOfUnity } from '../../../../src/modules/zkflex/golden/ntt.ts';
import { nttOps } from '../../../../src/modules/zkflex/ntt/ntt.types.ts';
import { flags } from '../../../../src/modules/zkflex/top/commands.ts';
import { residues } from './top.cases.ts';
import { expectFailure, expectWords, hostOn, params } from './top.host.ts';
import { asBytes, asResidues, open } from './top.support.ts';

/** The field that comes after that of `hostOn`: 7680 is its greatest element, 7681 is none. */
const small = setupOf(params, 7681n);
const one = toMontgomery(1n, small.montgomery);
const times = (a: bigint, b: bigint): bigint => montgomeryProduct(a, b, small.montgomery);
const mod = (x: bigint): bigint => ((x % 7681n) + 7681n) % 7681n;

/** Loads words as they are. */
function load(host: ZkFlexHost, { elementBytes }: FieldSetup, words: readonly bigint[], flag = 0): void {
  host.put(0x1000, words, elementBytes);
  host.push('LOAD', { address: host.beat(0x1000), dst: 0, count: words.length, flags: flag });
  host.finish();
}

function use(host: ZkFlexHost, field: FieldSetup): void {
  configure(host, field, 0);
  host.finish();
}

interface Use {
  readonly name: string;
  /** What lies at 0 and 1 of data and at 0 of the twiddles, with the word in question. */
  readonly words: (word: bigint) => readonly [bigint, bigint, bigint];
  readonly push: (host: ZkFlexHost) => void;
  /** What then lies at 0, or is stored. */
  readonly result: (u: bigint, v: bigint, w: bigint) => bigint;
}

const vector = (kind: keyof typeof nttOps, log2n = 0) => {
  const second = log2n === 0 ? 1 : 0;
  return (host: ZkFlexHost): void => host.push('VECTOR', { kind: nttOps[kind], log2n, src: 0, dst: 0, second });
};
const first = (word: bigint) => [word, 3n, one] as const;
const second = (word: bigint) => [3n, word, one] as const;
const factor = (word: bigint) => [3n, 5n, word] as const;
const sum = (u: bigint, v: bigint): bigint => mod(u + v);
const difference = (u: bigint, v: bigint): bigint => mod(u - v);
const same = (u: bigint): bigint => u;

const uses: readonly Use[] = [
  { name: 'the first operand of a sum', words: first, push: vector('ADD'), result: sum },
  { name: 'the second operand of a sum', words: second, push: vector('ADD'), result: sum },
  { name: 'the first operand of a difference', words: first, push: vector('SUB'), result: difference },
  { name: 'the second operand of a difference', words: second, push: vector('SUB'), result: difference },
  { name: 'the first operand of a product', words: first, push: vector('MUL'), result: times },
  { name: 'the second operand of a product', words: second, push: vector('MUL'), result: times },
  { name: 'the source of a copy', words: first, push: vector('COPY'), result: same },
  { name: 'the upper operand of DIF', words: first, push: vector('DIF', 1), result: sum },
  { name: 'the lower operand of DIF', words: second, push: vector('DIF', 1), result: sum },
  { name: 'the upper operand of DIT', words: first, push: vector('DIT', 1), result: sum },
  { name: 'the lower operand of DIT', words: second, push: vector('DIT', 1), result: sum },
  { name: 'the twiddle of DIF', words: factor, push: vector('DIF', 1), result: sum },
  { name: 'the twiddle of DIT', words: factor, push: vector('DIT', 1), result: (u, v, w) => mod(u + times(v, w)) },
  { name: 'the first power', words: first, push: vector('POWERS', 1), result: same },
  { name: 'the factor of powers', words: factor, push: vector('POWERS', 1), result: same },
];

describe('words that an earlier field has left in a node', () => {
  it.each(uses)('as $name: the greatest element works, the modulus is an error', async ({ words, push, result }) => {
    const engine = await open(params);
    const { host, field } = hostOn(engine);
    for (const word of [7680n, 7681n]) {
      use(host, field);
      const [u, v, w] = words(word);
      load(host, field, [u, v]);
      load(host, field, [w], flags.TWIDDLES);
      use(host, small);
      if (word === 7680n) {
        push(host);
        expectWords(host, small, [result(u, v, w)]);
      } else expectFailure(host, 'unreduced', () => push(host));
    }
    // The error is forgotten, and what is loaded again is good.
    load(host, small, [1n, 2n]);
    load(host, small, [one], flags.TWIDDLES);
    push(host);
    expectWords(host, small, [result(1n, 2n, one)]);
    engine.close();
  });

  it.each([0, flags.TWIDDLES])(
    'stored, flags %i: the greatest element leaves, the modulus is an error',
    async (flag) => {
      const engine = await open(params);
      const { host, field } = hostOn(engine);
      const store = (src: number, count: number): void =>
        host.push('STORE', { address: host.beat(0x2000), src, count, flags: flag });
      load(host, field, [7681n, 7680n, 3n, 7681n], flag);
      use(host, small);
      store(1, 2);
      host.finish();
      expect(host.get(0x2000, 2, small.elementBytes)).toEqual([7680n, 3n]);
      for (const [src, count] of [
        [0, 1],
        [1, 3],
      ] as const) {
        expectFailure(host, 'unreduced', () => store(src, count));
      }
      store(1, 2);
      host.finish();
      engine.close();
    },
  );

  it('of a wider mode: what the lanes do not take counts too', async () => {
    const engine = await open(params);
    const { host } = hostOn(engine);
    const wide = setupOf(params, tinyFields.mode2.prime);
    for (const kind of ['ADD', 'MUL', 'COPY'] as const) {
      for (let at = 0; at < 8; at++) {
        use(host, wide);
        load(
          host,
          wide,
          Array.from({ length: 8 }, (_, i) => (i === at ? 0x30005n : 5n)),
        );
        use(host, small);
        expectFailure(host, 'unreduced', () => host.push('VECTOR', { kind: nttOps[kind], log2n: 3, dst: 8 }));
      }
    }
    engine.close();
  });

  it('are elements of the same field configured again, and of a greater one', async () => {
    const engine = await open(params);
    const { host, field } = hostOn(engine);
    const { p } = field.montgomery;
    const greater = setupOf(params, tinyFields.mode1.prime);
    load(host, field, [p - 1n, p - 2n]);
    use(host, field);
    host.push('VECTOR', { kind: nttOps.ADD, log2n: 0, src: 0, dst: 0, second: 1 });
    expectWords(host, field, [p - 3n]);
    use(host, greater);
    host.push('VECTOR', { kind: nttOps.ADD, log2n: 0, src: 0, dst: 0, second: 1 });
    expectWords(host, greater, [2n * p - 5n]);
    engine.close();
  });

  it('or a load that has failed', async () => {
    const engine = await open(params);
    const { host, field } = hostOn(engine);
    const { p } = field.montgomery;
    host.put(0x1000, [p, 1n], field.elementBytes);
    expectFailure(host, 'unreduced', () => host.push('LOAD', { address: host.beat(0x1000), dst: 0, count: 2 }));
    expectFailure(host, 'unreduced', () => vector('ADD')(host));
    engine.close();
  });

  it('of transforms and sums in fields that take turns are never read', async () => {
    const engine = await open(params);
    const curve = tinyCurves.mode0;
    const scalarPrime = tinyFields.mode2.prime;
    const prover = new ZkFlexProver(engine, params, { scalarPrime, basePrime: curve.field.prime, a: curve.a }, 64);
    const { scalarField: field, baseField } = prover;
    const random = new Random(11);
    const base = somePoint(curve);
    for (const log2n of [3, 0, 5]) {
      const x = residues(random, 2 ** log2n, scalarPrime);
      const w = rootOfUnity(scalarPrime, log2n);
      const y = prover.transform(asBytes(x, field), field.elementBytes, w, false);
      expect(asResidues(y, field)).toEqual(dft(x, w, scalarPrime));
      const scalars = residues(random, 4, curve.order);
      const bases = asBytes(
        scalars.flatMap(() => [base.x, base.y]),
        baseField,
      );
      const size = baseField.elementBytes;
      expect(prover.sum(bases, size, packNumbers(scalars, size), size)).toEqual(
        directMsm(
          curve,
          scalars.map(() => base),
          scalars,
        ),
      );
    }
    engine.close();
  });
});
