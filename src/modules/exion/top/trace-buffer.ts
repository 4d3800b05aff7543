// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, Bundle, input, memory, output, pack, sink, UInt, unpack, widthOf } from '../../../dsl/index.ts';
import { streamArbiter } from '../../lib/stream-arbiter.ts';
import { numbered } from '../../lib/stream-lists.ts';
import { packedPayload } from '../../lib/stream-through.ts';
import { clog2 } from '../../lib/widths.ts';
import { unitBits, unitRecordType } from './core-queues.ts';
import { cycleBits, pcBits, recordType, tagBits } from './issue.types.ts';
import { SequencerParams } from './sequencer.ts';

export const TraceBufferParams = SequencerParams.extend({
  depth: z
    .int()
    .min(2)
    .max(65536)
    .refine((n) => Number.isInteger(Math.log2(n)), 'must be a power of two')
    .describe('Records that are kept'),
});

const storedType = Bundle({ core: UInt(5), unit: UInt(unitBits), record: recordType });

/**
 * Trace: keeps the last `depth` records of commands that are through, of the DMA and of all cores, in the order in which they come; one a cycle.
 * Record number i (from the start on) lies at i mod depth. What is at `index` is at `shown` one cycle later.
 */
export const traceBuffer = block(
  'trace_buffer',
  TraceBufferParams,
  (m, p) => {
    const io = m.ports({
      dma: sink(recordType, 'records of the DMA'),
      core: numbered(p.cores, () => sink(unitRecordType, 'records of a core')),
      clear: input(Bool, 'forgets all'),
      count: output(UInt(cycleBits), 'records since the start'),
      index: input(UInt(clog2(p.depth)), 'place of a record'),
      shown: {
        tag: output(UInt(tagBits)),
        op: output(UInt(8)),
        unit: output(UInt(unitBits), '0: DMA; 1 + place of a unit of a core'),
        core: output(UInt(5)),
        start: output(UInt(cycleBits)),
        end: output(UInt(cycleBits)),
        stalled: output(UInt(cycleBits)),
        pc: output(UInt(pcBits)),
      },
    });
    const width = unitBits + widthOf(recordType);
    const { arbiter } = m.instances({ arbiter: streamArbiter({ width, inputs: p.cores + 1, source: true }) });
    const own = arbiter.in['0']!;
    const none = m.lit(0, UInt(0));
    own.offer(io.dma.valid, { data: m.lit(0, UInt(unitBits)).concat(packedPayload(m, io.dma)), last: none });
    io.dma.ready.assign(own.ready);
    Object.values(io.core).forEach((from, c) => {
      const port = arbiter.in[String(c + 1)]!;
      port.offer(from.valid, { data: packedPayload(m, from), last: none });
      from.ready.assign(port.ready);
    });
    arbiter.out.ready.assign(1);
    // A register between the choice among many and the memory.
    const { comes, coming, recorded } = m.regs({
      comes: Bool.init(0),
      coming: storedType,
      recorded: UInt(cycleBits).init(0),
    });
    comes.next(arbiter.out.valid);
    const { data, source: port } = arbiter.out.payload;
    const { unit, record } = unpack(data, unitRecordType);
    // Port 0 is the DMA, port 1 + c core c.
    const core = port.eq(0).mux(0, port.subWrap(1)).resize(Math.max(5, port.width)).trunc(5);
    m.drive(coming, { core, unit, record });
    m.when(comes, () => recorded.next(recorded.addWrap(1)));
    m.when(io.clear, () => {
      comes.next(0);
      recorded.next(0);
    });
    const { records } = m.mems({ records: memory(UInt(widthOf(storedType)), p.depth, { collision: 'old' }) });
    records.write(recorded.low(clog2(p.depth)), pack(coming), { enable: comes });
    const read = unpack(records.read('read', io.index), storedType);
    io.count.assign(recorded);
    io.shown.unit.assign(read.unit);
    io.shown.core.assign(read.core);
    for (const name of ['tag', 'op', 'start', 'end', 'stalled', 'pc'] as const)
      io.shown[name].assign(read.record[name]);
    return io;
  },
  { doc: 'Trace: the last commands that are through, with their cycles.' },
);
