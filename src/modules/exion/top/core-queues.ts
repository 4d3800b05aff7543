// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  Bundle,
  type BundleType,
  flip,
  input,
  output,
  pack,
  type Signal,
  source,
  UInt,
  type UIntType,
  unpack,
  widthOf,
} from '../../../dsl/index.ts';
import { streamArbiter } from '../../lib/stream-arbiter.ts';
import { allOf, anyOf, bitsOf, oneHotMux } from '../../lib/stream-lists.ts';
import { packedPayload } from '../../lib/stream-through.ts';
import { cauCommand } from '../cau/cau.ts';
import { sfuFields } from '../cfse/plan.ts';
import { unitNames } from '../core/dsc.ts';
import { ExionCoreParams } from '../core.params.ts';
import { commandType, unitPortsOf } from '../core.types.ts';
import { epreFields } from '../epre/command-check.ts';
import type { FieldName } from '../isa.ts';
import { sdueCommandType } from '../sdue/command.ts';
import { allFields, cycleBits, pcBits, recordType, tagBits } from './issue.types.ts';
import { loaderFields } from './loader.ts';
import { unitQueue } from './unit-queue.ts';

export const CoreQueuesParams = z.strictObject({ mapBuffers: ExionCoreParams.shape.mapBuffers });
export type CoreQueuesParams = z.output<typeof CoreQueuesParams>;

/** The command that each unit takes, by the names of dsc. */
export const unitCommands = (p: CoreQueuesParams) => ({
  loader: commandType(...loaderFields),
  sdue: sdueCommandType(p),
  cau: cauCommand(p),
  epre: commandType(...epreFields),
  cfse: commandType(...sfuFields),
});

const used = new Set<string>([
  ...['op', 'reads', 'writes'],
  ...Object.values(unitCommands({ mapBuffers: 2 })).flatMap(({ fields }) => Object.keys(fields)),
]);
export const coreFields = allFields.filter((name) => used.has(name));

/** A command as all cores see it. */
export const coreItemType = Bundle({ command: commandType(...coreFields), tag: UInt(tagBits), pc: UInt(pcBits) });

/** Bits of the number of a unit: 0 is the DMA, 1 + i the unit i of a core. */
export const unitBits = 3;
export const unitRecordType = Bundle({ unit: UInt(unitBits), record: recordType });

/** What the dispatcher knows of a core, and tells it; seen from the core. */
export const corePorts = {
  push: input(UInt(unitNames.length), 'units that take the command; only with room'),
  item: input(coreItemType, 'the command'),
  room: output(UInt(unitNames.length), 'units whose queue has room'),
  reads: output(UInt(32), 'buffers that commands in flight read'),
  writes: output(UInt(32), 'buffers that they write'),
  idle: output(Bool, 'nothing is in flight'),
  refused: output(Bool, 'pulse: a unit has refused a command'),
  refused_pc: output(UInt(pcBits), 'with it: the command; of the first unit, where there are several'),
};

/** What the registers know of a core. */
export const coreReportPorts = {
  now: input(UInt(cycleBits), 'cycles since the start'),
  clear: input(Bool, 'counters to 0'),
  select: input(UInt(unitBits), 'unit whose counters are shown: 1 + its place in the core'),
  busy_cycles: output(UInt(cycleBits)),
  stalled_cycles: output(UInt(cycleBits)),
  record: source(unitRecordType, 'commands that are through'),
  lost: output(Bool, 'pulse: a record was lost'),
};

/**
 * Queues of the units of a core, what they have in flight, and their counters. Everything that the dispatcher looks at follows a `push` or a `done`
 * by one cycle.
 */
export const coreQueues = block(
  'core_queues',
  CoreQueuesParams,
  (m, p) => {
    const types = unitCommands(p);
    const io = m.ports({
      ...corePorts,
      ...coreReportPorts,
      loader: flip(unitPortsOf(types.loader)),
      sdue: flip(unitPortsOf(types.sdue)),
      cau: flip(unitPortsOf(types.cau)),
      epre: flip(unitPortsOf(types.epre)),
      cfse: flip(unitPortsOf(types.cfse)),
    });
    const { records } = m.instances({
      records: streamArbiter({ width: widthOf(recordType), inputs: unitNames.length, source: true }),
    });
    const { command, tag, pc } = io.item;
    const queues = unitNames.map((name, i) => {
      const unit = io[name];
      const type = types[name] as BundleType<Record<FieldName, UIntType>>;
      const fields = { ...command, map: p.mapBuffers > 2 ? command.sub.concat(command.map) : command.map };
      const own = Object.fromEntries(Object.keys(type.fields).map((field) => [field, fields[field as FieldName]]));
      const queue = m.instances({ [name]: unitQueue({ width: widthOf(type) }) })[name]!;
      queue.push.assign(io.push.bit(i));
      queue.command.assign(pack(own));
      const { op, reads, writes } = command;
      m.drive(queue.flight, { tag, pc, op, reads, writes });
      unit.cmd.offer(queue.cmd.valid, unpack(queue.cmd.payload, type));
      queue.cmd.ready.assign(unit.cmd.ready);
      queue.done.assign(unit.done);
      queue.refused.assign(unit.refused);
      queue.bus_error.assign(0);
      queue.stalled.assign(unit.stalled);
      queue.now.assign(io.now);
      queue.clear.assign(io.clear);
      m.assert(`${name}_busy_with_a_command`, unit.busy.not().or(queue.idle.not()), 'a unit works without a command');
      const port = records.in[String(i)]!;
      port.offer(queue.record.valid, { data: packedPayload(m, queue.record), last: m.lit(0, UInt(0)) });
      queue.record.ready.assign(port.ready);
      return queue;
    });
    const every = <T>(look: (queue: (typeof queues)[number]) => T): T[] => queues.map(look);
    const or = (values: readonly Signal[]): Signal => values.reduce((all, each) => all.or(each));
    io.room.assign(bitsOf(every(({ room }) => room)));
    io.reads.assign(or(every(({ reads }) => reads)));
    io.writes.assign(or(every(({ writes }) => writes)));
    io.idle.assign(allOf(every(({ idle }) => idle)));
    const refused = every(({ failure }) => failure.refused);
    io.refused.assign(anyOf(refused));
    const first = refused.map((bit, i) => (i === 0 ? bit : bit.and(anyOf(refused.slice(0, i)).not())));
    io.refused_pc.assign(
      oneHotMux(
        first,
        every(({ failure }) => failure.pc),
      ),
    );

    const selected = unitNames.map((_, i) => io.select.eq(i + 1));
    io.busy_cycles.assign(
      oneHotMux(
        selected,
        every(({ busy_cycles }) => busy_cycles),
      ),
    );
    io.stalled_cycles.assign(
      oneHotMux(
        selected,
        every(({ stalled_cycles }) => stalled_cycles),
      ),
    );
    io.lost.assign(anyOf(every(({ lost }) => lost)));
    const { source: from, data } = records.out.payload;
    io.record.offer(records.out.valid, {
      unit: from.resize(unitBits).addWrap(1),
      record: unpack(data, recordType),
    });
    records.out.ready.assign(io.record.ready);
    return io;
  },
  { doc: 'Queues of the units of a core, with what they have in flight and their counters.' },
);
