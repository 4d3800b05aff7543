// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, sink, source, UInt } from '../../../dsl/index.ts';
import { connect } from '../../lib/connect.ts';
import { bitsOf } from '../../lib/stream-lists.ts';
import { pointEngine } from '../ec/point-engine.ts';
import { msmTagBits } from '../msm/msm.params.ts';
import { nttNode } from '../ntt/node.ts';
import { nttPorts } from '../ntt/ntt.types.ts';
import { answerType, curveType, operationType } from '../point.types.ts';
import { tcore } from '../tcore/tcore.ts';
import { laneNames } from '../tcore.types.ts';
import { laneSwitch } from './lane-switch.ts';
import { laneTag, msmParamsOf, nttParamsOf, tcoreParamsOf, ZkFlexParams } from './zkflex.params.ts';

/**
 * A node: a TCore with the transform node and the point engine that take turns with its lanes. `adding` gives the lanes to the point engine; it changes only
 * while nothing is in flight.
 */
export const zkflexNode = block(
  'zkflex_node',
  ZkFlexParams,
  (m, p) => {
    const ntt = nttParamsOf(p);
    const bits = p.limb * p.limbs;
    const tagBits = msmTagBits(msmParamsOf(p));
    const core = tcoreParamsOf(p);
    const { lanes: _lanes, field: _field, clear: _clear, unreduced: _unreduced, ...transforms } = nttPorts(ntt);
    const word = input(UInt(bits));
    const io = m.ports({
      adding: input(Bool, 'the lanes belong to the point engine'),
      configure: { load: input(Bool), mode: input(UInt(2)), modulus: word, inverse: word },
      clear: input(Bool),
      error: output(Bool, 'the TCore has refused a configuration'),
      unreduced: output(
        Bool,
        'a word that was read, or an operand of a product, was not below the modulus, until clear',
      ),
      curve: input(curveType(bits)),
      twoAdicity: input(UInt(6)),
      vector: transforms,
      points: {
        request: sink(operationType(bits, tagBits)),
        answer: source(answerType(bits, tagBits)),
        busy: output(Bool),
      },
      slot: output(Bool, 'the lanes take products in this cycle'),
      results: output(UInt(laneNames.length), 'lanes whose product is ready'),
    });
    const { cells, transform, engine, lanes } = m.instances({
      cells: tcore(core),
      transform: nttNode(ntt),
      engine: pointEngine({ limb: p.limb, pipeline: p.pipeline, laneTag, limbs: p.limbs, tagBits }),
      lanes: laneSwitch(core),
    });
    const { configure } = cells;
    configure.load.assign(io.configure.load);
    configure.mode.assign(io.configure.mode);
    configure.modulus.assign(io.configure.modulus.resize(6 * p.limb));
    configure.inverse.assign(io.configure.inverse.resize(6 * p.limb));
    configure.product.assign(0);
    cells.clear.assign(io.clear);
    io.error.assign(cells.error.orR());
    transform.clear.assign(io.clear);
    io.unreduced.assign(cells.unreduced.or(transform.unreduced));
    connect(io.vector, transform);
    transform.field.mode.assign(io.curve.mode);
    transform.field.modulus.assign(io.curve.modulus);
    transform.field.twoAdicity.assign(io.twoAdicity);
    engine.in.from(io.points.request);
    io.points.answer.from(engine.out);
    io.points.busy.assign(engine.busy);
    m.drive(engine.curve, io.curve);
    lanes.second.assign(io.adding);
    connect(lanes.units[0], transform.lanes);
    connect(lanes.units[1], engine.lanes);
    connect(lanes.tcore, cells.lanes);
    io.slot.assign(cells.slot);
    io.results.assign(bitsOf(laneNames.map((name) => cells.lanes[name].result.valid)));
    return io;
  },
  { doc: 'ZK-Flex node: TCore, transform node and point engine.' },
);
