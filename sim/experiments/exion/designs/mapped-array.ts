// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, sink } from '../../../../src/dsl/index.ts';
import { conMergeOf } from '../../../../src/modules/exion/cau/cau.types.ts';
import { chunkReader, outputReader } from '../../../../src/modules/exion/sdue/sdue.types.ts';
import { connect } from '../../../../src/modules/lib/connect.ts';
import { controlWordType } from '../../../../src/modules/exion/conmerge.types.ts';
import { ExionCoreParams } from '../../../../src/modules/exion/core.params.ts';
import { inputWriteType, unitPortsOf, weightWriteType } from '../../../../src/modules/exion/core.types.ts';
import { mapMemory } from '../../../../src/modules/exion/cau/map-memory.ts';
import { sdue } from '../../../../src/modules/exion/sdue/sdue.ts';
import { sdueCommandType } from '../../../../src/modules/exion/sdue/command.ts';
import { sdueParams } from '../../../../src/modules/exion/sdue/sdue.params.ts';

export const mappedArrayPorts = (p: ExionCoreParams) => {
  const array = sdueParams(p);
  return {
    word: sink(controlWordType(conMergeOf(p)), 'control words, unit after unit'),
    free: input(Bool, 'nothing reads the buffer whose turn it is'),
    turn: output(Bool, 'that buffer'),
    built: output(Bool, 'pulse: a buffer has become valid'),
    sdue: unitPortsOf(sdueCommandType(p)),
    x_write: sink(inputWriteType(p), 'writes of IMEM'),
    w_write: sink(weightWriteType(p), 'writes of WMEM'),
    omem: outputReader(array),
    chunks: chunkReader(array),
  };
};

/**
 * The array unit behind the two map buffers, which are filled in turn from a stream of control words, `last` a unit of work.
 *
 * Control words wait until the buffer whose turn it is is `free`. It is opened in a cycle of its own, takes a word a cycle and is valid from `built`
 * on, one cycle after the last word.
 */
export const mappedArray = block(
  'mapped_array',
  ExionCoreParams,
  (m, p) => {
    const io = m.ports(mappedArrayPorts(p));
    const { maps, unit } = m.instances({ maps: mapMemory(p), unit: sdue(sdueParams(p)) });
    const { buffer, open, closing } = m.regs({ buffer: Bool.init(0), open: Bool.init(0), closing: Bool.init(0) });
    const { opens } = m.nets({ opens: io.word.valid.and(io.free).and(open.not()).and(closing.not()) });
    const { ends } = m.nets({ ends: io.word.fire.and(io.word.payload.last) });

    maps.buffer.assign(buffer);
    maps.open.assign(opens);
    maps.close.assign(closing);
    maps.word.offer(io.word.valid.and(open), io.word.payload);
    io.word.ready.assign(open);
    closing.next(ends);
    m.when(opens, () => open.next(1)).elsewhen(ends, () => open.next(0));
    m.when(closing, () => buffer.next(buffer.not()));
    io.turn.assign(buffer);
    io.built.assign(closing);

    const { cmd, done, refused, busy, stalled } = unit;
    connect(io.sdue, { cmd, done, refused, busy, stalled });
    unit.x_write.from(io.x_write);
    unit.w_write.from(io.w_write);
    connect(io.omem, unit.omem);
    connect(io.chunks, unit.chunks);
    connect(unit.maps, maps.maps);
    return io;
  },
  { doc: 'Array unit of EXION with map buffers that a stream of control words fills.' },
);
