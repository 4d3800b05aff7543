// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, flip, input, output, sink, source, UInt } from '../../../src/dsl/index.ts';
import { unitPortsOf } from '../../../src/modules/exion/core.types.ts';
import { coreQueues, unitCommands, unitRecordType } from '../../../src/modules/exion/top/core-queues.ts';
import { dispatcher } from '../../../src/modules/exion/top/dispatcher.ts';
import { dmaCommandType } from '../../../src/modules/exion/top/dma.ts';
import { dmaQueue } from '../../../src/modules/exion/top/dma-queue.ts';
import { issueType, recordType } from '../../../src/modules/exion/top/issue.types.ts';
import { connect } from '../../../src/modules/lib/connect.ts';
import { numbered } from '../../../src/modules/lib/stream-lists.ts';

/** Fields of the commands of each unit of a core. */
export const units = unitCommands({ mapBuffers: 2 });

/** Dispatcher and queues; the units are the test's. */
export const dispatchBench = block('dispatch_bench', z.strictObject({ cores: z.int() }), (m, p) => {
  const dmaCmd = { cmd: source(dmaCommandType), done: input(Bool), refused: input(Bool), bus_error: input(Bool) };
  const io = m.ports({
    in: sink(issueType),
    stop: input(Bool),
    fault: { enable: output(Bool), code: output(UInt(2)), pc: output(UInt(24)) },
    halted: output(Bool),
    idle: output(Bool),
    waits: { hazard: output(Bool), room: output(Bool), command: output(Bool) },
    now: input(UInt(32)),
    clear: input(Bool),
    select: input(UInt(3)),
    dma: { ...dmaCmd, stalled: input(Bool), record: source(recordType), lost: output(Bool) },
    dma_failure: { refused: output(Bool), bus_error: output(Bool), pc: output(UInt(24)) },
    dma_counters: { busy_cycles: output(UInt(32)), stalled_cycles: output(UInt(32)) },
    core: numbered(p.cores, () => ({
      loader: flip(unitPortsOf(units.loader)),
      sdue: flip(unitPortsOf(units.sdue)),
      cau: flip(unitPortsOf(units.cau)),
      epre: flip(unitPortsOf(units.epre)),
      cfse: flip(unitPortsOf(units.cfse)),
      refused: output(Bool),
      refused_pc: output(UInt(24)),
      busy_cycles: output(UInt(32)),
      stalled_cycles: output(UInt(32)),
      record: source(unitRecordType),
      lost: output(Bool),
    })),
  });
  const { dispatch, dma } = m.instances({ dispatch: dispatcher(p), dma: dmaQueue({}) });
  dispatch.in.from(io.in);
  const { stop, fault, halted, idle, waits } = io;
  connect({ stop, fault, halted, idle, waits }, dispatch);
  connect(dispatch.dma, dma);
  connect({ item: dispatch.dma_item }, dma);
  connect(io.dma, dma);
  connect(io.dma_failure, dma.failure);
  connect(io.dma_counters, dma);
  dma.now.assign(io.now);
  dma.clear.assign(io.clear);
  for (let c = 0; c < p.cores; c++) {
    const queues = m.instances({ [`queues_${c}`]: coreQueues({}) })[`queues_${c}`]!;
    connect(dispatch.core[String(c)]!, queues);
    connect({ item: dispatch.item }, queues);
    connect({ now: io.now, clear: io.clear, select: io.select }, queues);
    connect(io.core[String(c)]!, queues);
  }
  return io;
});
