// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, sink, source, UInt } from '../../../../src/dsl/index.ts';
import type { Dut } from '../../../../sim/index.ts';
import { connect } from '../../../../src/modules/lib/connect.ts';
import { join } from '../../../../src/modules/lib/join.ts';
import { coordinateBits, PointEngineParams } from '../../../../src/modules/zkflex/ec/point-engine.params.ts';
import { coreParams, pointEngine } from '../../../../src/modules/zkflex/ec/point-engine.ts';
import { answerType, curveType, operationType } from '../../../../src/modules/zkflex/point.types.ts';
import { laneNames } from '../../../../src/modules/zkflex/tcore.types.ts';
import { addCore, configurePorts } from '../lane-model.ts';

const Params = PointEngineParams.safeExtend({ multiplier: z.enum(['model', 'tcore']).default('model') });
export type EngineBenchParams = z.input<typeof Params>;

/** A point engine with what multiplies for it. */
export const engineBench = block('engine_bench', Params, (m, { multiplier, ...p }) => {
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
  const { engine } = m.instances({ engine: pointEngine(p) });
  const lanes = addCore(m, 'core', multiplier, core, io.configure);
  connect(engine.lanes, lanes);
  m.drive(engine.curve, io.curve);
  engine.in.from(io.in);
  io.out.from(engine.out);
  const requests = laneNames.map((name) => engine.lanes[name].request.valid.and(lanes[name].request.ready));
  io.slot.assign(join(engine.busy, requests));
  io.busy.assign(engine.busy);
  return io;
});

export type EngineDut =
  ReturnType<typeof engineBench> extends { readonly interface?: infer I } ? Dut<Exclude<I, undefined>> : never;
