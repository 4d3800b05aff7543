// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../../sim/index.ts';
import { tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { addMod, inverseMod, mulMod, subMod } from '../../../../src/modules/zkflex/golden/field.ts';
import * as golden from '../../../../src/modules/zkflex/golden/ntt.ts';
import { nttPresets, type NttParamsInput } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import { powersTable, sharedTable, stageTable } from '../../../../src/modules/zkflex/optimise/transform-tables.ts';
import { nttBench, type NttDut } from './ntt-bench.ts';
import { type Command, NttHost, residues } from '../../../../sim/workloads/ntt-host.ts';

const transforms = [
  ['DIF', golden.dif],
  ['DIT', golden.dit],
] as const;
const tiny = nttPresets.tiny;
const capacity = 64;
const field = tinyFields.mode0;
const p = field.prime;

async function withNode(
  test: (host: NttHost, dut: NttDut) => Promise<void>,
  ntt: NttParamsInput = tiny,
): Promise<void> {
  await simulate(nttBench(ntt), {}, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, ntt);
    await host.configure(field, 0);
    await test(host, dut);
    expect(dut.out.unreduced.value).toBe(0);
  });
}

describe.each(Object.values(tinyFields).map((each, mode) => ({ mode, of: each })))('mode $mode', ({ mode, of }) => {
  test('transforms of all sizes, both ways, both kinds of table', async () => {
    await simulate(nttBench(tiny), {}, async (dut) => {
      await dut.reset();
      const host = new NttHost(dut, tiny);
      await host.configure(of, mode);
      for (let log2n = 0; log2n <= 6; log2n++) {
        const n = 2 ** log2n;
        const w = golden.rootOfUnity(of.prime, log2n);
        for (const [op, transform] of transforms) {
          const perStage = (log2n % 2 === 0) === (op === 'DIF');
          host.write(0, (perStage ? stageTable : sharedTable)(n, w, of.prime), { twiddle: true });
          const x = residues(dut.random, n, of.prime);
          host.write(0, x);
          expect((await host.run({ op, log2n, perStage })).refused).toBe(false);
          expect(host.read(0, n), `${op} of ${n}`).toEqual(transform(x, w, of.prime));
        }
      }
    });
  });
});

test('the smallest memories', () =>
  withNode(
    async (host, dut) => {
      for (let log2n = 0; log2n <= 4; log2n++) {
        const n = 2 ** log2n;
        const w = golden.rootOfUnity(p, log2n);
        host.write(0, sharedTable(n, w, p), { twiddle: true });
        for (const [op, transform] of transforms) {
          const x = residues(dut.random, n, p);
          host.write(16 - n, x);
          await host.run({ op, log2n, src: 16 - n });
          expect(host.read(16 - n, n)).toEqual(transform(x, w, p));
        }
      }
      expect((await host.run({ op: 'COPY', log2n: 5 })).refused).toBe(true);
    },
    { ...tiny, bankWords: 4, twiddleWords: 8 },
  ));

test('anywhere in memory, from one place to another, several side by side; nothing else changes', () =>
  withNode(async (host, dut) => {
    for (let run = 0; run < 30; run++) {
      const log2n = dut.random.between(0, 4);
      const log2batch = dut.random.between(0, 5 - log2n);
      const [n, words] = [2 ** log2n, 2 ** (log2n + log2batch)];
      const place = (): number => words * dut.random.below(capacity / words);
      const [src, dst] = [place(), dut.random.bool() ? place() : 0];
      const second = Math.max(1, n / 2) * dut.random.below(64 / Math.max(1, n / 2));
      const w = golden.rootOfUnity(p, log2n);
      const memory = residues(dut.random, capacity, p);
      host.write(0, memory);
      host.write(second, sharedTable(n, w, p), { twiddle: true });
      const [op, transform] = transforms[run % 2]!;
      await host.run({ op, log2n, log2batch, src, dst, second });
      const expected = [...memory];
      for (let at = 0; at < words; at += n) {
        transform(memory.slice(src + at, src + at + n), w, p).forEach((x, i) => (expected[dst + at + i] = x));
      }
      expect(host.read(0, capacity), `${op} ${n} x ${words / n} from ${src} to ${dst}`).toEqual(expected);
    }
  }));

test('vectors of all sizes', () =>
  withNode(async (host, dut) => {
    const each = {
      MUL: (a: bigint, b: bigint) => mulMod(a, b, p),
      ADD: (a: bigint, b: bigint) => addMod(a, b, p),
      SUB: (a: bigint, b: bigint) => subMod(a, b, p),
      COPY: (a: bigint) => a,
    };
    for (let log2n = 0; log2n <= 5; log2n++) {
      const n = 2 ** log2n;
      for (const [op, of] of Object.entries(each) as [keyof typeof each, (a: bigint, b: bigint) => bigint][]) {
        const memory = residues(dut.random, capacity, p);
        host.write(0, memory);
        const place = (): number => n * dut.random.below(capacity / n);
        const [src, dst, second] = [place(), place(), place()];
        await host.run({ op, log2n, src, dst, second });
        const expected = memory.map((old, i) =>
          i >= dst && i < dst + n ? of(memory[src + i - dst]!, memory[second + i - dst]!) : old,
        );
        expect(host.read(0, capacity), `${op} of ${n}: ${src}, ${second} to ${dst}`).toEqual(expected);
      }
    }
  }));

test('powers in natural and in bit-reversed order', () =>
  withNode(async (host, dut) => {
    for (let log2n = 0; log2n <= 6; log2n++) {
      for (const isReversed of [false, true]) {
        const [first, inc] = residues(dut.random, 2, p) as [bigint, bigint];
        host.write(32, powersTable(log2n, inc, p, isReversed), { twiddle: true });
        host.write(0, [first]);
        await host.run({ op: 'POWERS', log2n, second: 32 });
        const natural = golden.powersOf(2 ** log2n, first, inc, p);
        expect(host.read(0, 2 ** log2n)).toEqual(isReversed ? golden.bitReversed(natural) : natural);
      }
    }
  }));

test('inverse transform, coset scale, transform without a reordering', () =>
  withNode(async (host, dut) => {
    const [log2n, n] = [5, 32];
    const w = golden.rootOfUnity(p, log2n);
    const inc = golden.rootOfUnity(p, log2n + 1);
    const x = residues(dut.random, n, p);
    host.write(0, x);
    host.write(32, [inverseMod(BigInt(n), p)]);
    host.write(0, sharedTable(n, inverseMod(w, p), p), { twiddle: true });
    host.write(32, powersTable(log2n, inc, p, true), { twiddle: true });
    await host.run({ op: 'DIF', log2n });
    await host.run({ op: 'POWERS', log2n, src: 32, second: 32 });
    await host.run({ op: 'MUL', log2n, second: 32 });
    host.write(0, sharedTable(n, w, p), { twiddle: true });
    await host.run({ op: 'DIT', log2n });
    const scaled = golden.cosetChain(x, w, inc, p);
    expect(host.read(0, n)).toEqual(scaled);

    // The shift in the table of DIT instead: n times as much.
    host.write(0, x);
    host.write(0, sharedTable(n, inverseMod(w, p), p), { twiddle: true });
    await host.run({ op: 'DIF', log2n });
    host.write(32, stageTable(n, w, p, inc), { twiddle: true });
    await host.run({ op: 'DIT', log2n, second: 32, perStage: true });
    expect(host.read(0, n)).toEqual(scaled.map((value) => mulMod(value, BigInt(n), p)));
  }));

const wrong: readonly (readonly [string, Command])[] = [
  ['no such operation', { op: 7 as never, log2n: 2 }],
  ['more points than words', { op: 'DIF', log2n: 7 }],
  ['a batch of more words', { op: 'ADD', log2n: 4, log2batch: 3 }],
  ['an absurd length', { op: 'MUL', log2n: 63, log2batch: 63 }],
  ['more points than the field has roots', { op: 'DIT', log2n: 5 }],
  ['source not a multiple', { op: 'MUL', log2n: 2, src: 2 }],
  ['source not a multiple of the batch', { op: 'DIF', log2n: 2, log2batch: 2, src: 4 }],
  ['destination not a multiple', { op: 'COPY', log2n: 2, src: 0, dst: 1 }],
  ['second operand not a multiple', { op: 'SUB', log2n: 1, second: 3 }],
  ['table not a multiple', { op: 'DIF', log2n: 3, second: 2 }],
  ['table of stages not a multiple', { op: 'DIF', log2n: 3, second: 4, perStage: true }],
  ['powers not a multiple', { op: 'POWERS', log2n: 3, second: 16 }],
  ['powers of a batch', { op: 'POWERS', log2n: 3, log2batch: 1 }],
];

test('refused commands change nothing', () =>
  withNode(async (host, dut) => {
    dut.in.twoAdicity.value = 4;
    const memory = residues(dut.random, capacity, p);
    host.write(0, memory);
    host.write(0, sharedTable(16, golden.rootOfUnity(p, 4), p), { twiddle: true });
    for (const [what, command] of wrong) {
      expect((await host.run(command)).refused, what).toBe(true);
      expect(host.read(0, capacity), what).toEqual(memory);
    }
    expect((await host.run({ op: 'DIF', log2n: 4 })).refused).toBe(false);
    expect(host.read(0, 16)).toEqual(golden.dif(memory.slice(0, 16), golden.rootOfUnity(p, 4), p));
  }));

test('a mode that does not exist, and addresses beyond the smaller memory', async () => {
  const ntt = { ...tiny, twiddleWords: 8 };
  await withNode(async (host, dut) => {
    expect((await host.run({ op: 'DIF', log2n: 1, second: 8 })).refused).toBe(true);
    expect((await host.run({ op: 'DIF', log2n: 5 })).refused).toBe(true);
    expect((await host.run({ op: 'POWERS', log2n: 2, second: 0 })).refused).toBe(false);
    dut.in.configure_mode.value = 3;
    dut.in.configure_load.value = 1;
    await dut.cycle();
    dut.in.configure_load.value = 0;
    expect((await host.run({ op: 'ADD', log2n: 1 })).refused).toBe(true);
  }, ntt);
  await withNode(async (host) => expect((await host.run({ op: 'COPY', log2n: 1, src: 64 })).refused).toBe(true), {
    ...tiny,
    twiddleWords: 256,
  });
});

test('host streams stall; data and twiddles keep their order', () =>
  withNode(async (host, dut) => {
    const data = residues(dut.random, capacity, p);
    const twiddles = residues(dut.random, 64, p);
    host.write(0, data, { stall: 0.4 });
    host.write(0, twiddles, { twiddle: true, stall: 0.4 });
    expect(host.read(0, capacity, { stall: 0.5 })).toEqual(data);
    expect(host.read(0, 64, { twiddle: true, stall: 0.5 })).toEqual(twiddles);
    const items = Array.from({ length: 200 }, () => ({ twiddle: dut.random.below(2), address: dut.random.below(64) }));
    const expected = items.map(({ twiddle, address }) => (twiddle ? twiddles : data)[address]!);
    expect(host.readItems(items, 0.4)).toEqual(expected);
    expect(host.readItems(items, 0)).toEqual(expected);
  }));

test('a reset in the middle of a command', () =>
  withNode(async (host, dut) => {
    const w = golden.rootOfUnity(p, 6);
    host.write(0, sharedTable(64, w, p), { twiddle: true });
    for (const after of [1, 4, 12, 40, 97]) {
      host.write(0, residues(dut.random, 64, p));
      host.start({ op: 'DIF', log2n: 6 });
      await dut.cycle(after);
      await dut.reset();
      await host.configure(field, 0);
      expect(dut.out.busy.value).toBe(0);
      const x = residues(dut.random, 64, p);
      host.write(0, x);
      await host.run({ op: 'DIT', log2n: 6 });
      expect(host.read(0, 64)).toEqual(golden.dit(x, w, p));
    }
  }));

test.each(['verilator', 'icarus'] as const)('memories without contents, on %s', async (engine) => {
  await simulate(nttBench(tiny), { engine }, async (dut) => {
    await dut.reset();
    const host = new NttHost(dut, tiny);
    await host.configure(field, 0);
    // From the shortest to the longest: what lies beside the elements was never written.
    for (const log2n of [0, 1, 2, 4]) {
      const n = 2 ** log2n;
      const w = golden.rootOfUnity(p, log2n);
      const x = residues(dut.random, n, p);
      host.write(0, sharedTable(n, w, p), { twiddle: true });
      host.write(0, x);
      await host.run({ op: 'DIF', log2n });
      const spectrum = golden.dif(x, w, p);
      expect(host.read(0, n)).toEqual(spectrum);
      host.write(32, powersTable(log2n, 5n, p), { twiddle: true });
      host.write(32, [7n]);
      await host.run({ op: 'POWERS', log2n, src: 32, second: 32 });
      const powers = golden.powersOf(n, 7n, 5n, p);
      expect(host.read(32, n)).toEqual(powers);
      await host.run({ op: 'MUL', log2n, second: 32 });
      const product = spectrum.map((value, i) => mulMod(value, powers[i]!, p));
      expect(host.read(0, n)).toEqual(product);
      await host.run({ op: 'SUB', log2n, second: 32, dst: 48 });
      expect(host.read(48, n)).toEqual(product.map((value, i) => subMod(value, powers[i]!, p)));
      await host.run({ op: 'DIT', log2n });
      expect(host.read(0, n)).toEqual(golden.dit(product, w, p));
    }
  });
});
