// SPDX-License-Identifier: Apache-2.0
import { block, Bool, input, output, sink, source, UInt } from '../../../../src/dsl/index.ts';
import type { Dut } from '../../../../sim/index.ts';
import { connect } from '../../../../src/modules/lib/connect.ts';
import { join } from '../../../../src/modules/lib/join.ts';
import { coordinateBits, PointEngineParams } from '../../../../src/modules/zkflex/ec/point-engine.params.ts';
import { coreParams, pointEngine } from '../../../../src/modules/zkflex/ec/point-engine.ts';
import { answerType, curveType, operationType } from '../../../../src/modules/zkflex/point.types.ts';
import { laneNames } from '../../../../src/modules/zkflex/tcore.types.ts';
import { configurePorts, laneModel } from '../lane-model.ts';

/** A point engine with what multiplies for it. */
export const engineBench = block('engine_bench', PointEngineParams, (m, p) => {
  const core = coreParams(p);
  const bits = coordinateBits(p);
  const io = m.ports({
    configure: configurePorts(core),
    curve: input(curveType(bits)),
    in: sink(operationType(bits, p.tagBits)),
    out: source(answerType(bits, p.tagBits)),
    busy: output(Bool),
    slot: output(UInt(5), 'lanes that take a product'),
  });
  const { engine, tcore } = m.instances({ engine: pointEngine(p), tcore: laneModel(core) });
  connect(io.configure, tcore.configure);
  connect(engine.lanes, tcore.lanes);
  m.drive(engine.curve, io.curve);
  engine.in.from(io.in);
  io.out.from(engine.out);
  const requests = laneNames.map((name) => tcore.lanes[name].request.valid.and(tcore.lanes[name].request.ready));
  io.slot.assign(join(engine.busy, requests));
  io.busy.assign(engine.busy.or(tcore.busy));
  return io;
});

export type EngineDut =
  ReturnType<typeof engineBench> extends { readonly interface?: infer I } ? Dut<Exclude<I, undefined>> : never;
