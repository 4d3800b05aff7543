// SPDX-License-Identifier: Apache-2.0
import { block, pack, sink, source, UInt, unpack, widthOf } from '../../../dsl/index.ts';
import { streamArbiter } from '../../lib/stream-arbiter.ts';
import { clog2 } from '../../lib/widths.ts';
import { answerType, operationType } from '../point.types.ts';
import { coordinateBits, MsmParams, msmTagBits } from './msm.params.ts';
import { enginePorts } from './msm.types.ts';

/**
 * Spreads operations over the point engines, in turn, and merges their answers, round robin. No register on the way; an engine that takes nothing holds back
 * the others, which are alike and so full as well.
 */
export const engineShare = block(
  'engine_share',
  MsmParams,
  (m, p) => {
    const bits = coordinateBits(p);
    const answer = answerType(bits, msmTagBits(p));
    const io = m.ports({
      in: sink(operationType(bits, msmTagBits(p))),
      out: source(answer),
      engine: enginePorts(p),
    });
    const engines = Object.values(io.engine);
    const { turn } = m.regs({ turn: UInt(clog2(p.engines)).init(0) });
    const { merge } = m.instances({ merge: streamArbiter({ width: widthOf(answer), inputs: p.engines }) });
    engines.forEach(({ request, answer: from }, i) => {
      request.offer(p.engines === 1 ? io.in.valid : io.in.valid.and(turn.eq(i)), io.in.payload);
      const into = merge.in[String(i)]!;
      into.offer(from.valid, { data: pack(from.payload), last: m.lit(0, UInt(0)) });
      from.ready.assign(into.ready);
    });
    io.in.ready.assign(turn.pick(engines.map(({ request }) => request.ready)));
    m.when(io.in.fire, () => turn.next(p.engines === 1 ? turn : turn.eq(p.engines - 1).mux(0, turn.addWrap(1))));
    io.out.offer(merge.out.valid, unpack(merge.out.payload.data, answer));
    merge.out.ready.assign(io.out.ready);
    return io;
  },
  { doc: 'Several point engines as one.' },
);
