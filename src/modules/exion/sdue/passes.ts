// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, type ModuleBuilder, type Ports, type Signal, source, UInt } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { clog2 } from '../../lib/widths.ts';
import { mapWords, SdueParams, widths } from './sdue.params.ts';
import { jobType, locatedPassType, mapReader } from './sdue.types.ts';

const passPorts = (p: SdueParams) => {
  const { enable, buffer, index, word } = mapReader(p);
  return {
    start: input(Bool, 'pulse before the first cycle of `running`'),
    running: input(Bool, '`job` holds'),
    job: input(jobType(p)),
    maps: { enable, buffer, index, word },
    pass: source(locatedPassType(p), 'passes of the job, in order'),
  };
};
type PassPorts = Ports<ReturnType<typeof passPorts>>;

/**
 * Passes of a job: control words of a map, or column blocks as words of one slot; each with the word srcB + floor(id / C) * stride of WMEM
 * that its columns begin at.
 *
 * Cycles: the first pass is there two cycles after the first of `running`, then one a cycle at most. The word of the map is read one pass
 * ahead and waits in the reader. Path: map memory, multiplier of mapWords x weightWords, adder of srcB, register: M * C of these.
 */
export const sduePasses = block(
  'sdue_passes',
  SdueParams,
  (m, p) => {
    const io = m.ports(passPorts(p));
    const w = widths(p);
    const { at, block_number: number } = m.regs({ at: UInt(w.passes).init(0), block_number: UInt(clog2(mapWords(p))) });
    const { fetched, held } = m.regs({ fetched: Bool.init(0), held: Bool.init(0) });
    const { loaded } = m.regs({ loaded: locatedPassType(p) });
    const { load } = m.nets({ load: fetched.and(held.not().or(io.pass.ready)) });
    const { fetch } = m.nets({ fetch: io.running.and(at.ne(io.job.passes)).and(fetched.not().or(load)) });

    io.maps.enable.assign(fetch.and(io.job.merged));
    io.maps.buffer.assign(io.job.map);
    io.maps.index.assign(at.trunc(number.width));
    m.when(io.start, () => at.next(0)).elsewhen(fetch, () => {
      at.next(at.addWrap(1));
      number.next(at.trunc(number.width));
    });
    m.when(fetch, () => fetched.next(1)).elsewhen(load, () => fetched.next(0));
    m.when(load, () => {
      held.next(1);
      m.drive(loaded, describePass(m, p, io, number));
    }).elsewhen(io.pass.ready, () => held.next(0));
    io.pass.offer(held, loaded);
    return io;
  },
  { doc: 'Passes of a GEMM: control words of a map or column blocks, with the places of their weights.' },
);

/** The fetched pass: the word of the map, or column block `number` on all units. */
function describePass(m: ModuleBuilder, p: SdueParams, io: PassPorts, number: Signal) {
  const { lane, id } = widths(p);
  const { merged, stride, srcB, blocks } = io.job;
  const { word } = io.maps;
  const ones = m.lit((1n << BigInt(p.size)) - 1n, UInt(p.size));
  const blockId = number.resize(id - lane);
  const lanes = Array.from({ length: p.size }, (_, j) => j);
  const laneIds = lanes.map((j) => blockId.concat(m.lit(j, UInt(lane))));
  const denseIds = join<Signal>(number, laneIds);

  const located = word.ids.map(({ n, valid }, s) =>
    lanes.map((j) => {
      const own = n.slice((j + 1) * id - 1, j * id + lane);
      m.when(merged.and(valid.bit(j)), () =>
        m.assert(`slot_${s}_lane_${j}_in_blocks`, own.lt(blocks), 'a column beyond block n'),
      );
      return srcB.addWrap(merged.mux(own, blockId).mul(stride).trunc(srcB.width));
    }),
  );
  return {
    occ: word.occ.map((row) => merged.mux(row, ones)),
    ws: word.ws.map((planes) => planes.map((plane) => merged.mux(plane, 0))),
    xs: word.xs.map((row) => merged.mux(row, 0)),
    cv: { valid: merged.mux(word.cv.valid, 0), idx: [...word.cv.idx] },
    ids: word.ids.map(({ n, valid }, s) => ({
      valid: merged.mux(valid, s === 0 ? ones : 0),
      n: merged.mux(n, denseIds),
    })),
    slots: merged.mux(word.slots, 1),
    base: located,
  };
}
