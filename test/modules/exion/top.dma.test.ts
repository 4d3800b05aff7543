// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Axi4Memory } from '../../../sim/axi4-memory.ts';
import { CycleLoop } from '../../../sim/cycle-loop.ts';
import { Random } from '../../../sim/index.ts';
import { block, Bool, flip, output, sink } from '../../../src/dsl/index.ts';
import { scratchBits, scratchReader, scratchWriteType } from '../../../src/modules/exion/core.types.ts';
import { ops } from '../../../src/modules/exion/isa.ts';
import { dma, dmaBeatBits, dmaCommandType } from '../../../src/modules/exion/top/dma.ts';
import { gsc } from '../../../src/modules/exion/top/gsc.ts';
import { axi4Read } from '../../../src/modules/lib/axi4-read.ts';
import { axi4ReadMaster, axi4WriteMaster, noteAxi4 } from '../../../src/modules/lib/axi4-ports.ts';
import { axi4Write } from '../../../src/modules/lib/axi4-write.ts';
import { connect } from '../../../src/modules/lib/connect.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { PortBench } from './top.bench.ts';

const Params = z.strictObject({ size: z.int(), words: z.int(), maxBurst: z.int() });

/** The DMA between a scratchpad, which the test can use too, and a bus. */
const dmaBench = block('dma_bench', Params, (m, p) => {
  const addressWidth = 40;
  const bus = { addressWidth, dataWidth: scratchBits(p), maxBurst: p.maxBurst, beatBits: dmaBeatBits };
  const io = m.ports({
    cmd: sink(dmaCommandType),
    done: output(Bool),
    refused: output(Bool),
    bus_error: output(Bool),
    busy: output(Bool),
    stalled: output(Bool),
    read: flip(scratchReader(p)),
    write: sink(scratchWriteType(p)),
    beyond: output(Bool),
    m_axi: { ...axi4ReadMaster(bus), ...axi4WriteMaster(bus) },
  });
  const { unit, memory, reads, writes } = m.instances({
    unit: dma({ size: p.size, addressWidth }),
    memory: gsc({ size: p.size, words: p.words, readers: 2, writers: 2 }),
    reads: axi4Read(bus),
    writes: axi4Write(bus),
  });
  const { cmd, done, refused, bus_error, busy, stalled } = unit;
  connect({ cmd, done, refused, bus_error, busy, stalled }, io);
  connect(memory.read['0']!, unit.scratch_read);
  memory.write['0']!.from(unit.scratch_write);
  connect(io.read, memory.read['1']!);
  memory.write['1']!.from(io.write);
  io.beyond.assign(memory.beyond);
  reads.command['0']!.from(unit.load_command);
  unit.load_data.from(reads.data['0']!);
  writes.command.from(unit.store_command);
  const strobe = (1n << BigInt(4 * p.size)) - 1n;
  writes.data.offer(unit.store_data.valid, { data: unit.store_data.payload, strobe });
  unit.store_data.ready.assign(writes.data.ready);
  unit.store_done.assign(writes.done);
  unit.store_error.assign(writes.error);
  connect(reads.m_axi, io.m_axi);
  connect(writes.m_axi, io.m_axi);
  noteAxi4(m, 'm_axi', ['ar', 'r', 'aw', 'w', 'b']);
  return io;
});

interface Shape {
  readonly size: number;
  readonly words: number;
  readonly maxBurst: number;
}
const shapes: readonly Shape[] = [
  { size: 4, words: 64, maxBurst: 16 },
  { size: 2, words: 40, maxBurst: 256 },
  { size: 16, words: 100, maxBurst: 16 },
  { size: 32, words: 64, maxBurst: 256 },
];
const UNITS = 256; // of 64 bytes

class DmaBench {
  readonly loop: CycleLoop;
  readonly memory: Axi4Memory;
  /** What the scratchpad holds. */
  readonly scratch: Uint8Array;

  constructor(
    readonly bench: PortBench,
    readonly shape: Shape,
    readonly random: Random,
    stall: number,
  ) {
    const bytes = Uint8Array.from({ length: 64 * UNITS }, () => random.below(256));
    const latency = stall === 0 ? ([1, 1] as const) : ([1, 20] as const);
    this.memory = new Axi4Memory(bench.engine, { bytes, stall, latency, faults: [{ from: 4096, to: 6144 }] });
    this.loop = new CycleLoop(bench.engine, this.memory);
    this.scratch = Uint8Array.from({ length: 4 * shape.size * shape.words }, () => random.below(256));
    for (let word = 0; word < shape.words; word++) {
      bench.set('write_valid', 1);
      bench.set('write_payload_address', word);
      bench.set('write_payload_mask', (1n << BigInt(4 * shape.size)) - 1n);
      bench.set('write_payload_data', this.#wordOf(word));
      this.loop.step();
    }
    bench.set('write_valid', 0);
  }

  #wordOf(word: number): bigint {
    const bytes = 4 * this.shape.size;
    let value = 0n;
    for (let b = bytes - 1; b >= 0; b--) value = (value << 8n) | BigInt(this.scratch[word * bytes + b]!);
    return value;
  }

  /** Every word of the scratchpad is what the model says. */
  checkScratch(): void {
    const { bench, shape, loop } = this;
    for (let word = 0; word < shape.words; word++) {
      bench.set('read_request_valid', 1);
      bench.set('read_request_payload', word);
      loop.step();
      bench.set('read_request_valid', 0);
      loop.until(() => (bench.settle(), bench.get('read_answer_valid') === 1), 10);
      expect(bench.big('read_answer_data'), `word ${word}`).toBe(this.#wordOf(word));
      loop.step();
    }
  }

  /** Runs a command and gives what the unit says, and the cycles from its transfer to done. */
  run(fields: Readonly<Record<string, number>>): { refused: number; busError: number; cycles: number } {
    const { bench, loop } = this;
    for (const [name, value] of Object.entries(fields)) bench.set(`cmd_payload_${name}`, value);
    bench.set('cmd_valid', 1);
    loop.until(() => (bench.settle(), bench.get('cmd_ready') === 1), 10);
    loop.step();
    bench.set('cmd_valid', 0);
    const cycles = 1 + loop.until(() => (bench.settle(), bench.get('done') === 1), 100_000, 'done');
    const result = { refused: bench.get('refused'), busError: bench.get('bus_error'), cycles };
    loop.step();
    bench.checkEvents();
    return result;
  }
}

async function open(shape: Shape, stall: number, kind: EngineKind = 'embedded'): Promise<DmaBench> {
  return new DmaBench(await PortBench.open(dmaBench(shape), kind), shape, new Random(9), stall);
}

/** Random commands against plain copies; words with errors are left out. */
function soak(unit: DmaBench, commands: number): { errors: number; refused: number } {
  const { shape, random, scratch, memory } = unit;
  const bytes = 4 * shape.size;
  const align = Math.max(1, bytes / 64);
  const outside = Uint8Array.from(memory.bytes);
  const found = { errors: 0, refused: 0 };
  for (let i = 0; i < commands; i++) {
    const op = random.pick([ops.LD, ops.ST]);
    const count = random.bool(0.1) ? 0 : random.between(1, Math.min(shape.words, (64 * UNITS) / bytes));
    const word = random.below(shape.words - count + 1);
    const most = UNITS - Math.ceil((count * bytes) / 64);
    const target = random.below(most / align + 1) * align + (align > 1 && random.bool(0.1) ? 1 : 0);
    // The place is a sum modulo 2^32.
    const [stride, iteration] = [random.word(), random.below(2 ** 24)];
    const dram = Number((BigInt(target) - BigInt(stride) * BigInt(iteration)) & 0xffffffffn);
    const fields = { op, count, stride, iteration, dram, [op === ops.LD ? 'dst' : 'srcA']: word };
    const isRefused = count === 0 || target % align !== 0;
    let hasError = false;
    for (let w = 0; w < count && !isRefused; w++) {
      const at = 64 * target + w * bytes;
      const isBad = (at < 6144 && at + bytes > 4096) || at + bytes > outside.length;
      hasError ||= isBad;
      if (isBad) continue;
      const here = (word + w) * bytes;
      if (op === ops.LD) scratch.set(outside.subarray(at, at + bytes), here);
      else outside.set(scratch.subarray(here, here + bytes), at);
    }
    const result = unit.run(fields);
    expect([result.refused, result.busError], JSON.stringify(fields)).toEqual([isRefused ? 1 : 0, hasError ? 1 : 0]);
    expect(Buffer.compare(memory.bytes, outside), JSON.stringify(fields)).toBe(0);
    if (hasError) found.errors++;
    if (isRefused) found.refused++;
  }
  unit.checkScratch();
  expect(memory.pending).toBe(0);
  return found;
}

describe('DMA', () => {
  it.each(shapes)('copies as LD and ST say: %o', async (shape) => {
    for (const stall of [0, 0.4]) {
      const unit = await open(shape, stall);
      const { errors, refused } = soak(unit, 40);
      expect(errors).toBeGreaterThan(2);
      expect(refused).toBeGreaterThan(0);
      unit.bench.close();
    }
  });

  it('the same in Verilator', async () => {
    const unit = await open(shapes[0]!, 0.3, 'verilator');
    soak(unit, 40);
    unit.bench.close();
  });

  it('moves a word a cycle', async () => {
    const unit = await open({ size: 16, words: 256, maxBurst: 16 }, 0);
    const common = { count: 200, dram: 0, stride: 0, iteration: 0 };
    const small = { count: 2, dram: 0, stride: 0, iteration: 0 };
    for (const op of [ops.LD, ops.ST]) {
      const more =
        unit.run({ ...common, op, dst: 0, srcA: 0 }).cycles - unit.run({ ...small, op, dst: 0, srcA: 0 }).cycles;
      expect(more).toBeLessThanOrEqual(198 + 2);
    }
    // Command 4, address 3, memory 2, word 1, done 1.
    expect(unit.run({ ...small, op: ops.LD, count: 1, dst: 0 }).cycles).toBeLessThanOrEqual(12);
    unit.bench.close();
  });

  it('has clean Verilog', async () => {
    await cleanVerilog(dmaBench(shapes[0]!));
    await cleanVerilog(dma({ size: 32 }));
    await cleanVerilog(dma({ size: 16 }));
  });
});
