// SPDX-License-Identifier: Apache-2.0
import { block, Bool, flip, input } from '../../../dsl/index.ts';
import { TCoreParams } from '../tcore.params.ts';
import { laneClient, laneNames } from '../tcore.types.ts';

/**
 * Lets two units take turns with the lanes of a TCore: with `second` up the lanes belong to the second one. `second` changes only while nothing is in
 * flight. Requests and results pass without a register.
 */
export const laneSwitch = block(
  'lane_switch',
  TCoreParams,
  (m, p) => {
    const io = m.ports({
      second: input(Bool, 'the lanes belong to the second unit'),
      units: { 0: flip(laneClient(p)), 1: flip(laneClient(p)) },
      tcore: laneClient(p),
    });
    const first = io.second.not();
    for (const name of laneNames) {
      const [lane, a, b] = [io.tcore[name], io.units[0][name], io.units[1][name]];
      lane.request.valid.assign(io.second.mux(b.request.valid, a.request.valid));
      for (const field of ['a', 'b', 'tag'] as const) {
        lane.request.payload[field].assign(io.second.mux(b.request.payload[field], a.request.payload[field]));
      }
      a.request.ready.assign(lane.request.ready.and(first));
      b.request.ready.assign(lane.request.ready.and(io.second));
      a.result.valid.assign(lane.result.valid.and(first));
      b.result.valid.assign(lane.result.valid.and(io.second));
      for (const unit of [a, b]) {
        unit.result.x.assign(lane.result.x);
        unit.result.tag.assign(lane.result.tag);
      }
    }
    return io;
  },
  { doc: 'Two units take turns with the lanes of a TCore.' },
);
