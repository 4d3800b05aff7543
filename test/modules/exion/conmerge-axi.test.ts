// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { availableEngines, openEngine } from '../../../sim/open.ts';
import { elaborate } from '../../../src/dsl/index.ts';
import { axisItemLength, maskTdata, readTdata } from '../../../src/modules/exion/axis-items.ts';
import { type ConMergeParams, conMergePresets } from '../../../src/modules/exion/conmerge.params.ts';
import { conMergeRegisters } from '../../../src/modules/exion/conmerge-axi.registers.ts';
import { conMergeAxi } from '../../../src/modules/exion/conmerge-axi.ts';
import * as masks from '../../../src/modules/exion/mask.ts';
import { allOn, expectedWords } from '../../../src/modules/exion/stream-items.ts';
import { mergeUnit, type Unit } from '../../../src/modules/exion/units.ts';
import { placeRegisters } from '../../../src/modules/lib/register-map.ts';
import type { Engine, StallPattern } from '../../../src/sim/engine.ts';
import { configurations, mixedUnits } from './conmerge.cases.ts';

/** The registers of a top over its AXI4-Lite port, one access at a time, as software sees them. */
class Host {
  readonly #addresses: ReadonlyMap<string, number>;

  constructor(
    readonly engine: Engine,
    p: ConMergeParams,
  ) {
    this.#addresses = new Map(placeRegisters(conMergeRegisters(p)).registers.map(({ name, offset }) => [name, offset]));
    engine.io.fill(0);
    this.#set('rst', 1);
    engine.step(2);
    this.#set('rst', 0);
    this.#set('s_axil_bready', 1);
    this.#set('s_axil_rready', 1);
  }

  write(register: string, data: number): void {
    this.#set('s_axil_awaddr', this.#addresses.get(register)!);
    this.#set('s_axil_wdata', data);
    this.#set('s_axil_wstrb', 15);
    this.#handshake('s_axil_awvalid', 's_axil_awready', 's_axil_wvalid');
    this.#until('s_axil_bvalid');
    expect(this.get('s_axil_bresp')).toBe(0);
    this.engine.step();
  }

  read(register: string): number {
    this.#set('s_axil_araddr', this.#addresses.get(register)!);
    this.#handshake('s_axil_arvalid', 's_axil_arready');
    this.#until('s_axil_rvalid');
    expect(this.get('s_axil_rresp')).toBe(0);
    const data = this.get('s_axil_rdata');
    this.engine.step();
    return data;
  }

  start({ mask, modes }: Unit): void {
    const switches = Number(modes.merge) | (Number(modes.relocate) << 1) | (Number(modes.sort) << 2);
    this.write('unit', mask.columns | (switches << 24));
    this.write('control', 1);
  }

  get(port: string): number {
    this.engine.settle();
    return this.engine.io[this.#offset(port)]!;
  }

  #handshake(valid: string, ready: string, with_?: string): void {
    for (const name of [valid, with_]) if (name !== undefined) this.#set(name, 1);
    this.#until(ready);
    this.engine.step();
    for (const name of [valid, with_]) if (name !== undefined) this.#set(name, 0);
  }

  #until(port: string): void {
    for (let i = 0; this.get(port) === 0; i++) {
      if (i > 100) throw new Error(`${port} stays 0`);
      this.engine.step();
    }
  }

  #set(port: string, value: number): void {
    this.engine.io[this.#offset(port)] = value;
  }

  #offset(port: string): number {
    return this.engine.ports.find(({ name }) => name === port)!.offset;
  }
}

const calm: StallPattern = { kind: 'none' };
const shaky: StallPattern = { kind: 'random', seed: 7, threshold: 20_000 };

/** Sends the mask of a started unit and compares the words that come. */
function runUnit(engine: Engine, p: ConMergeParams, unit: Unit, stall: StallPattern): number {
  const expected = expectedWords(mergeUnit(unit, p).words);
  const beats = Math.ceil(unit.mask.columns / p.cols);
  const result = engine.runStreams({
    drivers: [{ stream: 's_axis', items: maskTdata(unit.mask, p), count: beats, stall }],
    monitors: [{ stream: 'm_axis', count: expected.length, stall }],
    maxCycles: 100_000,
    drain: 2 * p.columns,
  });
  const { items, count } = result.received[0]!;
  const length = axisItemLength(p);
  const words = Array.from({ length: count }, (_, i) => readTdata(items.subarray(i * length, (i + 1) * length), p));
  expect(words).toEqual(expected);
  return words.length;
}

describe('design top exion', () => {
  it('has the presets of the compactor and no warning', () => {
    for (const preset of Object.values(conMergePresets)) expect(elaborate(conMergeAxi(preset)).warnings).toEqual([]);
  });

  it.each([
    ['tiny', 'embedded', 20],
    ['main', 'embedded', 8],
    ['one try, many slots', 'embedded', 8],
    ['tiny', 'verilator', 20],
  ] as const)('%s in %s: units started over AXI4-Lite', async (name, kind, count) => {
    if (!availableEngines().includes(kind)) return;
    const p = configurations[name]!;
    const engine = await openEngine(conMergeAxi(p), { engine: kind });
    const host = new Host(engine, p);
    let words = 0;
    mixedUnits(p, count).forEach((unit, i) => {
      host.start(unit);
      words += runUnit(engine, p, unit, i % 2 === 0 ? calm : shaky);
      expect(host.read('status')).toBe(0b0100); // done, not busy
      expect(host.get('irq')).toBe(1);
      host.write('status', 0b1100);
      expect(host.get('irq')).toBe(0);
    });
    expect(host.read('units')).toBe(count);
    expect(host.read('words')).toBe(words);
    host.write('control', 2);
    expect(host.read('words')).toBe(0);
    expect(engine.takeEvents()).toEqual([]);
    engine.close();
  });

  it('holds one command while a unit is condensed, and reports a third as overrun', async () => {
    const p = configurations['tiny']!;
    const engine = await openEngine(conMergeAxi(p));
    const host = new Host(engine, p);
    const units = [0.2, 0.4].map((density, i) => ({ mask: masks.iidMask(i, 4, 64, density), modes: allOn }));
    host.start(units[0]!);
    host.start(units[1]!);
    expect(host.read('status')).toBe(0b0011); // busy, waiting
    host.start(units[0]!);
    expect(host.read('status')).toBe(0b1011);
    for (const unit of units) runUnit(engine, p, unit, calm);
    expect(host.read('units')).toBe(2);
    expect(host.read('status')).toBe(0b1100);
    engine.close();
  });
});
