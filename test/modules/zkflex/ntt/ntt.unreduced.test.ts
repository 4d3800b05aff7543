// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { type Random, simulate } from '../../../../sim/index.ts';
import { NttHost } from '../../../../sim/workloads/ntt-host.ts';
import { type Field, tinyFields } from '../../../../src/modules/zkflex/fields.ts';
import { fromMontgomery, montgomery } from '../../../../src/modules/zkflex/golden/montgomery.ts';
import { type NttReading, wordsRead } from '../../../../src/modules/zkflex/golden/ntt-reads.ts';
import { nttPresets } from '../../../../src/modules/zkflex/ntt/ntt.params.ts';
import { modeBits } from '../../../../src/modules/zkflex/tcore.params.ts';
import { nttBench, type NttDut } from './ntt-bench.ts';

const tiny = nttPresets.tiny;
const capacity = 64;
const small: Field = { name: '7681', prime: 7681n, bits: 13, twoAdicity: 9 };
const allOnes = (1n << 48n) - 1n;

/** Words below `modulus`, which need not be a prime: nothing is computed with it. */
const above = (modulus: bigint): Field => ({ name: 'words', prime: modulus, bits: 48, twoAdicity: 0 });
const earlier: readonly (readonly [string, Field, number])[] = [
  ['of the same mode', tinyFields.mode0, 0],
  ['of a wider mode', above(allOnes), 2],
];

/** Puts words into the memories as elements of another field, and configures `small` then. */
class Leftovers {
  readonly host: NttHost;

  constructor(
    private readonly dut: NttDut,
    private readonly field: Field,
    private readonly mode: number,
  ) {
    this.host = new NttHost(dut, tiny);
  }

  async leave(data: readonly bigint[], twiddles: readonly bigint[]): Promise<void> {
    const form = montgomery(this.field.prime, modeBits(tiny, this.mode));
    const plain = (words: readonly bigint[]): bigint[] => words.map((word) => fromMontgomery(word, form));
    await this.host.configure(this.field, this.mode);
    this.host.write(0, plain(data));
    this.host.write(0, plain(twiddles), { twiddle: true });
    await this.dut.cycle(2);
    await this.host.configure(small, 0);
    expect(this.dut.out.unreduced.value).toBe(0);
  }

  async clear(): Promise<void> {
    this.dut.in.clear.value = 1;
    await this.dut.cycle();
    this.dut.in.clear.value = 0;
    await this.dut.cycle();
    expect(this.dut.out.unreduced.value).toBe(0);
  }
}

const good = (random: Random): bigint => BigInt(random.below(7681));

/** Words that are not below 7681, of which the low 16 bits may be. */
function bad(random: Random, field: Field): bigint {
  const choices = [small.prime, field.prime - 1n, small.prime + BigInt(random.below(4000))];
  if (field.prime > 1n << 16n) choices.push((1n << BigInt(random.between(16, 46))) + good(random));
  return random.pick(choices);
}

const operations = ['DIF', 'DIT', 'POWERS', 'MUL', 'ADD', 'SUB', 'COPY'] as const;

function randomCommand(random: Random, op: (typeof operations)[number]): NttReading {
  const log2n = random.between(0, 4);
  const log2batch = op === 'POWERS' || random.bool() ? 0 : random.between(0, 5 - log2n);
  const words = 2 ** (log2n + log2batch);
  const place = (): number => words * random.below(capacity / words);
  const isTransform = op === 'DIF' || op === 'DIT';
  const perStage = isTransform && random.bool();
  const table = perStage ? 2 ** log2n : Math.max(1, 2 ** log2n / 2);
  const second = isTransform
    ? table * random.below(capacity / table)
    : op === 'POWERS'
      ? 32 * random.below(2)
      : place();
  return { op, log2n, log2batch, src: place(), second, perStage };
}

describe.each(earlier)('words that a field %s has left', (_name, field, mode) => {
  const run = (each: (left: Leftovers, dut: NttDut) => Promise<void>): Promise<unknown> =>
    simulate(nttBench(tiny), {}, async (dut) => {
      await dut.reset();
      dut.in.clear.value = 0;
      await each(new Leftovers(dut, field, mode), dut);
    });

  test('are an error of an operation when it reads one of them that is not below the modulus, and else never', () =>
    run(async (left, dut) => {
      const { random } = dut;
      for (let i = 0; i < 252; i++) {
        const command = randomCommand(random, operations[i % operations.length]!);
        const reads = wordsRead(command);
        // Everything that is not read is bad; of what is read nothing, a word of data, or one of the table.
        const words = (used: readonly number[]): bigint[] =>
          Array.from({ length: capacity }, (_, at) => (used.includes(at) ? good(random) : bad(random, field)));
        const [data, twiddles] = [words(reads.data), words(reads.twiddles)];
        const what = (['nothing', 'data', 'table'] as const)[Math.floor(i / operations.length) % 3]!;
        if (what === 'table' && reads.twiddles.length > 0) twiddles[random.pick(reads.twiddles)] = bad(random, field);
        else if (what !== 'nothing') data[random.pick(reads.data)] = bad(random, field);
        await left.leave(data, twiddles);
        expect((await left.host.run(command)).refused).toBe(false);
        expect(dut.out.unreduced.value, JSON.stringify(command)).toBe(Number(what !== 'nothing'));
        await left.clear();
      }
    }));

  test('are an error when the host reads one of them that is not below the modulus, and else never', () =>
    run(async (left, dut) => {
      const { random } = dut;
      for (const twiddle of [false, true]) {
        for (const at of [0, 1, 2, 3, 5, 33]) {
          const words = Array.from({ length: capacity }, (_, i) => (i === at ? bad(random, field) : good(random)));
          const others = Array.from({ length: capacity }, () => bad(random, field));
          const [data, twiddles] = twiddle ? [others, words] : [words, others];
          await left.leave(data, twiddles);
          left.host.read(0, at, { twiddle });
          left.host.read(at + 1, 63 - at, { twiddle });
          await dut.cycle(9);
          expect(dut.out.unreduced.value, `all but ${at}`).toBe(0);
          left.host.readItems([{ twiddle: Number(twiddle), address: at }], 0);
          await dut.cycle(3);
          expect(dut.out.unreduced.value, `${at}`).toBe(1);
          await left.clear();
        }
      }
    }));
});

test('an error stays over commands and a configuration until clear', () =>
  simulate(nttBench(tiny), {}, async (dut) => {
    await dut.reset();
    dut.in.clear.value = 0;
    const left = new Leftovers(dut, tinyFields.mode0, 0);
    await left.leave([small.prime, 1n], []);
    await left.host.run({ op: 'ADD', log2n: 0, src: 0, second: 1 });
    expect(dut.out.unreduced.value).toBe(1);
    await left.host.run({ op: 'ADD', log2n: 0, src: 1, second: 1 });
    await left.host.configure(tinyFields.mode0, 0);
    expect(dut.out.unreduced.value).toBe(1);
    await left.clear();
    // In the field that has left it the word is an element.
    await left.host.run({ op: 'ADD', log2n: 0, src: 0, second: 1 });
    expect(dut.out.unreduced.value).toBe(0);
  }));

test('each node looks at its own words, before they are exchanged', async () => {
  const ntt = { ...tiny, nodes: 2 };
  for (const op of ['DIF', 'DIT'] as const) {
    for (const node of [0, 1]) {
      await simulate(nttBench(ntt), {}, async (dut) => {
        await dut.reset();
        dut.in.clear.value = 0;
        const host = new NttHost(dut, ntt);
        await host.configure(tinyFields.mode0, 0);
        const form = montgomery(tinyFields.mode0.prime, 16);
        for (const each of [0, 1]) {
          // Words of the table: none of pair bit 0, that of pair bit 0, none, that of the exchange.
          host.write(
            0,
            [1n, 2n, 3n, 4n].map((word) => fromMontgomery(word, form)),
            { node: each, twiddle: true },
          );
          host.write(
            0,
            [5n, 6n].map((word) => fromMontgomery(word, form)),
            { node: each },
          );
        }
        await host.configure(small, 0);
        await host.run({ op, log2n: 1, across: true });
        expect(dut.out.unreduced.value).toBe(0);
        await host.configure(tinyFields.mode0, 0);
        host.write(1, [fromMontgomery(small.prime, form)], { node });
        await dut.cycle(2);
        await host.configure(small, 0);
        await host.run({ op, log2n: 1, across: true });
        expect(dut.out.unreduced.value).toBe(1);
      });
    }
  }
});
