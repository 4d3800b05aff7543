// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { block, elaborate, input, output, UInt } from '../../../src/dsl/index.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { axiLiteRegs, axiLiteSlave } from '../../../src/modules/lib/axi-lite-regs.ts';
import type { RegisterMap } from '../../../src/modules/lib/register-map.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { type Drive, RegisterBankModel } from './axi-lite-model.ts';
import { openBench, Random } from './stream-bench.ts';

const control = {
  name: 'accelerator',
  doc: 'Control of an accelerator.',
  registers: [
    {
      name: 'control',
      doc: 'Starts and stops.',
      fields: [
        { name: 'start', access: 'pulse', doc: 'Starts a run' },
        { name: 'mode', width: 3, access: 'rw', reset: 5 },
        { name: 'threshold', width: 12, lsb: 12, access: 'rw', reset: 0xabc, doc: 'Spans a byte | border' },
        { name: 'key', width: 4, lsb: 28, access: 'wo', reset: 9 },
      ],
    },
    {
      name: 'status',
      fields: [
        { name: 'busy', access: 'ro' },
        { name: 'errors', width: 10, lsb: 4, access: 'w1c', doc: 'Sticky' },
        { name: 'level', width: 16, lsb: 16, access: 'ro' },
      ],
    },
    { name: 'version', offset: 0x10, fields: [{ name: 'number', width: 32, access: 'ro' }] },
    { name: 'doorbell', offset: 0x18, fields: [{ name: 'bits', width: 32, access: 'pulse' }] },
  ],
} as const satisfies RegisterMap;

const single: RegisterMap = {
  name: 'one',
  registers: [{ name: 'only', fields: [{ name: 'value', width: 32, access: 'rw' }] }],
};

const wide: RegisterMap = {
  name: 'wide',
  dataWidth: 64,
  addressWidth: 12,
  registers: [
    { name: 'address', fields: [{ name: 'base', width: 48, access: 'rw', reset: 0x123456789abcn }] },
    { name: 'events', fields: [{ name: 'bits', width: 64, access: 'w1c' }] },
  ],
};

/** Drives random accesses and compares every output in every cycle with the model. */
async function compare(map: RegisterMap, seed: number, kind: EngineKind, cycles: number): Promise<number> {
  const bench = await openBench(axiLiteRegs(map), kind);
  const { engine } = bench;
  const model = new RegisterBankModel(map);
  const { dataWidth, addressWidth, registers } = model.map;
  const slots = new Map(engine.ports.map((slot) => [slot.name, slot]));
  const put = (name: string, value: bigint): void => {
    const slot = slots.get(name)!;
    for (let w = 0; w < slot.words; w++) engine.io[slot.offset + w] = Number((value >> BigInt(32 * w)) & 0xffff_ffffn);
  };
  const get = (name: string): bigint => {
    const slot = slots.get(name)!;
    let value = 0n;
    for (let w = 0; w < slot.words; w++) value |= BigInt(engine.io[slot.offset + w]!) << BigInt(32 * w);
    return value;
  };
  const random = new Random(seed);
  const chance = (percent: number): boolean => random.below(100) < percent;
  const address = (): number =>
    chance(80)
      ? registers[random.below(registers.length)]!.offset + random.below(dataWidth / 8)
      : random.below(2 ** addressWidth);
  const rate = [90, 50, 20].map((_, i, all) => all[(i + seed) % 3]!);
  let held: Pick<Drive, 'aw' | 'w' | 'ar'> = { aw: null, w: null, ar: null };
  let [responses, aws, ws] = [0, 0, 0];
  for (let cycle = 0; cycle < cycles; cycle++) {
    // An offer stays until it is taken; address and data of a write come in any order, up to some writes apart.
    const strobe = (): number => (chance(50) ? 2 ** (dataWidth / 8) - 1 : random.below(2 ** (dataWidth / 8)));
    held = {
      aw: held.aw ?? (aws < ws + 2 && chance(rate[0]!) ? address() : null),
      w: held.w ?? (ws < aws + 2 && chance(rate[1]!) ? { data: random.bits(dataWidth), strobe: strobe() } : null),
      ar: held.ar ?? (chance(rate[2]!) ? address() : null),
    };
    const inputs = new Map<string, bigint>();
    for (const [name, slot] of slots) {
      if (slot.direction === 'input' && !name.startsWith('s_axil_') && name !== 'rst') {
        inputs.set(name, name.endsWith('_set') && chance(70) ? 0n : random.bits(slot.width));
      }
    }
    const drive: Drive = { ...held, bready: chance(rate[1]!), rready: chance(rate[0]!), inputs };
    for (const [name, value] of inputs) put(name, value);
    put('s_axil_awvalid', drive.aw === null ? 0n : 1n);
    put('s_axil_awaddr', BigInt(drive.aw ?? random.below(2 ** addressWidth)));
    put('s_axil_wvalid', drive.w === null ? 0n : 1n);
    put('s_axil_wdata', drive.w?.data ?? random.bits(dataWidth));
    put('s_axil_wstrb', BigInt(drive.w?.strobe ?? random.below(16)));
    put('s_axil_bready', drive.bready ? 1n : 0n);
    put('s_axil_arvalid', drive.ar === null ? 0n : 1n);
    put('s_axil_araddr', BigInt(drive.ar ?? random.below(2 ** addressWidth)));
    put('s_axil_rready', drive.rready ? 1n : 0n);
    engine.settle();
    const shown = model.shown();
    const flags = ['awready', 'wready', 'arready'].map((name) => get(`s_axil_${name}`) === 1n);
    expect(flags, `cycle ${cycle}`).toEqual([shown.awready, shown.wready, shown.arready]);
    const b = get('s_axil_bvalid') === 1n ? Number(get('s_axil_bresp')) : null;
    const r = get('s_axil_rvalid') === 1n ? { data: get('s_axil_rdata'), code: Number(get('s_axil_rresp')) } : null;
    expect({ b, r }, `cycle ${cycle}`).toEqual({ b: shown.b, r: shown.r });
    for (const [name, value] of shown.outputs) expect(get(name), `${name}, cycle ${cycle}`).toBe(value);
    if (b !== null && drive.bready) responses++;
    if (drive.aw !== null && shown.awready) aws++;
    if (drive.w !== null && shown.wready) ws++;
    held = {
      aw: shown.awready ? null : drive.aw,
      w: shown.wready ? null : drive.w,
      ar: shown.arready ? null : drive.ar,
    };
    model.edge(drive);
    engine.step();
  }
  expect(engine.takeEvents()).toEqual([]);
  expect(Math.min(aws, ws) - responses).toBeLessThanOrEqual(3);
  bench.close();
  return responses;
}

describe('AXI4-Lite register bank', () => {
  test.each([
    ['control', control],
    ['single', single],
    ['wide', wide],
  ] as const)('%s: every output in every cycle as the model has it', async (_name, map) => {
    for (const seed of [1, 2, 3, 4]) expect(await compare(map, seed, 'embedded', 700)).toBeGreaterThan(90);
  });

  test.each(['verilator', 'icarus'] as const)('%s', async (kind) => {
    await compare(control, 2, kind, 250);
  });

  test('one write and one read a cycle', async () => {
    const bench = await openBench(axiLiteRegs(single));
    const { engine } = bench;
    const port = (name: string): number => engine.ports.find((slot) => slot.name === `s_axil_${name}`)!.offset;
    for (const name of ['awvalid', 'wvalid', 'bready', 'arvalid', 'rready']) engine.io[port(name)] = 1;
    engine.io[port('wstrb')] = 15;
    for (let cycle = 0; cycle < 20; cycle++) {
      engine.io[port('wdata')] = 100 + cycle;
      engine.settle();
      expect([engine.io[port('bvalid')], engine.io[port('rvalid')]]).toEqual(cycle === 0 ? [0, 0] : [1, 1]);
      // The read of cycle n - 1 saw what was written in cycle n - 2.
      if (cycle >= 2) expect(engine.io[port('rdata')]).toBe(100 + cycle - 2);
      engine.step();
    }
    bench.close();
  });

  test('an instance has typed fields', () => {
    const top = block('top', z.strictObject({}), (m) => {
      const io = m.ports({ s_axil: axiLiteSlave(5, 32), level: input(UInt(16)), mode: output(UInt(3)) });
      const { bank } = m.instances({ bank: axiLiteRegs(control) });
      const bus = io.s_axil;
      bank.s_axil.awaddr.assign(bus.awaddr);
      bank.s_axil.awvalid.assign(bus.awvalid);
      bank.s_axil.wdata.assign(bus.wdata);
      bank.s_axil.wstrb.assign(bus.wstrb);
      bank.s_axil.wvalid.assign(bus.wvalid);
      bank.s_axil.bready.assign(bus.bready);
      bank.s_axil.araddr.assign(bus.araddr);
      bank.s_axil.arvalid.assign(bus.arvalid);
      bank.s_axil.rready.assign(bus.rready);
      bus.awready.assign(bank.s_axil.awready);
      bus.wready.assign(bank.s_axil.wready);
      bus.bresp.assign(bank.s_axil.bresp);
      bus.bvalid.assign(bank.s_axil.bvalid);
      bus.arready.assign(bank.s_axil.arready);
      bus.rdata.assign(bank.s_axil.rdata);
      bus.rresp.assign(bank.s_axil.rresp);
      bus.rvalid.assign(bank.s_axil.rvalid);
      bank.status.busy.assign(bank.control.start);
      bank.status.errors_set.assign(0);
      bank.status.level.assign(io.level);
      bank.version.number.assign(7);
      io.mode.assign(bank.control.mode);
      return io;
    });
    expect(elaborate(top({})).top.instances[0]!.name).toBe('bank');
  });

  test('a map that contradicts itself is refused', () => {
    const field = { name: 'a', width: 8, access: 'rw' } as const;
    const bad = (...registers: RegisterMap['registers']): string => {
      try {
        axiLiteRegs({ name: 'bad', registers });
      } catch (error) {
        return String(error);
      }
      return '';
    };
    expect(bad({ name: 'r', fields: [field, { ...field, name: 'b', lsb: 7 }] })).toContain('b overlaps a');
    expect(bad({ name: 'r', fields: [{ ...field, lsb: 30 }] })).toContain('ends beyond bit 31');
    expect(bad({ name: 'r', fields: [{ ...field, reset: 256 }] })).toContain('does not fit in 8 bits');
    expect(bad({ name: 'r', offset: 2, fields: [field] })).toContain('no multiple of 4');
    expect(bad({ name: 'r', fields: [field] }, { name: 's', offset: 0, fields: [field] })).toContain('same offset 0');
    expect(bad({ name: 'r', fields: [field] }, { name: 'r', fields: [field] })).toContain('two ports r_a');
  });

  test('the Verilog is clean', async () => {
    for (const map of [control, single, wide]) await cleanVerilog(axiLiteRegs(map));
  });
});
