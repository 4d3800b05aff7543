// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  input,
  type ModuleBuilder,
  output,
  pack,
  type Signal,
  sink,
  source,
  UInt,
  unpack,
  widthOf,
} from '../../../dsl/index.ts';
import { streamArbiter } from '../../lib/stream-arbiter.ts';
import { clog2 } from '../../lib/widths.ts';
import { answerType, curveType, operationType } from '../point.types.ts';
import { modes, TCoreParams } from '../tcore.params.ts';
import { laneClient, laneNames } from '../tcore.types.ts';
import { describeDispatch } from './dispatch.ts';
import { ecLane } from './lane.ts';
import { coordinateBits, PointEngineParams, registerBits, seatCount } from './point-engine.params.ts';

type Bit = Signal<typeof Bool>;

/** Parameters of the TCore that an engine computes with. */
export const coreParams = (p: Pick<PointEngineParams, 'limb' | 'pipeline' | 'laneTag'>): TCoreParams =>
  TCoreParams.parse({ limb: p.limb, pipeline: p.pipeline, tagBits: p.laneTag });

const pointEnginePorts = (p: PointEngineParams) => ({
  in: sink(operationType(coordinateBits(p), p.tagBits), 'a + b, or 2a'),
  out: source(answerType(coordinateBits(p), p.tagBits), 'results in any order'),
  curve: input(curveType(coordinateBits(p)), 'steady while busy'),
  lanes: laneClient(coreParams(p)),
  busy: output(Bool, 'an operation is inside'),
});

/**
 * Adds and doubles points on the lanes of TCore (paper 3.7, 4.2), LP + 6 operations in turn on each active lane.
 *
 * - `in`, `out`: docs/rationale/zkflex.md. All cases are handled: infinity on either side, equal and opposite points, y = 0.
 * - Turns of a lane, of three cycles: affine + affine 7, affine + XYZZ 10, XYZZ + XYZZ 14, double 9 (11 for a != 0), double affine 8. With all lanes busy a mixed addition takes
 *   30 / 5, 30 / 3, 30 cycles in modes 0, 1, 2. Every turn but the last of affine sums and of affine doublings has a product in it.
 * - Latency: a rotation of 3 (LP + 6) cycles a turn, and about 20 cycles more; 2 cycles when an operand is infinity.
 */
export const pointEngine = block(
  'point_engine',
  PointEngineParams,
  (m, p) => {
    const io = m.ports(pointEnginePorts(p));
    const { phase, seat } = describeRotation(m, p, io.lanes.lane0.request.ready);
    const word = (lane: number) => ({ width: registerBits(p, lane), pipeline: p.pipeline, tagBits: p.tagBits });
    const lanes = m.instances({
      lane0: ecLane(word(0)),
      lane1: ecLane(word(1)),
      lane2: ecLane(word(2)),
      lane3: ecLane(word(3)),
      lane4: ecLane(word(4)),
    });
    laneNames.forEach((name, i) => {
      const [lane, { request, result }] = [lanes[name], io.lanes[name]];
      const width = registerBits(p, i);
      m.drive(lane.phase, phase);
      lane.seat.assign(seat);
      lane.modulus.assign(io.curve.modulus.trunc(width));
      lane.a.assign(io.curve.a.trunc(width));
      lane.aIsZero.assign(io.curve.aIsZero);
      request.offer(lane.request.valid, {
        a: lane.request.a.resize(request.payload.a.width),
        b: lane.request.b.resize(request.payload.b.width),
        tag: lane.request.tag.resize(p.laneTag),
      });
      lane.result.valid.assign(result.valid);
      lane.result.x.assign(result.x.trunc(width));
      lane.result.tag.assign(result.tag.trunc(lane.result.tag.width));
    });

    const past = describeDispatch(
      m,
      io.in,
      io.curve.aIsZero,
      laneNames.map((name, i) => ({
        load: lanes[name].load,
        vacant: lanes[name].vacant,
        isActive: isActive(io.curve.mode, i),
        width: registerBits(p, i),
      })),
    );
    const answer = answerType(coordinateBits(p), p.tagBits);
    const { merge } = m.instances({ merge: streamArbiter({ width: widthOf(answer), inputs: laneNames.length + 1 }) });
    const offers = [...laneNames.map((name) => lanes[name].out), past];
    Object.values(merge.in).forEach((into, i) => {
      const { valid, payload, ready } = offers[i]!;
      const { tag, point } = payload;
      const wide = (x: Signal): Signal => x.resize(coordinateBits(p));
      const { kind, x, y, zz, zzz } = point;
      const widened = { tag, kind, x: wide(x), y: wide(y), zz: wide(zz), zzz: wide(zzz) };
      into.offer(valid, { data: pack(widened), last: m.lit(0, UInt(0)) });
      ready.assign(into.ready);
    });
    io.out.offer(merge.out.valid, unpack(merge.out.payload.data, answer));
    merge.out.ready.assign(io.out.ready);
    io.busy.assign(laneNames.map((name) => lanes[name].busy).reduce((any, busy) => any.or(busy), past.valid));
    return io;
  },
  { doc: 'Point engine: additions and doublings of curve points, many in turn on the lanes of TCore.' },
);

/** Has the mode this lane? */
function isActive(mode: Signal, lane: number): Bit {
  return modes.flatMap(({ lanes }, number) => (lane < lanes ? [mode.eq(number)] : [])).reduce((any, is) => any.or(is));
}

/** The cycles of a slot, in step with the lanes of TCore, and the seats in turn. */
function describeRotation(m: ModuleBuilder, p: PointEngineParams, taken: Bit) {
  const seats = seatCount(p);
  const { middle, last, seat } = m.regs({ middle: Bool.init(0), last: Bool.init(0), seat: UInt(clog2(seats)).init(0) });
  const { first } = m.nets({ first: taken.and(middle.or(last).not()) });
  middle.next(first);
  last.next(middle);
  m.when(last, () => seat.next(seat.eq(seats - 1).mux(0, seat.addWrap(1))));
  m.assert('in_step', taken.not().or(first), 'lanes are ready in one cycle of three');
  return { phase: { first, middle, last }, seat };
}
