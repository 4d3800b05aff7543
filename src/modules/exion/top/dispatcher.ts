// SPDX-License-Identifier: Apache-2.0
import { block, Bool, flip, input, output, type Signal, sink, UInt } from '../../../dsl/index.ts';
import { allOf, anyOf, bitsOf, numbered } from '../../lib/stream-lists.ts';
import { unitNames } from '../core/dsc.ts';
import { type OpName, ops } from '../isa.ts';
import { coreFields, coreItemType, corePorts } from './core-queues.ts';
import { dmaItemType } from './dma-queue.ts';
import { faults, issueType, pcBits } from './issue.types.ts';
import { SequencerParams } from './sequencer.ts';

type Bit = Signal<typeof Bool>;

/** Operations of each unit of a core. */
const opsOf: Readonly<Record<(typeof unitNames)[number], readonly OpName[]>> = {
  loader: ['MOVE'],
  sdue: ['GEMM'],
  cau: ['CMBUILD', 'KBUILD'],
  epre: ['EPRED', 'TOPK'],
  cfse: ['SFU'],
};

/** Bits of `reads` and `writes` that stand for buffers of one core; the rest is shared. */
const OWN = 24;

/**
 * Dispatcher (paper 4, "Top controller"): gives commands to the queues of their units, in order, each as soon as no command in flight writes a
 * buffer that it reads or writes, or reads one that it writes, and its queue has room. Bits 0..23 are buffers of a core and meet those of
 * the same core; 24..31 are shared and meet all. A multicast goes to all cores at once. LD and ST belong to no core: their bits
 * meet those of every core. FENCE and HALT wait until nothing is in flight.
 *
 * A command every 2 cycles at most; a command that waits for another is at its unit 3 cycles after
 * the `done` of that. While `stop` is up all that comes
 * is dropped. Longest path: masks in flight of all cores against those of the command (a register), to one bit (a register).
 */
export const dispatcher = block(
  'dispatcher',
  SequencerParams,
  (m, p) => {
    const { push, room, reads, writes, idle } = corePorts;
    const io = m.ports({
      in: sink(issueType),
      core: numbered(p.cores, () => flip({ push, room, reads, writes, idle })),
      item: output(coreItemType, 'the command, for all cores'),
      dma: {
        push: output(Bool),
        room: input(Bool),
        reads: input(UInt(32)),
        writes: input(UInt(32)),
        idle: input(Bool),
      },
      dma_item: output(dmaItemType),
      stop: input(Bool, 'drops what comes'),
      fault: {
        enable: output(Bool, 'pulse: the program cannot go on'),
        code: output(UInt(2), 'one of faults'),
        pc: output(UInt(pcBits)),
      },
      halted: output(Bool, 'pulse: HALT, and nothing is in flight'),
      idle: output(Bool, 'no command is held, and nothing is in flight'),
      waits: {
        hazard: output(Bool, 'a command waits for a buffer, or for all that is in flight'),
        room: output(Bool, 'a command waits for room in its queue'),
        command: output(Bool, 'there is no command'),
      },
    });
    const { full, fresh, free, has_room, held } = m.regs({
      full: Bool.init(0),
      /** The command came with the last edge: what is known of its buffers is still of the one before. */
      fresh: Bool.init(0),
      free: Bool.init(0),
      has_room: Bool.init(0),
      held: issueType,
    });
    const { command, fault } = held;
    const isOp = (...names: readonly OpName[]): Bit => anyOf(names.map((name) => command.op.eq(ops[name])));
    const { for_dma, waits_for_all } = m.nets({ for_dma: isOp('LD', 'ST'), waits_for_all: isOp('FENCE', 'HALT') });
    const { unit } = m.nets({ unit: bitsOf(unitNames.map((name) => isOp(...opsOf[name]))) });
    const cores = Object.values(io.core);
    const { named } = m.nets({
      named: bitsOf(cores.map((_, c) => command.all.eq(1).or(command.core.eq(c)))),
    });

    // Buffers.
    const meets = (from: number, to: number, other: { readonly reads: Signal; readonly writes: Signal }): Bit => {
      const [r, w] = [command.reads.slice(to, from), command.writes.slice(to, from)];
      const [reading, writing] = [other.reads.slice(to, from), other.writes.slice(to, from)];
      return r
        .and(writing)
        .or(w.and(reading.or(writing)))
        .orR();
    };
    const { hazard } = m.nets({
      hazard: anyOf([
        meets(0, 31, io.dma),
        ...cores.map((core) => meets(OWN, 31, core)),
        ...cores.map((core, c) => meets(0, OWN - 1, core).and(named.bit(c).or(for_dma))),
      ]),
    });
    const { flying } = m.nets({ flying: allOf([io.dma.idle, ...cores.map((core) => core.idle)]).not() });
    free.next(waits_for_all.mux(flying.not(), hazard.not()));
    const roomInCore = cores.map((core, c) => named.bit(c).not().or(core.room.and(unit).eq(unit)));
    has_room.next(waits_for_all.or(for_dma.mux(io.dma.room, allOf(roomInCore))));

    // What happens to the command.
    const { known } = m.nets({ known: full.and(fresh.not()).and(fault.eq(faults.none)) });
    const { leaves } = m.nets({ leaves: known.and(free).and(has_room).and(io.stop.not()) });
    const { fails } = m.nets({ fails: full.and(fault.ne(faults.none)).and(io.stop.not()) });
    const { gone } = m.nets({ gone: leaves.or(fails).or(full.and(io.stop)) });
    io.in.ready.assign(full.not().or(gone));
    fresh.next(io.in.fire);
    m.when(gone, () => full.next(0));
    m.when(io.in.fire, () => {
      full.next(1);
      m.drive(held, io.in.payload);
    });

    cores.forEach((core, c) => core.push.assign(unit.and(leaves.and(named.bit(c)).replicate(unit.width))));
    io.dma.push.assign(leaves.and(for_dma));
    const shown = Object.fromEntries(coreFields.map((name) => [name, command[name]]));
    m.drive(io.item, { command: shown as never, tag: held.tag, pc: held.pc });
    const { op, dst, srcA, count, dram, stride, reads: r, writes: w } = command;
    const { iteration, tag, pc } = held;
    m.drive(io.dma_item, { command: { op, dst, srcA, count, dram, stride, reads: r, writes: w }, iteration, tag, pc });
    io.fault.enable.assign(fails);
    io.fault.code.assign(fault);
    io.fault.pc.assign(held.pc);
    io.halted.assign(leaves.and(isOp('HALT')));
    io.idle.assign(full.or(flying).not());
    io.waits.hazard.assign(known.and(free.not()));
    io.waits.room.assign(known.and(free).and(has_room.not()));
    io.waits.command.assign(full.not());
    m.assert('one_unit', unit.eq(0).or(for_dma.or(waits_for_all).not()), 'a command has two units');
    return io;
  },
  { doc: 'EXION dispatcher: commands to units, in order, by the buffers that they use.' },
);
