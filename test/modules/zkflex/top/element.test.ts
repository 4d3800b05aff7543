// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { Axi4Memory } from '../../../../sim/axi4-memory.ts';
import { CycleLoop } from '../../../../sim/cycle-loop.ts';
import { Random } from '../../../../sim/index.ts';
import { block, Bool, input, output, sink } from '../../../../src/dsl/index.ts';
import { axi4ReadMaster, axi4WriteMaster, noteAxi4 } from '../../../../src/modules/lib/axi4-ports.ts';
import { axi4Read } from '../../../../src/modules/lib/axi4-read.ts';
import { axi4Write } from '../../../../src/modules/lib/axi4-write.ts';
import { connect } from '../../../../src/modules/lib/connect.ts';
import { elementReader } from '../../../../src/modules/zkflex/top/element-reader.ts';
import { elementWriter } from '../../../../src/modules/zkflex/top/element-writer.ts';
import { ElementParams, mostBeats } from '../../../../src/modules/zkflex/top/element.params.ts';
import { elementCommandType, transferBits } from '../../../../src/modules/zkflex/top/element.types.ts';
import type { EngineKind } from '../../../../src/sim/engine.ts';
import { PortBench } from '../../exion/top.bench.ts';

/** Elements from memory to memory. */
const copyBench = block('element_copy', ElementParams, (m, p) => {
  const bus = {
    addressWidth: p.addressWidth,
    dataWidth: p.busBits,
    maxBurst: 16,
    beatBits: transferBits(p),
  };
  const io = m.ports({
    from: sink(elementCommandType(p)),
    to: sink(elementCommandType(p)),
    clear: input(Bool),
    paced: input(Bool),
    read_busy: output(Bool),
    read_failed: output(Bool),
    done: output(Bool),
    write_failed: output(Bool),
    m_axi: { ...axi4ReadMaster(bus), ...axi4WriteMaster(bus) },
  });
  const { reader, writer, reads, writes } = m.instances({
    reader: elementReader({ ...p, ahead: 8 }),
    writer: elementWriter(p),
    reads: axi4Read(bus),
    writes: axi4Write(bus),
  });
  reader.command.from(io.from);
  writer.command.from(io.to);
  writer.in.from(reader.out);
  reader.clear.assign(io.clear);
  reader.paced.assign(io.paced);
  io.read_busy.assign(reader.busy);
  io.read_failed.assign(reader.failed);
  io.done.assign(writer.done);
  io.write_failed.assign(writer.failed);
  reads.command['0']!.from(reader.read_command);
  reader.read_data.from(reads.data['0']!);
  writes.command.from(writer.write_command);
  writes.data.from(writer.write_data);
  writer.write_done.assign(writes.done);
  writer.write_error.assign(writes.error);
  connect(reads.m_axi, io.m_axi);
  connect(writes.m_axi, io.m_axi);
  noteAxi4(m, 'm_axi', ['ar', 'r', 'aw', 'w', 'b']);
  return io;
});

type Shape = Omit<ElementParams, 'addressWidth'>;
const shapes: readonly Shape[] = [
  { wordBits: 768, busBits: 128 },
  { wordBits: 48, busBits: 32 },
  { wordBits: 20, busBits: 32 },
  { wordBits: 300, busBits: 1024 },
];

async function soak(shape: Shape, stall: number, kind: EngineKind): Promise<void> {
  const bench = await PortBench.open(copyBench({ ...shape, addressWidth: 20 }), kind);
  const random = new Random(5);
  const bytes = Uint8Array.from({ length: 1 << 16 }, () => random.below(256));
  const latency = stall === 0 ? ([1, 1] as const) : ([1, 15] as const);
  const memory = new Axi4Memory(bench.engine, { bytes, stall, latency, faults: [{ from: 0xc000, to: 0x10000 }] });
  const loop = new CycleLoop(bench.engine, memory);
  const start = (name: string, address: number, count: number, beats: number): void => {
    bench.set(`${name}_payload_address`, address);
    bench.set(`${name}_payload_count`, count);
    bench.set(`${name}_payload_beats`, beats);
    bench.set(`${name}_valid`, 1);
    loop.until(() => (bench.settle(), bench.get(`${name}_ready`) === 1), 50);
    loop.step();
    bench.set(`${name}_valid`, 0);
  };
  const beatBytes = shape.busBits / 8;
  for (let round = 0; round < 24; round++) {
    const beats = random.between(1, mostBeats(shape));
    const count = random.pick([1, 2, random.between(3, 40)]);
    const bad = round % 6 === 5;
    const from = beatBytes * random.below(0x3000 / beatBytes) + (bad ? 0xc000 : 0);
    const to = beatBytes * random.below(0x3000 / beatBytes) + 0x6000;
    const expected = bytes.slice();
    const size = beats * beatBytes;
    // Bits above the word are not carried.
    const kept = Math.min(8 * size, shape.wordBits);
    for (let e = 0; e < count; e++) {
      for (let b = 0; b < size; b++) {
        const bits = Math.max(0, Math.min(8, kept - 8 * b));
        expected[to + e * size + b] = bytes[from + e * size + b]! & (2 ** bits - 1);
      }
    }
    bench.set('paced', round % 3 === 2 ? 1 : 0);
    start('from', from, count, beats);
    start('to', to, count, beats);
    const cycles = loop.until(() => (bench.settle(), bench.get('done') === 1), 20_000, 'done');
    expect(bench.get('write_failed')).toBe(0);
    expect(bench.get('read_failed')).toBe(bad ? 1 : 0);
    expect(bench.get('read_busy')).toBe(0);
    // Data of a beat that failed are not defined; everything else is.
    if (!bad) expect(Buffer.compare(memory.bytes, expected), `round ${round}`).toBe(0);
    // A beat a cycle: nothing waits but for the latency of bus and bursts.
    if (stall === 0 && round % 3 !== 2) expect(cycles).toBeLessThan(count * beats * 1.15 + 40);
    bench.set('clear', 1);
    loop.step();
    bench.set('clear', 0);
    bench.checkEvents();
  }
  bench.close();
}

describe('elements between memory and streams', () => {
  for (const shape of shapes) {
    it(`${shape.wordBits} bits over ${shape.busBits}`, async () => {
      for (const stall of [0, 0.3]) await soak(shape, stall, 'embedded');
    });
  }

  it('the same in Verilator', () => soak(shapes[0]!, 0.3, 'verilator'));
});
