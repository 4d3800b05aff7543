// SPDX-License-Identifier: Apache-2.0
import { block, sink } from '../../../dsl/index.ts';
import { inputWriteType, unitPortsOf, weightWriteType } from '../core.types.ts';
import { sdueArray } from './array.ts';
import { sdueBeats } from './beats.ts';
import { sdueCommand, sdueCommandType } from './command.ts';
import { sdueDrain } from './drain.ts';
import { outputMemory } from './omem.ts';
import { operandMemory } from './operands.ts';
import { sduePasses } from './passes.ts';
import { SdueParams } from './sdue.params.ts';
import { chunkReader, mapReader, outputReader } from './sdue.types.ts';

const sduePorts = (p: SdueParams) => ({
  ...unitPortsOf(sdueCommandType(p)),
  x_write: sink(inputWriteType(p), 'writes of IMEM; always taken'),
  w_write: sink(weightWriteType(p), 'writes of WMEM; always taken'),
  maps: mapReader(p),
  chunks: chunkReader(p),
  omem: outputReader(p),
});

/**
 * Matrix products on an array of R x C dot-product units (GEMM; docs/rationale/exion-core.md "SDUE", paper 4): IMEM, WMEM, array,
 * drain and OMEM. Refusals and AUTO: `sdue_command`; which results go where: `sdue_drain`; pipeline: `sdue_array`.
 *
 * Cycles from the command's transfer to `done`, with b beats a pass (k; K-merge: chunks, at least 1) and D(i) = slots of pass i * C / PD:
 *   14 + b + sum over passes i but the last of max(b, D(i)) + D(last);
 * 3 when refused or when the map has no word. `stalled` never rises: maps, operands and OMEM are always there.
 *
 * Operand memories are written at any time, words that the GEMM at work reads excepted. WMEM: see `weight_lane`; with colour
 * placement the words of a column take an odd distance, stride = k | 1, so column n begins at word srcB + floor(n / C) * stride.
 */
export const sdue = block(
  'sdue',
  SdueParams,
  (m, p) => {
    const io = m.ports(sduePorts(p));
    const { command, passes, beats, operands, array, drain, outputs } = m.instances({
      command: sdueCommand(p),
      passes: sduePasses(p),
      beats: sdueBeats(p),
      operands: operandMemory(p),
      array: sdueArray(p),
      drain: sdueDrain(p),
      outputs: outputMemory(p),
    });

    command.cmd.from(io.cmd);
    for (const name of ['done', 'refused', 'busy', 'stalled'] as const) io[name].assign(command[name]);
    m.drive(command.maps, { count: io.maps.count, valid: io.maps.valid, slots: io.maps.slots });
    m.drive(command.chunks, { count: io.chunks.count, valid: io.chunks.valid });
    command.finished.assign(drain.finished);
    for (const part of [passes, beats]) {
      part.start.assign(command.start);
      part.running.assign(command.running);
      m.drive(part.job, command.job);
    }

    io.maps.enable.assign(passes.maps.enable);
    io.maps.buffer.assign(passes.maps.buffer);
    io.maps.index.assign(passes.maps.index);
    m.drive(passes.maps.word, io.maps.word);
    io.chunks.enable.assign(beats.chunks.enable);
    io.chunks.buffer.assign(beats.chunks.buffer);
    io.chunks.index.assign(beats.chunks.index);
    m.drive(beats.chunks.word, io.chunks.word);
    beats.pass.from(passes.pass);

    operands.x_write.from(io.x_write);
    operands.w_write.from(io.w_write);
    operands.x_read.enable.assign(beats.x.enable);
    operands.x_read.address.assign(beats.x.address);
    m.drive(operands.w_read, beats.weights);
    operands.chunked.assign(command.job.chunked);
    array.x.assign(operands.x);
    array.weights.assign(operands.weights);
    m.drive(array.beat, beats.beat);
    drain.start.assign(beats.begins);
    m.drive(drain.pass, withoutBase(passes.pass.payload));
    drain.capture.assign(array.capture);
    drain.results.assign(array.results);
    drain.zero.assign(command.job.zero);
    drain.dst.assign(command.job.dst);
    outputs.write.assign(drain.write);
    outputs.read.enable.assign(io.omem.enable);
    outputs.read.column.assign(io.omem.column);
    io.omem.data.assign(outputs.read.data);
    return io;
  },
  { doc: 'Array unit of an EXION core: operand memories, R x C dot-product units, drain and output memory.' },
);

/** A located pass as a control word. */
function withoutBase<T extends { readonly base: unknown }>({ base: _base, ...pass }: T): Omit<T, 'base'> {
  return pass;
}
