// SPDX-License-Identifier: Apache-2.0
import {
  block,
  memory,
  pack,
  type Signal,
  type SinkStream,
  type Type,
  UInt,
  type UIntType,
  unpack,
  widthOf,
} from '../../../dsl/index.ts';
import { onehotDecode } from '../../lib/onehot.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { describeControl, doneType, readyType } from './lane-control.ts';
import { describeRegisters, makeZeroReport } from './lane-registers.ts';
import { describeLoader } from './lane-loader.ts';
import { describeOutput } from './lane-output.ts';
import { EcLaneParams, ecLanePorts } from './lane.types.ts';
import { setCount } from './point-engine.params.ts';

/**
 * One lane of the point engine: as many operations in turn as there are seats, each with a set of registers. An operation waits for a free set, is
 * loaded word by word into it, waits for a seat, takes a turn of its program a rotation, and is read out of its set again.
 *
 * Throughput: one turn a slot of three cycles; a turn may have a product. Latency of an operation: (LP + 6) * 3 cycles a turn, and about 20 more.
 * Memories: three of block RAM, 2 x sets * 16 and sets * 4 words. Longest paths: memory, choice of the coefficient; sum, zero comparison.
 */
export const ecLane = block(
  'ec_lane',
  EcLaneParams,
  (m, p) => {
    const io = m.ports(ecLanePorts(p));
    const depth = setCount(p);
    const { ready_fifo, done_fifo } = m.instances({
      ready_fifo: streamFifo({ width: widthOf(readyType(p)), depth }),
      done_fifo: streamFifo({ width: widthOf(doneType(p)), depth }),
    });
    const { free } = m.regs({ free: UInt(depth).init((1n << BigInt(depth)) - 1n) });
    const { tags } = m.mems({ tags: memory(UInt(p.tagBits), depth, { style: 'distributed' }) });

    const zero = makeZeroReport(m, io.seat);
    const control = describeControl(m, p, io, typed(ready_fifo.out, readyType(p)), zero);
    const loader = describeLoader(m, p, io, free);
    const { idle, results } = describeRegisters(m, p, io, control, zero, loader);
    loader.write.assign(loader.holding.and(idle));
    tags.write(loader.chosen, io.load.item.tag, { enable: io.load.valid });
    ready_fifo.in.offer(loader.finished, pack(loader.ready));
    done_fifo.in.offer(control.done.valid, pack(control.done.item));
    m.assert(
      'sets_have_room',
      ready_fifo.in.stalled.or(done_fifo.in.stalled).not(),
      'there are more operations than sets',
    );

    const done = typed(done_fifo.out, doneType(p));
    const { releases } = describeOutput(m, p, io, done, results, tags.readAsync('tag', done.payload.set));
    const all = onehotDecode<Signal>(loader.chosen, depth, io.load.valid);
    free.next(free.and(all.not()).or(onehotDecode<Signal>(done.payload.set, depth, releases)));
    io.busy.assign(free.andR().not().or(io.out.valid));
    return io;
  },
  { doc: 'Lane of the point engine: additions and doublings that take turns on a lane of TCore.' },
);

/** A stream of words as a stream of what they mean. */
function typed<T extends Type>(stream: SinkStream<UIntType>, type: T): SinkStream<T> {
  return stream.map<T>((payload) => unpack(payload, type));
}
