// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Axi4Memory } from '../../../sim/axi4-memory.ts';
import { CycleLoop, type Participant } from '../../../sim/cycle-loop.ts';
import { openEngine, Random } from '../../../sim/index.ts';
import { axi4Read } from '../../../src/modules/lib/axi4-read.ts';
import { axi4Write } from '../../../src/modules/lib/axi4-write.ts';
import type { Engine, EngineKind, PortSlot } from '../../../src/sim/engine.ts';
import { cleanVerilog } from '../../support/verilog.ts';

const shapes = [
  { addressWidth: 32, dataWidth: 64, maxBurst: 16, beatBits: 10 },
  { addressWidth: 40, dataWidth: 512, maxBurst: 256, beatBits: 8 },
  { addressWidth: 16, dataWidth: 32, maxBurst: 1, beatBits: 6 },
  { addressWidth: 38, dataWidth: 128, maxBurst: 256, beatBits: 12 },
] as const;
const BYTES = 16384;

class Ports {
  readonly #slots: ReadonlyMap<string, PortSlot>;
  constructor(readonly engine: Engine) {
    this.#slots = new Map(engine.ports.map((slot) => [slot.name, slot]));
  }
  set(io: Uint32Array, name: string, value: number): void {
    const slot = this.#slots.get(name)!;
    io[slot.offset] = value;
    if (slot.words > 1) io[slot.offset + 1] = Math.floor(value / 2 ** 32);
  }
  get(io: Uint32Array, name: string): number {
    return io[this.#slots.get(name)!.offset]!;
  }
  offset(name: string): number {
    return this.#slots.get(name)!.offset;
  }
}

interface Transfer {
  readonly address: number;
  readonly beats: number;
}

/** Asks for transfers one after the other and keeps the beats that come. */
class ReadClient implements Participant {
  readonly beats: { word: number; error: boolean; last: boolean; cycle: number }[] = [];
  #next = 0;
  #cycle = 0;
  constructor(
    readonly ports: Ports,
    readonly index: number,
    readonly transfers: readonly Transfer[],
    readonly random: Random,
    readonly stall: number,
  ) {}
  drive(io: Uint32Array): void {
    const { ports, index } = this;
    const transfer = this.transfers[this.#next];
    ports.set(io, `command_${index}_valid`, transfer ? 1 : 0);
    if (transfer) {
      ports.set(io, `command_${index}_payload_address`, transfer.address);
      ports.set(io, `command_${index}_payload_beats`, transfer.beats);
    }
    ports.set(io, `data_${index}_ready`, this.random.bool(1 - this.stall) ? 1 : 0);
    this.#cycle++;
  }
  sample(io: Uint32Array): void {
    const { ports, index } = this;
    if (ports.get(io, `command_${index}_valid`) === 1 && ports.get(io, `command_${index}_ready`) === 1) this.#next++;
    if (ports.get(io, `data_${index}_valid`) === 0 || ports.get(io, `data_${index}_ready`) === 0) return;
    const [error, last] = ['error', 'last'].map((f) => ports.get(io, `data_${index}_payload_${f}`) === 1);
    this.beats.push({
      word: ports.get(io, `data_${index}_payload_data`),
      error: error!,
      last: last!,
      cycle: this.#cycle,
    });
  }
}

function reset(engine: Engine, ports: Ports): void {
  engine.io.fill(0);
  ports.set(engine.io, 'rst', 1);
  engine.step(2);
  ports.set(engine.io, 'rst', 0);
}

function failures(engine: Engine): string[] {
  return engine
    .takeEvents()
    .filter(({ kind }) => kind !== 'message')
    .map(({ name, cycle }) => `${name} in ${cycle}`);
}

function transfersOf(random: Random, shape: (typeof shapes)[number], count: number): Transfer[] {
  const size = shape.dataWidth / 8;
  return Array.from({ length: count }, () => {
    const beats = random.bool(0.3) ? 1 : random.between(1, Math.min(2 ** shape.beatBits - 1, BYTES / size / 2));
    const at = random.below(BYTES / size - beats + 1);
    return { address: at * size, beats };
  });
}

async function readAll(
  shape: (typeof shapes)[number],
  clients: number,
  kind: EngineKind,
  stall: number,
  count = 12,
): Promise<void> {
  const engine = await openEngine(axi4Read({ ...shape, clients }), { engine: kind });
  const ports = new Ports(engine);
  reset(engine, ports);
  const random = new Random(7);
  const bytes = Uint8Array.from({ length: BYTES }, () => random.below(256));
  const faults = [{ from: 4096, to: 4096 + 128 }];
  const latency = stall === 0 ? ([1, 1] as const) : ([1, 30] as const);
  const memory = new Axi4Memory(engine, { bytes, stall, latency, faults, seed: 3 });
  const all = Array.from({ length: clients }, (_, i) => {
    return new ReadClient(ports, i, transfersOf(random, shape, count), random.fork(`client ${i}`), stall);
  });
  const loop = new CycleLoop(engine, memory, ...all);
  const total = (transfers: readonly Transfer[]): number => transfers.reduce((sum, { beats }) => sum + beats, 0);
  loop.until(() => all.every((each) => each.beats.length >= total(each.transfers)), 60_000, 'the end');
  loop.step(100);
  const view = new DataView(bytes.buffer);
  for (const client of all) {
    const size = shape.dataWidth / 8;
    const wanted = client.transfers.flatMap(({ address, beats }) =>
      Array.from({ length: beats }, (_, b) => {
        const at = address + b * size;
        const error = at < 4096 + 128 && at + size > 4096;
        return { word: error ? null : view.getUint32(at, true), error, last: b === beats - 1 };
      }),
    );
    expect(client.beats.map(({ word, error, last }) => ({ word: error ? null : word, error, last }))).toEqual(wanted);
  }
  expect(memory.pending).toBe(0);
  expect(failures(engine)).toEqual([]);
  engine.close();
}

describe('AXI4 read master', () => {
  it.each(shapes)('reads every beat once and in order: %o', async (shape) => {
    for (const [clients, stall] of [
      [1, 0],
      [1, 0.4],
      [3, 0.3],
    ] as const)
      await readAll(shape, clients, 'embedded', stall);
  });

  it.each(['verilator', 'icarus'] as const)('the same in %s', async (kind) => {
    await readAll(shapes[0], 2, kind, 0.3, kind === 'icarus' ? 2 : 12);
  });

  it('moves one beat a cycle, across bursts too', async () => {
    const shape = shapes[0];
    const engine = await openEngine(axi4Read({ ...shape, clients: 1 }));
    const ports = new Ports(engine);
    reset(engine, ports);
    const client = new ReadClient(ports, 0, [{ address: 8 * 5, beats: 200 }], new Random(1), 0);
    const memory = new Axi4Memory(engine, { bytes: new Uint8Array(BYTES), latency: [20, 20] });
    new CycleLoop(engine, memory, client).step(260);
    const cycles = client.beats.map(({ cycle }) => cycle);
    expect(cycles.length).toBe(200);
    expect(cycles.at(-1)! - cycles[0]!).toBe(199);
    engine.close();
  });
});

/** Gives commands and data; keeps what is done. */
class WriteClient implements Participant {
  readonly done: boolean[] = [];
  #command = 0;
  #beat = 0;
  #offered = false;
  constructor(
    readonly ports: Ports,
    readonly transfers: readonly Transfer[],
    readonly beats: readonly { data: Uint32Array; strobe: readonly number[] }[],
    readonly random: Random,
    readonly stall: number,
  ) {}
  drive(io: Uint32Array): void {
    const { ports, transfers } = this;
    const transfer = transfers[this.#command];
    ports.set(io, 'command_valid', transfer ? 1 : 0);
    if (transfer) {
      ports.set(io, 'command_payload_address', transfer.address);
      ports.set(io, 'command_payload_beats', transfer.beats);
    }
    const beat = this.beats[this.#beat];
    this.#offered ||= beat !== undefined && this.random.bool(1 - this.stall);
    ports.set(io, 'data_valid', this.#offered ? 1 : 0);
    if (!beat) return;
    io.set(beat.data, ports.offset('data_payload_data'));
    io.set(beat.strobe, ports.offset('data_payload_strobe'));
  }
  sample(io: Uint32Array): void {
    const { ports } = this;
    const is = (name: string): boolean => ports.get(io, name) === 1;
    if (is('command_valid') && is('command_ready')) this.#command++;
    if (is('data_valid') && is('data_ready')) {
      this.#beat++;
      this.#offered = false;
    }
    if (is('done')) this.done.push(is('error'));
  }
}

async function writeAll(shape: (typeof shapes)[number], kind: EngineKind, stall: number, count = 12): Promise<void> {
  const engine = await openEngine(axi4Write({ ...shape, idWidth: 2 }), { engine: kind });
  const ports = new Ports(engine);
  reset(engine, ports);
  const random = new Random(11);
  const size = shape.dataWidth / 8;
  const transfers = transfersOf(random, shape, count);
  const before = Uint8Array.from({ length: BYTES }, () => random.below(256));
  const wanted = Uint8Array.from(before);
  const faults = [{ from: 8192, to: 8192 + 128 }];
  const isFault = (at: number): boolean => at < 8192 + 128 && at + size > 8192;
  const beats = transfers.flatMap(({ address, beats: count }) =>
    Array.from({ length: count }, (_, b) => {
      const data = Uint32Array.from({ length: shape.dataWidth / 32 }, () => random.word());
      const strobe = Array.from({ length: Math.ceil(size / 32) }, () =>
        random.bool(0.7) ? (size < 32 ? 2 ** size - 1 : 0xffffffff) : random.word() >>> Math.max(0, 32 - size),
      );
      const at = address + b * size;
      for (let i = 0; i < size && !isFault(at); i++) {
        if ((strobe[i >> 5]! >>> (i & 31)) & 1) wanted[at + i] = data[i >> 2]! >>> (8 * (i & 3));
      }
      return { data, strobe };
    }),
  );
  const latency = stall === 0 ? ([1, 1] as const) : ([1, 30] as const);
  const memory = new Axi4Memory(engine, { bytes: before, stall, latency, faults, seed: 5 });
  const client = new WriteClient(ports, transfers, beats, random, stall);
  const loop = new CycleLoop(engine, memory, client);
  loop.until(() => client.done.length === transfers.length, 60_000, 'the end');
  loop.step(50);
  const errors = transfers.map(({ address, beats: count }) => {
    return Array.from({ length: count }, (_, b) => isFault(address + b * size)).includes(true);
  });
  expect(client.done).toEqual(errors);
  expect(Buffer.compare(memory.bytes, wanted)).toBe(0);
  expect(memory.pending).toBe(0);
  expect(failures(engine)).toEqual([]);
  engine.close();
}

describe('AXI4 write master', () => {
  it.each(shapes)('writes every beat once: %o', async (shape) => {
    for (const stall of [0, 0.4]) await writeAll(shape, 'embedded', stall);
  });

  it.each(['verilator', 'icarus'] as const)('the same in %s', async (kind) => {
    await writeAll(shapes[0], kind, 0.3, kind === 'icarus' ? 3 : 12);
  });

  it('moves one beat a cycle', async () => {
    const engine = await openEngine(axi4Write({ ...shapes[0] }));
    const ports = new Ports(engine);
    reset(engine, ports);
    const beats = Array.from({ length: 120 }, (_, i) => ({ data: Uint32Array.of(i, i), strobe: [255] }));
    const client = new WriteClient(ports, [{ address: 8 * 3, beats: 120 }], beats, new Random(1), 0);
    const memory = new Axi4Memory(engine, { bytes: new Uint8Array(BYTES), latency: [10, 10] });
    const loop = new CycleLoop(engine, memory, client);
    const cycles = loop.until(() => client.done.length === 1, 1000);
    // 3 to the first data, then the beats, then the memory's time and 3 for the response.
    expect(cycles).toBeLessThanOrEqual(3 + 120 + 10 + 4);
    engine.close();
  });
});

describe('Verilog of the AXI4 masters', () => {
  it('is clean', async () => {
    for (const shape of shapes.slice(1, 3)) {
      await cleanVerilog(axi4Read({ ...shape, clients: 1 }));
      await cleanVerilog(axi4Write(shape));
    }
    await cleanVerilog(axi4Read({ ...shapes[0], clients: 3 }));
  });
});
