// SPDX-License-Identifier: Apache-2.0
import { block, sink, SinkStream, UInt, unpack, widthOf } from '../../../../src/dsl/index.ts';
import { cau, cauCommand } from '../../../../src/modules/exion/cau/cau.ts';
import { connect } from '../../../../src/modules/lib/connect.ts';
import { packedPayload } from '../../../../src/modules/lib/stream-through.ts';
import { streamArbiter } from '../../../../src/modules/lib/stream-arbiter.ts';
import { ExionCoreParams } from '../../../../src/modules/exion/core.params.ts';
import {
  inputWriteType,
  maskWriteType,
  scratchReader,
  unitPortsOf,
  weightWriteType,
} from '../../../../src/modules/exion/core.types.ts';
import { maskMemory } from '../../../../src/modules/exion/core/mask-memory.ts';
import { sdueCommandType } from '../../../../src/modules/exion/sdue/command.ts';
import { sdueParams } from '../../../../src/modules/exion/sdue/sdue.params.ts';
import { outputReader } from '../../../../src/modules/exion/sdue/sdue.types.ts';
import { sdue } from '../../../../src/modules/exion/sdue/sdue.ts';

/**
 * Compactor and array of a core, CAU and SDUE, with the mask memory: connected as in the core (exion_dsc), the writers of the loader and of the other units
 * as ports.
 */
export const corePair = block(
  'core_pair',
  ExionCoreParams,
  (m, p) => {
    const array = sdueParams(p);
    const input = inputWriteType(p);
    const io = m.ports({
      cau: unitPortsOf(cauCommand(p)),
      sdue: unitPortsOf(sdueCommandType(p)),
      mask_write: sink(maskWriteType(p), 'writes of the mask memory'),
      x_write: sink(input, 'writes of IMEM'),
      w_write: sink(weightWriteType(p), 'writes of WMEM'),
      read: scratchReader(p),
      omem: outputReader(array),
    });
    const { size, maskWords } = p;
    const units = m.instances({
      cau: cau(p),
      sdue: sdue(array),
      masks: maskMemory({ size, maskWords, readers: 0, writers: 1 }),
      inputs: streamArbiter({ width: widthOf(input), inputs: 2 }),
    });
    for (const name of ['cau', 'sdue'] as const) {
      const { cmd, done, refused, busy, stalled } = units[name];
      connect(io[name], { cmd, done, refused, busy, stalled });
    }
    [io.x_write, units.cau.x_write].forEach((from, i) => {
      const port = units.inputs.in[String(i)]!;
      port.offer(from.valid, { data: packedPayload(m, from), last: m.lit(0, UInt(0)) });
      from.ready.assign(port.ready);
    });
    const { out } = units.inputs;
    units.sdue.x_write.from(new SinkStream(out.valid, unpack(out.payload.data, input), out.ready));
    units.sdue.w_write.from(io.w_write);
    units.masks.write['0']!.from(io.mask_write);
    connect(units.cau.mask_read, units.masks.block);
    connect(io.read, units.cau.read);
    connect(io.omem, units.sdue.omem);
    connect(units.sdue.maps, units.cau.maps);
    connect(units.sdue.chunks, units.cau.chunks);
    return io;
  },
  { doc: 'CAU, SDUE and mask memory of an EXION core.' },
);
