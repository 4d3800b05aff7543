// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../sim/index.ts';
import { elaborate } from '../../../src/dsl/index.ts';
import { emitDesign } from '../../../src/gen/verilog/index.ts';
import { epre } from '../../../src/modules/exion/epre/epre.ts';
import { epreCycles, issueCycles } from '../../../src/modules/exion/epre/cycles.ts';
import { refusesPrediction } from '../../../src/modules/exion/golden/epre.ts';
import { type Command, flags, ops } from '../../../src/modules/exion/isa.ts';
import { lintVerilog } from '../../support/verilog-lint.ts';
import { EpreBench, type EpreDut, itemOf, operands, type Stalls } from './epre.bench.ts';
import { configurations, operandByte, randomEpred, randomTopk } from './epre.cases.ts';
import { EpreChecker } from './epre.check.ts';

const p = configurations['4 x 4 x 4'];
const words = (2 * p.depth) / p.lanes;
const epred = { op: ops.EPRED, n: 13, k: 3, srcA: 1, srcB: 2, gain: 900, shift: 16, dst: 40 };
const topk = {
  op: ops.TOPK,
  flags: flags.FIRST | flags.LAST,
  n: 13,
  k: 3,
  srcA: 2,
  srcB: 5,
  shift: 6,
  live: 3,
  limit: 400,
  best: 3,
  maskA: 10,
  maskB: 30,
  maskC: 50,
};

async function withUnit(
  stalls: Stalls,
  body: (checker: EpreChecker, dut: EpreDut) => Promise<void>,
  byte?: (bank: number, at: number) => number,
): Promise<void> {
  await simulate(epre(p), {}, async (dut) => {
    const bench = new EpreBench(dut, p, stalls);
    await dut.reset();
    const memories = operands(p, byte ?? (() => operandByte(dut.random)));
    await bench.load(memories);
    await body(new EpreChecker(bench, p, memories), dut);
  });
}

describe('EPRE commands', () => {
  const refused: [string, Command][] = [
    ['n = 0', { ...epred, n: 0 }],
    ['k = 0', { ...epred, k: 0 }],
    ['shift 7', { ...epred, shift: 7 }],
    ['shift 47', { ...epred, shift: 47 }],
    ['an input word too many', { ...epred, srcA: words - 2 }],
    ['inputs from far beyond', { ...epred, srcA: 2 ** 26 - 1 }],
    ['a weight word too many', { ...epred, srcB: p.weightWords - 11 }],
    ['weights from far beyond', { ...epred, srcB: 2 ** 26 - 1 }],
    ['a product of 32 bits', { ...epred, n: 65535, k: 8, srcA: 0, srcB: 0 }],
    ['another operation', { ...epred, op: ops.SFU }],
    ['TOPK, n = 0', { ...topk, n: 0 }],
    ['TOPK, k = 0', { ...topk, k: 0 }],
    ['TOPK, more keys than T', { ...topk, n: p.tokens + 1, k: 1, maskA: 0 }],
    ['TOPK, no key to keep', { ...topk, best: 0 }],
    ['TOPK, no live row', { ...topk, live: 0 }],
    ['TOPK, more live rows than R', { ...topk, live: p.size + 1 }],
    ['TOPK, AM beyond the masks', { ...topk, maskA: p.maskWords - 12 }],
    ['TOPK, RQ beyond the masks', { ...topk, maskB: p.maskWords }],
    ['TOPK, RK beyond the masks', { ...topk, maskC: p.maskWords - 3 }],
  ];
  const accepted: [string, Command][] = [
    ['shift 8', { ...epred, shift: 8, gain: 1 }],
    ['shift 46', { ...epred, shift: 46 }],
    ['the last input word', { ...epred, srcA: words - 3 }],
    ['the last weight word', { ...epred, srcB: p.weightWords - 12 }],
    ['TOPK, shift 0', { ...topk, shift: 0 }],
    ['TOPK, shift 63', { ...topk, shift: 63 }],
    ['TOPK, T keys', { ...topk, n: p.tokens, k: 1, maskA: 0 }],
    ['TOPK, the last word of AM', { ...topk, maskA: p.maskWords - 13 }],
    ['TOPK, the last word of RQ', { ...topk, maskB: p.maskWords - 1 }],
    ['TOPK, the last word of RK', { ...topk, maskC: p.maskWords - 4 }],
    ['TOPK, maskC without LAST', { ...topk, flags: flags.FIRST, maskC: 65535 }],
  ];

  test('bad ones are refused and change nothing, and those next to them are carried out', async () => {
    await withUnit({}, async (checker) => {
      for (const [name, command] of refused) {
        expect(refusesPrediction(command, p), name).toBe(true);
        await checker.check(command, true);
        await checker.check(topk, true);
      }
      for (const [name, command] of accepted) {
        expect(refusesPrediction(command, p), name).toBe(false);
        await checker.check(command, true);
      }
    });
  });

  test('a refused FIRST leaves the mask of the keys', async () => {
    await withUnit({}, async (checker) => {
      await checker.check(topk, true);
      await checker.check({ ...topk, best: 0 }, true);
      const ran = await checker.check({ ...topk, flags: flags.LAST, best: 1 }, true);
      expect(ran.refused).toBe(false);
    });
  });

  test.each([1, 4, 8, 15, 30, 60, 110, 128])('reset %i cycles after a command forgets it', async (cycles) => {
    await withUnit({ write: 0.5, mask: 0.5 }, async (checker, dut) => {
      for (const command of [epred, topk]) {
        dut.driver('cmd').queue(itemOf(command) as never);
        await dut.cycle(cycles);
        await dut.reset();
        expect(dut.out.busy.value).toBe(0);
        checker.reset();
        await checker.check({ ...topk, flags: flags.LAST }, false);
        await checker.check(epred, false);
      }
    });
  });

  test('says that it is stalled for as long as nothing is taken', async () => {
    const never = { kind: 'script', pattern: Uint8Array.from([...new Array<number>(199).fill(1), 0]) } as const;
    await withUnit({ write: never, mask: never }, async (checker) => {
      for (const command of [epred, topk]) {
        const ran = await checker.check(command, false);
        expect(ran.stalled).toBeGreaterThan(150);
        expect(ran.stalled).toBeLessThan(ran.cycles);
      }
    });
  });

  test('the drain of a block hides behind the next one', async () => {
    expect(issueCycles(40, 4, { size: 4 })).toBe(40);
    await withUnit({}, async (checker) => {
      const deep = { ...epred, n: 40, k: 4, srcB: 0 };
      const ran = await checker.check(deep, true);
      expect(ran.cycles).toBe(10 * 4 + 4 + 1 + 13);
      expect(epreCycles({ ...deep, n: 20 }, p, false)).toBe(ran.cycles - 20);
    });
  });

  test.each([
    ['zeros', () => 0],
    ['all -128', () => -128],
    ['all 127', () => 127],
    ['one key alone', (bank: number, at: number) => (bank === 1 && at < 40 ? 127 : 0)],
  ])('operands: %s', async (_name, byte) => {
    await withUnit(
      {},
      async (checker) => {
        await checker.check(epred, true);
        await checker.check({ ...topk, shift: 0, limit: 1 }, true);
        await checker.check({ ...topk, shift: 0, limit: 65536, best: 8191 }, true);
      },
      byte,
    );
  });
});

test('operand bytes are written one by one', async () => {
  await simulate(epre(p), {}, async (dut) => {
    const bench = new EpreBench(dut, p);
    await dut.reset();
    const memories = operands(p, () => operandByte(dut.random));
    await bench.load(memories);
    for (let i = 0; i < 60; i++) {
      const [bank, at] = [dut.random.below(p.size), dut.random.below(words * p.lanes)];
      const value = dut.random.between(-128, 127);
      const isWeight = dut.random.bool();
      (isWeight ? memories.weights : memories.inputs)[bank]![at] = value;
      const data = Array.from({ length: p.size }, () => dut.random.bits(8 * p.lanes) as number);
      const place = 8 * (at % p.lanes);
      data[bank] = Number((BigInt(data[bank]!) & ~(255n << BigInt(place))) | (BigInt(value & 255) << BigInt(place)));
      const shared = { address: Math.floor(at / p.lanes), bytes: 2 ** (at % p.lanes), data };
      if (isWeight) await dut.driver('w_write').send({ ...shared, lanes: 2 ** bank });
      else await dut.driver('x_write').send({ ...shared, rows: 2 ** bank });
    }
    const checker = new EpreChecker(bench, p, memories);
    for (let i = 0; i < 6; i++) await checker.check(randomEpred(dut.random, p), true);
    for (let i = 0; i < 4; i++) await checker.check(randomTopk(dut.random, p), true);
  });
});

test.each(['2 x 2 x 4', '4 x 4 x 8'] as const)('Verilog of %s is clean in all tools', async (name) => {
  await lintVerilog(emitDesign(elaborate(epre(configurations[name]))), { properties: true });
});
