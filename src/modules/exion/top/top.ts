// SPDX-License-Identifier: Apache-2.0
import { block, Bool, type ModuleBuilder, output, type Signal, UInt } from '../../../dsl/index.ts';
import { axi4Read } from '../../lib/axi4-read.ts';
import { axi4ReadMaster, axi4WriteMaster, noteAxi4 } from '../../lib/axi4-ports.ts';
import { axi4Write } from '../../lib/axi4-write.ts';
import { axiLiteRegs, axiLiteSlave } from '../../lib/axi-lite-regs.ts';
import { connect } from '../../lib/connect.ts';
import { allOf, anyOf, oneHotMux } from '../../lib/stream-lists.ts';
import { scratchBits } from '../core.types.ts';
import { commandFetch } from './command-fetch.ts';
import { control } from './control.ts';
import { dispatcher } from './dispatcher.ts';
import { dma, dmaBeatBits } from './dma.ts';
import { dmaQueue } from './dma-queue.ts';
import { exionCore } from './exion-core.ts';
import { gsc } from './gsc.ts';
import { cycleBits } from './issue.types.ts';
import { errorNames, topRegisters } from './registers.ts';
import { ExionTopParams } from './top.params.ts';
import { traceBuffer } from './trace-buffer.ts';

/** Scratchpads of more words than this have a register behind their memory. */
const LARGE = 65536;

/**
 * Design top: EXION (paper 4). Programs, weights and images lie in a memory behind `m_axi` (AXI4, data as wide as a word of the scratchpad);
 * software starts programs and looks at what they do over `s_axil` (registers.ts). One command stream feeds all cores; they share
 * the scratchpad.
 *
 * ID 0 of `m_axi` is data of LD and ST, ID 1 the program. No path leads from one port to another but RREADY, which follows RID and the
 * scratchpad. Interrupt: level, `status.done` or `status.stopped` as enabled.
 */
export const exionTop = block(
  'exion',
  ExionTopParams,
  (m, p) => {
    const { cores: count, scratchWords, traceDepth, addressWidth, maxBurst, ...coreParams } = p;
    const { size } = p;
    const bus = { addressWidth, dataWidth: scratchBits(p), maxBurst, beatBits: dmaBeatBits };
    const { bank, run, fetch, dispatch, dma_unit, dma_line, scratchpad, trace, reads, writes } = m.instances({
      bank: axiLiteRegs(topRegisters(p)),
      run: control({}),
      fetch: commandFetch({ size, addressWidth, cores: count }),
      dispatch: dispatcher({ cores: count }),
      dma_unit: dma({ size, addressWidth }),
      dma_line: dmaQueue({}),
      scratchpad: gsc({
        size,
        words: scratchWords,
        readers: count + 1,
        writers: count + 1,
        outputRegister: scratchWords > LARGE,
      }),
      trace: traceBuffer({ cores: count, depth: traceDepth }),
      reads: axi4Read({ ...bus, clients: 2 }),
      writes: axi4Write({ ...bus, idWidth: 1 }),
    });
    const cores = Array.from({ length: count }, (_, c) => {
      return m.instances({ [`core_${c}`]: exionCore(coreParams) })[`core_${c}`]!;
    });
    const io = m.ports({
      s_axil: axiLiteSlave(bank.s_axil.awaddr.width, 32),
      m_axi: { ...axi4ReadMaster({ ...bus, idWidth: 1 }), ...axi4WriteMaster({ ...bus, idWidth: 1 }) },
      irq: output(Bool, 'level: a program is through, or was stopped by an error'),
    });
    connect(io.s_axil, bank.s_axil);
    connect(reads.m_axi, io.m_axi);
    connect(writes.m_axi, io.m_axi);
    noteAxi4(m, 'm_axi', ['ar', 'r', 'aw', 'w', 'b']);

    // The program and its way to the units.
    const { begins, stop } = run;
    fetch.start.assign(begins);
    fetch.stop.assign(stop);
    fetch.base.assign(bank.base.place);
    fetch.first.assign(bank.first.iteration);
    dispatch.in.from(fetch.out);
    dispatch.stop.assign(stop);
    connect(dispatch.dma, dma_line);
    const { item, dma_item } = dispatch;
    connect({ item: dma_item }, dma_line);
    cores.forEach((core, c) => {
      connect(dispatch.core[String(c)]!, core);
      connect({ item }, core);
    });

    // The memory outside, and the scratchpad.
    const { cmd, done, refused, bus_error, stalled } = dma_unit;
    connect({ cmd, done, refused, bus_error, stalled }, dma_line);
    m.assert('dma_busy_with_a_command', dma_unit.busy.not().or(dma_line.idle.not()));
    reads.command['0']!.from(dma_unit.load_command);
    dma_unit.load_data.from(reads.data['0']!);
    reads.command['1']!.from(
      fetch.read_command.map(({ address, beats }) => ({ address, beats: beats.resize(dmaBeatBits) })),
    );
    fetch.read_data.from(reads.data['1']!);
    writes.command.from(dma_unit.store_command);
    const strobe = (1n << BigInt(4 * size)) - 1n;
    writes.data.offer(dma_unit.store_data.valid, { data: dma_unit.store_data.payload, strobe });
    dma_unit.store_data.ready.assign(writes.data.ready);
    dma_unit.store_done.assign(writes.done);
    dma_unit.store_error.assign(writes.error);
    connect(scratchpad.read['0']!, dma_unit.scratch_read);
    scratchpad.write['0']!.from(dma_unit.scratch_write);
    cores.forEach((core, c) => {
      connect(scratchpad.read[String(c + 1)]!, core.read);
      scratchpad.write[String(c + 1)]!.from(core.write);
    });

    // Runs and errors.
    const { start, clear, cancel } = bank.control;
    connect({ start, clear, cancel }, run);
    run.halted.assign(dispatch.halted);
    run.idle.assign(allOf([dispatch.idle, fetch.idle]));
    connect(dispatch.fault, run.issue);
    connect(dma_line.failure, run.dma);
    const failing = cores.map((core) => core.refused);
    run.core.refused.assign(anyOf(failing));
    const first = failing.map((bit, c) => (c === 0 ? bit : bit.and(anyOf(failing.slice(0, c)).not())));
    run.core.pc.assign(
      oneHotMux(
        first,
        cores.map((core) => core.refused_pc),
      ),
    );
    run.overflow.assign(anyOf(cores.map((core) => core.overflow)));
    run.beyond.assign(scratchpad.beyond);
    bank.status.running.assign(run.running);
    bank.status.stopped.assign(run.stopped);
    bank.status.done_set.assign(run.done);
    errorNames.forEach((name, i) => bank.errors[name].assign(run.errors.bit(i)));
    bank.fault.pc.assign(run.fault_pc);
    bank.fault.known.assign(run.fault_known);
    bank.iteration.value.assign(fetch.iteration);
    const { interrupt, status } = bank;
    io.irq.assign(interrupt.done.and(status.done).or(interrupt.stopped.and(run.stopped)));

    // Counters.
    bank.cycles.value.assign(run.cycles.low(cycleBits));
    bank.cycles_high.value.assign(run.cycles.high(cycleBits));
    const { hazard, room, command } = dispatch.waits;
    const running = run.running.and(stop.not());
    bank.waits_hazard.value.assign(counter(m, 'waits_hazard', hazard.and(running), begins));
    bank.waits_room.value.assign(counter(m, 'waits_room', room.and(running), begins));
    bank.waits_command.value.assign(counter(m, 'waits_command', command.and(running), begins));
    const reporters = [dma_line, ...cores];
    for (const each of reporters) {
      each.now.assign(run.cycles.low(cycleBits));
      each.clear.assign(begins);
    }
    const { unit, core: named } = bank.select;
    for (const core of cores) core.select.assign(unit);
    const shown = <T extends Signal>(ofCore: (core: (typeof cores)[number]) => T, ofDma: T): Signal =>
      unit.eq(0).mux(ofDma, named.pick(cores.map(ofCore)));
    const { busy, stalls } = m.regs({ busy: UInt(cycleBits), stalls: UInt(cycleBits) });
    busy.next(shown((core) => core.busy_cycles, dma_line.busy_cycles));
    stalls.next(shown((core) => core.stalled_cycles, dma_line.stalled_cycles));
    bank.busy.value.assign(busy);
    bank.stalled.value.assign(stalls);

    // Trace.
    trace.dma.from(dma_line.record);
    cores.forEach((core, c) => trace.core[String(c)]!.from(core.record));
    trace.clear.assign(begins);
    trace.index.assign(bank.trace_index.value);
    bank.trace_count.value.assign(trace.count);
    bank.trace_lost.value.assign(counter(m, 'lost', anyOf(reporters.map((each) => each.lost)), begins));
    for (const name of ['tag', 'start', 'end', 'stalled', 'pc'] as const)
      bank[`trace_${name}`].value.assign(trace.shown[name]);
    const { op, unit: by, core: of } = trace.shown;
    bank.trace_place.op.assign(op);
    bank.trace_place.unit.assign(by);
    bank.trace_place.core.assign(of);

    bank.shape.size.assign(size);
    bank.shape.lanes.assign(p.lanes);
    bank.shape.cores.assign(count);
    bank.scratch_words.value.assign(scratchWords);
    return io;
  },
  { doc: 'EXION: cores, scratchpad and command stream behind AXI4 and AXI4-Lite.' },
);

/** Cycles in which `event` is up, since `clear`. */
function counter(m: ModuleBuilder, name: string, event: Signal, clear: Signal): Signal {
  const key = `${name}_count`;
  const value = m.regs({ [key]: UInt(cycleBits).init(0) })[key]!;
  m.when(event, () => value.next(value.addWrap(1)));
  m.when(clear, () => value.next(0));
  return value;
}
