// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Random } from '../../../sim/index.ts';
import { block, type BlockCall, Bool, flip, output, sink } from '../../../src/dsl/index.ts';
import { scratchReader, scratchWriteType } from '../../../src/modules/exion/core.types.ts';
import { gsc, gscLatency } from '../../../src/modules/exion/top/gsc.ts';
import { scratchShare } from '../../../src/modules/exion/top/scratch-share.ts';
import { connect } from '../../../src/modules/lib/connect.ts';
import { numbered } from '../../../src/modules/lib/stream-lists.ts';
import type { EngineKind } from '../../../src/sim/engine.ts';
import { cleanVerilog } from '../../support/verilog.ts';
import { synthCells } from '../../support/yosys.ts';
import { PortBench } from './top.bench.ts';

interface Shape {
  readonly size: number;
  readonly words: number;
  readonly readers: number;
  readonly writers: number;
  readonly outputRegister?: boolean;
}

const shapes: readonly Shape[] = [
  { size: 4, words: 16, readers: 3, writers: 2 },
  { size: 2, words: 5, readers: 1, writers: 1, outputRegister: true },
  { size: 8, words: 12, readers: 5, writers: 3, outputRegister: true },
  { size: 4, words: 2, readers: 2, writers: 1 },
];

/** Random clients against an array of bytes, in the order in which transfers happen. */
async function check(
  shape: Shape,
  kind: EngineKind,
  cycles: number,
  design: BlockCall = gsc(shape),
): Promise<{ answers: number; beyond: number }> {
  const bench = await PortBench.open(design, kind);
  const random = new Random(3);
  const bytes = 4 * shape.size;
  const memory = new Map<number, bigint>();
  const readOf = (address: number): bigint => (address < shape.words ? memory.get(address)! : 0n);
  const pick = (): number => (random.bool(0.1) ? random.pick([shape.words, 2 ** 26 - 1]) : random.below(shape.words));
  interface Write {
    address: number;
    data: bigint;
    mask: bigint;
  }
  const all = (1n << BigInt(bytes)) - 1n;
  const fill: Write[] = Array.from({ length: shape.words }, (_, address) => ({
    address,
    data: BigInt(random.bits(8 * bytes)),
    mask: all,
  }));
  const writes: (Write | undefined)[] = Array.from({ length: shape.writers });
  const reads: (number | undefined)[] = Array.from({ length: shape.readers });
  const expected: { at: number; client: number; data: bigint }[] = [];
  const beyondAt = new Set<number>();
  const found = { answers: 0, beyond: 0 };
  for (let cycle = 0; cycle < cycles; cycle++) {
    const filling = fill.length > 0;
    for (let i = 0; i < shape.writers; i++) {
      if (writes[i] === undefined && filling && i === 0) writes[0] = fill[0]!;
      else if (!filling)
        writes[i] ??= random.bool(0.5)
          ? { address: pick(), data: BigInt(random.bits(8 * bytes)), mask: BigInt(random.bits(bytes)) }
          : undefined;
      const write = writes[i];
      bench.set(`write_${i}_valid`, write ? 1 : 0);
      if (write === undefined) continue;
      bench.set(`write_${i}_payload_address`, write.address);
      bench.set(`write_${i}_payload_data`, write.data);
      bench.set(`write_${i}_payload_mask`, write.mask);
    }
    for (let i = 0; i < shape.readers; i++) {
      if (!filling) reads[i] ??= random.bool(0.6) ? pick() : undefined;
      bench.set(`read_${i}_request_valid`, reads[i] === undefined ? 0 : 1);
      bench.set(`read_${i}_request_payload`, reads[i] ?? 0);
    }
    bench.settle();
    expect(bench.get('beyond'), `cycle ${cycle}`).toBe(beyondAt.has(cycle) ? 1 : 0);
    found.beyond += bench.get('beyond');
    for (let i = 0; i < shape.readers; i++) {
      const due = expected[0];
      const isDue = due?.at === cycle && due.client === i;
      expect(bench.get(`read_${i}_answer_valid`), `cycle ${cycle}`).toBe(isDue ? 1 : 0);
      if (!isDue) continue;
      expect(bench.big(`read_${i}_answer_data`)).toBe(due.data);
      expected.shift();
      found.answers++;
    }
    // Something moves whenever somebody wants it.
    const readsTaken = reads.map((r, i) => (r !== undefined && bench.get(`read_${i}_request_ready`) === 1 ? i : -1));
    const writesTaken = writes.map((w, i) => (w !== undefined && bench.get(`write_${i}_ready`) === 1 ? i : -1));
    expect(readsTaken.filter((i) => i >= 0).length).toBe(reads.some((r) => r !== undefined) ? 1 : 0);
    expect(writesTaken.filter((i) => i >= 0).length).toBe(writes.some((w) => w !== undefined) ? 1 : 0);
    for (const client of readsTaken.filter((i) => i >= 0)) {
      expected.push({ at: cycle + gscLatency(shape), client, data: readOf(reads[client]!) });
      if (reads[client]! >= shape.words) beyondAt.add(cycle + 2);
      reads[client] = undefined;
    }
    for (const i of writesTaken.filter((each) => each >= 0)) {
      const { address, data, mask } = writes[i]!;
      if (address >= shape.words) beyondAt.add(cycle + 2);
      else {
        let bits = 0n;
        for (let b = 0; b < bytes; b++) if ((mask >> BigInt(b)) & 1n) bits |= 0xffn << BigInt(8 * b);
        memory.set(address, ((memory.get(address) ?? 0n) & ~bits) | (data & bits));
      }
      writes[i] = undefined;
      if (filling) fill.shift();
    }
    bench.edge();
  }
  bench.close();
  return found;
}

/** Two cores of `units` readers and writers each in front of a scratchpad. */
const sharedBench = block('shared_bench', z.strictObject({ size: z.int(), words: z.int(), units: z.int() }), (m, p) => {
  const io = m.ports({
    read: numbered(2 * p.units, () => flip(scratchReader(p))),
    write: numbered(2 * p.units, () => sink(scratchWriteType(p))),
    beyond: output(Bool),
  });
  const { memory } = m.instances({ memory: gsc({ size: p.size, words: p.words, readers: 2, writers: 2 }) });
  for (const core of [0, 1]) {
    const name = `share_${core}`;
    const call = scratchShare({ size: p.size, readers: p.units, writers: p.units });
    const share = m.instances({ [name]: call })[name]!;
    for (let i = 0; i < p.units; i++) {
      connect(io.read[String(core * p.units + i)]!, share.unit_read[String(i)]!);
      share.unit_write[String(i)]!.from(io.write[String(core * p.units + i)]!);
    }
    connect(share.read, memory.read[String(core)]!);
    memory.write[String(core)]!.from(share.write);
  }
  io.beyond.assign(memory.beyond);
  return io;
});

describe('shares of the global scratchpad', () => {
  it.each([1, 3])('is to %i units what the scratchpad is to one', async (units) => {
    const shape = { size: 4, words: 16, readers: 2 * units, writers: 2 * units };
    const { answers } = await check(shape, 'embedded', 1200, sharedBench({ size: 4, words: 16, units }));
    expect(answers).toBeGreaterThan(600);
  });

  it('has clean Verilog', async () => {
    await cleanVerilog(scratchShare({ size: 4, readers: 3, writers: 2 }));
    await cleanVerilog(scratchShare({ size: 2, readers: 1, writers: 1 }));
  });
});

describe('global scratchpad', () => {
  it.each(shapes)('equals an array of bytes: %o', async (shape) => {
    const { answers, beyond } = await check(shape, 'embedded', 1500);
    expect(answers).toBeGreaterThan(800);
    expect(beyond).toBeGreaterThan(50);
  });

  it.each([
    ['verilator', 0, 600],
    ['verilator', 2, 600],
    ['icarus', 1, 200],
  ] as const)('the same in %s, shape %i', async (kind, index, cycles) => {
    expect((await check(shapes[index]!, kind, cycles)).answers).toBeGreaterThan(cycles / 4);
  });

  it('is fair: a client waits for at most one transfer of each of the others', async () => {
    const shape = { size: 2, words: 4, readers: 4, writers: 3 };
    const bench = await PortBench.open(gsc(shape));
    for (let i = 0; i < 4; i++) bench.set(`read_${i}_request_valid`, 1);
    for (let i = 0; i < 3; i++) bench.set(`write_${i}_valid`, 1);
    const taken = { read: [0, 0, 0, 0], write: [0, 0, 0] };
    for (let cycle = 0; cycle < 120; cycle++) {
      bench.settle();
      for (let i = 0; i < 4; i++) taken.read[i]! += bench.get(`read_${i}_request_ready`);
      for (let i = 0; i < 3; i++) taken.write[i]! += bench.get(`write_${i}_ready`);
      bench.edge();
    }
    expect(taken).toEqual({ read: [30, 30, 30, 30], write: [40, 40, 40] });
  });

  it('has clean Verilog that becomes block RAM', async () => {
    for (const shape of shapes.slice(1, 3)) await cleanVerilog(gsc(shape));
    const files = await cleanVerilog(gsc({ size: 2, words: 512, readers: 2, writers: 2 }));
    const cells = await synthCells(files, 'gsc', 'xilinx');
    expect((cells.RAMB36E1 ?? 0) + (cells.RAMB18E1 ?? 0) / 2).toBe(1);
  });
});
