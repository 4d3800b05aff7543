// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Axi4Memory, type Axi4MemoryOptions } from '../../sim/axi4-memory.ts';
import { AxiLiteMaster } from '../../sim/axi-lite-master.ts';
import { CycleLoop } from '../../sim/cycle-loop.ts';
import { openEngine } from '../../sim/index.ts';
import { axi4Read } from '../../src/modules/lib/axi4-read.ts';
import { axiLiteRegs } from '../../src/modules/lib/axi-lite-regs.ts';
import type { Engine } from '../../src/sim/engine.ts';

const widths: Readonly<Record<string, number>> = {
  ...{ arid: 1, araddr: 40, arlen: 8, arsize: 3, arburst: 2, arvalid: 1, arready: 1 },
  ...{ awid: 1, awaddr: 40, awlen: 8, awsize: 3, awburst: 2, awvalid: 1, awready: 1 },
  ...{ rid: 1, rdata: 64, rresp: 2, rlast: 1, rvalid: 1, rready: 1 },
  ...{ wdata: 64, wstrb: 8, wlast: 1, wvalid: 1, wready: 1, bid: 1, bresp: 2, bvalid: 1, bready: 1 },
};

/** A master that the test itself plays, port by port. */
class HandMaster {
  readonly memory: Axi4Memory;
  readonly io: Uint32Array;
  readonly #at = new Map<string, number>();

  constructor(options: Omit<Axi4MemoryOptions, 'bytes'> = {}) {
    let offset = 0;
    const ports = Object.entries(widths).map(([name, width]) => {
      const slot = { name: `m_axi_${name}`, width, offset, words: Math.ceil(width / 32) };
      this.#at.set(name, offset);
      offset += slot.words;
      return slot;
    });
    this.io = new Uint32Array(offset);
    const engine = { ports, io: this.io } as unknown as Engine;
    this.memory = new Axi4Memory(engine, { bytes: Uint8Array.from({ length: 8192 }, (_, i) => i), ...options });
  }
  set(values: Readonly<Record<string, number>>): this {
    for (const [name, value] of Object.entries(values)) this.io[this.#at.get(name)!] = value;
    return this;
  }
  get(name: string): number {
    return this.io[this.#at.get(name)!]!;
  }
  cycle(values: Readonly<Record<string, number>> = {}): this {
    this.set(values);
    this.memory.drive(this.io);
    this.memory.sample(this.io);
    return this;
  }
}

const burst = { arsize: 3, arburst: 1, arlen: 0, awsize: 3, awburst: 1, awlen: 0 };

describe('AXI4 memory', () => {
  it('reads a burst, beat by beat', () => {
    const master = new HandMaster().set(burst);
    master.cycle({ arvalid: 1, araddr: 16, arlen: 1, rready: 1 }).set({ arvalid: 0 });
    const beats: number[][] = [];
    for (let i = 0; i < 6; i++) {
      master.cycle();
      if (master.get('rvalid') === 1) beats.push(['rdata', 'rresp', 'rlast'].map((name) => master.get(name)));
    }
    expect(beats).toEqual([
      [0x13121110, 0, 0],
      [0x1b1a1918, 0, 1],
    ]);
    expect(master.memory.pending).toBe(0);
  });

  it('writes with strobes, data before the address too', () => {
    const master = new HandMaster().set(burst);
    master.cycle({ wvalid: 1, wdata: 0xaabbccdd, wstrb: 0b0101, wlast: 1, bready: 1 }).set({ wvalid: 0 });
    for (let i = 0; i < 3; i++) master.cycle();
    expect(master.memory.bytes[24]).toBe(24);
    master.cycle({ awvalid: 1, awaddr: 24 }).set({ awvalid: 0 });
    expect([...master.memory.bytes.subarray(24, 28)]).toEqual([0xdd, 25, 0xbb, 27]);
    const seen: number[] = [];
    for (let i = 0; i < 4; i++) seen.push(master.cycle().get('bvalid'));
    expect(seen).toEqual([1, 0, 0, 0]);
  });

  it('answers errors where told, and beyond its end', () => {
    const master = new HandMaster({ faults: [{ from: 100, to: 101 }] }).set(burst).set({ rready: 1, bready: 1 });
    const answer = (address: number): number => {
      master.cycle({ arvalid: 1, araddr: address }).set({ arvalid: 0 });
      while (master.cycle().get('rvalid') === 0);
      return master.get('rresp');
    };
    expect([answer(88), answer(96), answer(104), answer(8192)]).toEqual([0, 2, 0, 3]);
    master.cycle({ awvalid: 1, awaddr: 96, wvalid: 1, wlast: 1, wstrb: 255 }).set({ awvalid: 0, wvalid: 0 });
    while (master.cycle().get('bvalid') === 0);
    expect([master.get('bresp'), master.memory.bytes[96]]).toEqual([2, 96]);
  });

  it('gives bursts of one ID in order, and mixes those of two', () => {
    const master = new HandMaster({ latency: [1, 9], seed: 4 }).set(burst).set({ rready: 1 });
    const order: number[][] = [[], []];
    let mixed = 0;
    let before = -1;
    for (let i = 0; i < 3000; i++) {
      const [id, address] = [i & 1, 8 * (i % 512)];
      master.cycle({ arvalid: 1, arid: id, araddr: address, arlen: 0 });
      while (master.get('arready') === 0) {
        if (master.get('rvalid') === 1) count();
        master.cycle();
      }
      if (master.get('rvalid') === 1) count();
    }
    function count(): void {
      const id = master.get('rid');
      order[id]!.push(master.get('rdata'));
      if (before === id) mixed++;
      before = id;
    }
    const wanted = (id: number, length: number): number[] =>
      Array.from({ length }, (_, k) => {
        const start = 8 * ((2 * k + id) % 512);
        return (
          ((start & 255) | (((start + 1) & 255) << 8) | (((start + 2) & 255) << 16) | (((start + 3) & 255) << 24)) >>> 0
        );
      });
    for (const id of [0, 1]) expect(order[id]).toEqual(wanted(id, order[id]!.length));
    expect(mixed).toBeGreaterThan(100);
  });

  const stalled = { stall: 0.99, seed: 2 };
  it.each([
    ['crosses 4 KiB', {}, [{ arvalid: 1, araddr: 4088, arlen: 1 }]],
    ['is not INCR', {}, [{ awvalid: 1, awburst: 2 }]],
    ['has beats of 4 bytes, not 8', {}, [{ arvalid: 1, arsize: 2 }]],
    ['is not aligned to 8', {}, [{ arvalid: 1, araddr: 4 }]],
    ['WLAST is 0 with 0 beats to go', {}, [{ awvalid: 1, wvalid: 1, wlast: 0 }]],
    ['WLAST is 1 with 1 beats to go', {}, [{ awvalid: 1, awlen: 1, wvalid: 1, wlast: 1 }]],
    ['AR changed before it was taken', stalled, [{ arvalid: 1 }, { arlen: 2 }]],
    ['ARVALID fell before its item was taken', stalled, [{ arvalid: 1 }, { arvalid: 0 }]],
    ['W changed before it was taken', stalled, [{ wvalid: 1 }, { wdata: 1 }]],
    ['AWVALID fell before its item was taken', stalled, [{ awvalid: 1 }, { awvalid: 0 }]],
  ] as const)('finds that a master %s', (text, options, cycles) => {
    const master = new HandMaster(options).set(burst);
    expect(() => {
      for (const values of cycles) master.cycle(values);
    }).toThrow(text);
  });

  it('stalls its channels each on its own', () => {
    const master = new HandMaster({ stall: 0.5 }).set(burst);
    const counts: Record<string, number> = { arready: 0, awready: 0, wready: 0, both: 0 };
    for (let i = 0; i < 1000; i++) {
      master.cycle();
      for (const name of ['arready', 'awready', 'wready']) counts[name]! += master.get(name);
      counts['both']! += master.get('awready') & master.get('wready');
    }
    for (const name of ['arready', 'awready', 'wready']) expect(counts[name]! / 1000).toBeCloseTo(0.5, 1);
    expect(counts['both']! / 1000).toBeCloseTo(0.25, 1);
  });

  it('is fast: cycles of a design that reads all the time', async () => {
    const engine = await openEngine(axi4Read({ addressWidth: 32, dataWidth: 512, beatBits: 16, clients: 1 }));
    engine.io.fill(0);
    const at = (name: string): number => engine.ports.find((slot) => slot.name === name)!.offset;
    engine.io[at('rst')] = 1;
    engine.step();
    const { io } = engine;
    io[at('rst')] = 0;
    io[at('command_0_valid')] = io[at('data_0_ready')] = 1;
    io[at('command_0_payload_beats')] = 1024;
    const memory = new Axi4Memory(engine, { bytes: new Uint8Array(65536), latency: [5, 20], stall: 0.1 });
    const loop = new CycleLoop(engine, memory);
    loop.step(10_000);
    // Time of this process alone: others may share the processor.
    const start = process.cpuUsage();
    loop.step(100_000);
    const rate = 1e11 / process.cpuUsage(start).user;
    expect(memory.served.readBeats).toBeGreaterThan(70_000);
    expect(rate).toBeGreaterThan(100_000);
    engine.close();
  });
});

describe('AXI4-Lite master', () => {
  it('writes and reads registers, and says what the answer is', async () => {
    const map = {
      name: 'sample',
      registers: [
        { name: 'value', fields: [{ name: 'all', width: 32, access: 'rw' }] },
        { name: 'seen', fields: [{ name: 'all', width: 32, access: 'ro' }] },
        { name: 'more', fields: [{ name: 'all', width: 4, access: 'rw' }] },
      ],
    } as const;
    for (const kind of ['embedded', 'verilator'] as const) {
      const engine = await openEngine(axiLiteRegs(map), { engine: kind });
      engine.io.fill(0);
      const at = (name: string): number => engine.ports.find((slot) => slot.name === name)!.offset;
      engine.io[at('rst')] = 1;
      engine.step();
      engine.io[at('rst')] = 0;
      engine.io[at('seen_all')] = 77;
      const loop = new CycleLoop(engine);
      const bus = new AxiLiteMaster(loop, engine);
      bus.write(0, 0xdeadbeef);
      expect(bus.read(0)).toBe(0xdeadbeef);
      expect(bus.read(4)).toBe(77);
      bus.write(4, 1, 2);
      expect(() => bus.read(12)).toThrow('read of register 12: response 3, expected 0');
      engine.close();
    }
  });
});
