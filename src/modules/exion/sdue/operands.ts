// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, type ModuleBuilder, output, type Ports, sink, UInt, Vec } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { inputWords, inputWriteType, weightWriteType } from '../core.types.ts';
import { inputBank } from './input-bank.ts';
import { SdueParams, widths } from './sdue.params.ts';
import { weightReadType } from './sdue.types.ts';
import { weightLane } from './weight-lane.ts';

const operandPorts = (p: SdueParams) => ({
  x_write: sink(inputWriteType(p), 'writes of IMEM; always taken'),
  w_write: sink(weightWriteType(p), 'writes of WMEM; always taken'),
  x_read: { enable: input(Bool), address: input(UInt(widths(p).input)) },
  w_read: input(weightReadType(p)),
  chunked: input(Bool, 'K-merge: weight bytes have words of their own'),
  x: output(Vec(p.size, UInt(widths(p).word)), 'input word of each row, one cycle later'),
  weights: output(
    Vec(p.slots, Vec(p.size, UInt(widths(p).word))),
    'weight word of each slot and lane, one cycle later',
  ),
});
type OperandPorts = Ports<ReturnType<typeof operandPorts>>;

/**
 * IMEM and WMEM of the array (paper 4 "Memories"): R input banks that are read in step, C weight lanes. One write and one read of each a
 * cycle, never a stall. Bits: IMEM R x 2 * depth x 8; WMEM see `weight_lane`, times C.
 */
export const operandMemory = block(
  'operand_memory',
  SdueParams,
  (m, p) => {
    const io = m.ports(operandPorts(p));
    io.x_write.ready.assign(1);
    io.w_write.ready.assign(1);
    for (let i = 0; i < p.size; i++) {
      describeBank(m, p, io, i);
      describeLane(m, p, io, i);
    }
    return io;
  },
  { doc: 'Operand memories of the array: input banks by row, weight lanes by column.' },
);

function describeBank(m: ModuleBuilder, p: SdueParams, io: OperandPorts, i: number): void {
  const { address, rows, bytes, data } = io.x_write.payload;
  const name = `inputs_${i}`;
  const bank = m.instances({ [name]: inputBank({ lanes: p.lanes, words: inputWords(p) }) })[name]!;
  bank.write.enable.assign(io.x_write.valid.and(rows.bit(i)));
  bank.write.address.assign(address);
  bank.write.bytes.assign(bytes);
  bank.write.data.assign(data.at(i));
  bank.read.enable.assign(io.x_read.enable);
  bank.read.address.assign(io.x_read.address);
  io.x.at(i).assign(bank.read.data);
}

function describeLane(m: ModuleBuilder, p: SdueParams, io: OperandPorts, j: number): void {
  const { lanes, slots, placement, size } = p;
  const { address, lanes: written, bytes, data } = io.w_write.payload;
  const isFree = placement === 'free';
  const name = `weights_${j}`;
  const call = weightLane({ lanes, slots, placement, words: p.weightWords, sources: isFree ? size : 1 });
  const lane = m.instances({ [name]: call })[name]!;
  lane.write.sources.assign((isFree ? written : written.bit(j)).and(io.w_write.valid.replicate(isFree ? size : 1)));
  lane.write.address.assign(address);
  lane.write.bytes.assign(bytes);
  lane.write.data.assign(isFree ? [...data] : [data.at(j)]);
  lane.read.chunked.assign(io.chunked);
  lane.read.enable.assign(
    join(
      io.chunked,
      io.w_read.enable.map((lanes) => lanes.bit(j)),
    ),
  );
  for (let s = 0; s < slots; s++) {
    lane.read.word.at(s).assign(io.w_read.word.at(s).at(j));
    lane.read.from.at(s).assign(io.w_read.from.at(s).at(j));
    lane.read.chunk.at(s).assign([...io.w_read.chunk.at(s)]);
    io.weights.at(s).at(j).assign(lane.data.at(s));
  }
}
