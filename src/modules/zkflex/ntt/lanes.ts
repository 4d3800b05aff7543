// SPDX-License-Identifier: Apache-2.0
import { block, Bool, Bundle, input, type ModuleBuilder, output, type Signal, UInt, Vec } from '../../../dsl/index.ts';
import { streamFifo } from '../../lib/stream-fifo.ts';
import { laneBits, laneCount } from '../tcore.params.ts';
import { laneClient } from '../tcore.types.ts';
import { butterflies, NttParams, nttWordBits } from './ntt.params.ts';
import { coreParams } from './ntt.types.ts';

type Bit = Signal<typeof Bool>;

/** Operations that a queue in front of a lane, and one behind it, holds. */
const queueDepth = 8;
const resultDepth = 4;

/** Operands of a product. */
export const operandsType = (p: NttParams) => Bundle({ a: UInt(nttWordBits(p)), b: UInt(nttWordBits(p)) });

/**
 * Pairs of products on the lanes of TCore. Pairs enter and leave in order: product i goes through queue i mod 5, 3 or 2 (modes 0, 1, 2), so two
 * neighbours never meet in one queue; in mode 2 two queues take turns with the only lane. All lanes are ready in the same cycle, so each gets an
 * operation in every slot as long as the queues hold one. Results cannot wait in TCore and have room behind it.
 *
 * A pair may be pushed while no more than 5 operations a lane wait; `taken` says how many have left. From push to request 1 cycle, from result to
 * `results` 1 cycle.
 */
export const nttLanes = block(
  'ntt_lanes',
  NttParams,
  (m, p) => {
    const word = UInt(nttWordBits(p));
    const io = m.ports({
      mode: input(UInt(2), 'holds while there is a pair'),
      clear: input(Bool, 'pulse before the first pair after a change of mode'),
      push: { valid: input(Bool), pair: input(Vec(butterflies, operandsType(p))) },
      taken: output(UInt(3), 'operations that the lanes took in this cycle'),
      results: { valid: output(Bool, 'both products of the next pair are here'), pair: output(Vec(butterflies, word)) },
      pop: input(Bool, 'takes them'),
      lanes: laneClient(coreParams(p)),
    });
    const lanes = Object.values(io.lanes);
    const first = lanes[0]!;
    const { is_single: isSingle } = m.nets({ is_single: io.mode.eq(2) });
    const inTurn = turn(m, 'in_turn', isSingle, first.request.fire, io.clear);
    const outTurn = turn(m, 'out_turn', isSingle, first.result.valid, io.clear);
    const push = places(m, 'in_queue', io.mode, io.push.valid, io.clear);
    const pop = places(m, 'out_queue', io.mode, io.pop, io.clear);
    // The first two queues serve lane 0, of the full width.
    const bits = lanes.map((_lane, i) => Math.min(word.width, laneBits(p, i < 2 ? 0 : i)));

    const queues = bits.map((width, i) => {
      const name = `queue_${i}`;
      const made = streamFifo({ width: 2 * width, depth: queueDepth, storage: 'distributed' });
      const queue = m.instances({ [name]: made })[name]!;
      const [one, two] = io.push.pair.map(({ a, b }) => a.trunc(width).concat(b.trunc(width)));
      queue.in.offer(io.push.valid.and(push.has(i)), push.first.eq(i).mux(one!, two!));
      m.assert(
        `queue_${i}_has_room`,
        queue.in.valid.not().or(queue.in.ready),
        'an operation comes and there is no room',
      );
      const { valid, payload, ready } = queue.out;
      return { valid, a: payload.high(width), b: payload.low(width), ready };
    });
    lanes.forEach(({ request }, i) => {
      const width = laneBits(p, i);
      const own = queues[i]!;
      // The lanes beyond the first have nothing to do in mode 2, the second queue has.
      const other = i === 0 ? queues[1]! : own;
      const { [`lane_${i}_other`]: isOther } = m.nets({ [`lane_${i}_other`]: i === 0 ? inTurn : isSingle });
      const valid = i === 0 ? isOther!.mux(other.valid, own.valid) : own.valid.and(isOther!.not());
      const fields = { a: isOther!.mux(other.a, own.a), b: isOther!.mux(other.b, own.b) };
      const fit = (value: Signal): Signal => value.trunc(Math.min(width, value.width)).resize(width);
      request.offer(valid, { a: fit(fields.a), b: fit(fields.b), tag: 0 });
      const ready = request.ready.and(isOther!.not());
      own.ready.assign(i === 1 ? ready.or(first.request.ready.and(inTurn)) : ready);
    });
    const fires: Signal[] = lanes.map(({ request }) => request.fire.resize(3));
    io.taken.assign(fires.reduce((sum, one) => sum.addWrap(one)));

    const heads = lanes.map(({ result }, i) => {
      const name = `behind_${i}`;
      const width = bits[i]!;
      const made = streamFifo({ width, depth: resultDepth, storage: 'distributed' });
      const queue = m.instances({ [name]: made })[name]!;
      const fit = (value: Signal): Signal => value.trunc(Math.min(width, value.width)).resize(width);
      if (i === 0) queue.in.offer(result.valid.and(outTurn.not()), fit(result.x));
      else if (i > 1) queue.in.offer(result.valid, fit(result.x));
      else {
        const inMode2 = first.result.valid.and(outTurn);
        queue.in.offer(isSingle.mux(inMode2, result.valid), isSingle.mux(fit(first.result.x), fit(result.x)));
      }
      m.assert(`behind_${i}_has_room`, queue.in.valid.not().or(queue.in.ready), 'a result comes and there is no room');
      queue.out.ready.assign(io.pop.and(pop.has(i)));
      return { valid: queue.out.valid, x: queue.out.payload.resize(word.width) };
    });
    const valids = heads.map(({ valid }) => valid);
    const products = heads.map(({ x }) => x);
    io.results.valid.assign(pop.first.pick(valids).and(pop.second.pick(valids)));
    io.results.pair.assign([pop.first.pick(products), pop.second.pick(products)]);
    m.assert('pops_what_is_there', io.pop.not().or(io.results.valid));
    return io;
  },
  { doc: 'Queues that keep the lanes of TCore busy and its products in order.' },
);

/** Whose turn it is when two queues share lane 0. */
function turn(m: ModuleBuilder, name: string, isSingle: Bit, step: Bit, clear: Bit): Bit {
  const { [name]: bit } = m.regs({ [name]: Bool.init(0) });
  m.when(clear, () => bit!.next(0)).elsewhen(isSingle.and(step), () => bit!.next(bit!.not()));
  return bit!;
}

/** The two queues of the next pair; they move on by two with `step`. */
function places(m: ModuleBuilder, name: string, mode: Signal, step: Bit, clear: Bit) {
  const type = UInt(3);
  const { [name]: first } = m.regs({ [name]: type.init(0) });
  const count = mode.pick([m.lit(laneCount, type), m.lit(3, type), m.lit(2, type)]);
  const plus = (by: number): Signal => {
    const sum = first!.addWrap(by);
    return sum.ge(count).mux(sum.subWrap(count), sum);
  };
  const { [`${name}_second`]: second } = m.nets({ [`${name}_second`]: plus(1) });
  m.when(clear, () => first!.next(0)).elsewhen(step, () => first!.next(plus(2)));
  return { first: first!, second: second!, has: (queue: number): Bit => first!.eq(queue).or(second!.eq(queue)) };
}
