// SPDX-License-Identifier: Apache-2.0
import { block, Bool, output, SinkStream, UInt, unpack, widthOf } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import { streamArbiter } from '../../lib/stream-arbiter.ts';
import { packedPayload } from '../../lib/stream-through.ts';
import { cau, cauCommand } from '../cau/cau.ts';
import { cfse } from '../cfse/cfse.ts';
import { sfuFields } from '../cfse/plan.ts';
import { ExionCoreParams } from '../core.params.ts';
import { inputWriteType, scratchReader, scratchWriter, unitPorts, unitPortsOf } from '../core.types.ts';
import { epreFields } from '../epre/command-check.ts';
import { epre } from '../epre/epre.ts';
import { sdueCommandType } from '../sdue/command.ts';
import { sdueParams } from '../sdue/sdue.params.ts';
import { sdue } from '../sdue/sdue.ts';
import { loader, loaderFields } from '../top/loader.ts';
import { maskMemory } from './mask-memory.ts';

/** Units of a core in the order of their numbers: in the trace, in counters and in registers. */
export const unitNames = ['loader', 'sdue', 'cau', 'epre', 'cfse'] as const;
export type UnitName = (typeof unitNames)[number];

/**
 * Diffusion sparsity-aware core (paper 4 "DSC"): the five units, the mask memory, and the memories between them. It has no order of its own: what
 * goes to which unit when is the dispatcher's business. Each unit has its command stream and its status; the scratchpad is outside.
 *
 * IMEM has two writers, the loader and the packer of the CAU, which take turns; the mask memory two readers (CAU, C words at a time, and CFSE) and two writers (EPRE,
 * CFSE). No register beside those of the units.
 */
export const dsc = block(
  'exion_dsc',
  ExionCoreParams,
  (m, p) => {
    const io = m.ports({
      loader: unitPorts(...loaderFields),
      sdue: unitPortsOf(sdueCommandType(p)),
      cau: unitPortsOf(cauCommand(p)),
      epre: unitPorts(...epreFields),
      cfse: unitPorts(...sfuFields),
      loader_read: scratchReader(p),
      cau_read: scratchReader(p),
      cfse_read: scratchReader(p),
      epre_write: scratchWriter(p),
      cfse_write: scratchWriter(p),
      overflow: output(Bool, 'pulse: a sum has left 32 bits'),
    });
    const { size, columns, maskWords, params } = p;
    const units = m.instances({
      loader: loader(p),
      sdue: sdue(sdueParams(p)),
      cau: cau(p),
      epre: epre(p),
      cfse: cfse({ size, columns, maskWords, params }),
    });
    const { masks, input_arbiter: inputs } = m.instances({
      masks: maskMemory({ size, maskWords, readers: 1, writers: 2 }),
      input_arbiter: streamArbiter({ width: widthOf(inputWriteType(p)), inputs: 2 }),
    });

    for (const name of unitNames) {
      const { cmd, done, refused, busy, stalled } = units[name];
      connect(io[name], { cmd, done, refused, busy, stalled });
    }

    // Scratchpad.
    connect(io.loader_read, units.loader.scratch);
    connect(io.cau_read, units.cau.read);
    connect(io.cfse_read, units.cfse.read);
    io.epre_write.from(units.epre.write);
    io.cfse_write.from(units.cfse.write);

    // Operand memories.
    const item = inputWriteType(p);
    [units.loader.x_write, units.cau.x_write].forEach((from, i) => {
      const port = inputs.in[String(i)]!;
      port.offer(from.valid, { data: packedPayload(m, from), last: m.lit(0, UInt(0)) });
      from.ready.assign(port.ready);
    });
    units.sdue.x_write.from(new SinkStream(inputs.out.valid, unpack(inputs.out.payload.data, item), inputs.out.ready));
    units.sdue.w_write.from(units.loader.w_write);
    units.epre.x_write.from(units.loader.ex_write);
    units.epre.w_write.from(units.loader.ew_write);
    connect(units.cfse.param_write, units.loader.param_write);
    connect(units.cfse.table_write, units.loader.table_write);

    // Results and maps.
    connect(units.cfse.omem, units.sdue.omem);
    connect(units.sdue.maps, units.cau.maps);
    connect(units.sdue.chunks, units.cau.chunks);

    // Masks.
    connect(units.cau.mask_read, masks.block);
    connect(units.cfse.mask_read, masks.read['0']!);
    masks.write['0']!.from(units.epre.mask);
    masks.write['1']!.from(units.cfse.mask_write);
    io.overflow.assign(units.cfse.overflow);
    return io;
  },
  {
    doc: 'EXION core: array, compactor, prediction engine, special functions and loader with the memories between them.',
  },
);
