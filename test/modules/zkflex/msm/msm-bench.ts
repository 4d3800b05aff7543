// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { block, Bool, input, output, pack, sink, source, UInt, unpack, widthOf } from '../../../../src/dsl/index.ts';
import { connect } from '../../../../src/modules/lib/connect.ts';
import { streamFifo } from '../../../../src/modules/lib/stream-fifo.ts';
import { PointEngineParams } from '../../../../src/modules/zkflex/ec/point-engine.params.ts';
import { coreParams, pointEngine } from '../../../../src/modules/zkflex/ec/point-engine.ts';
import { coordinateBits, MsmParams, msmTagBits } from '../../../../src/modules/zkflex/msm/msm.params.ts';
import { msm } from '../../../../src/modules/zkflex/msm/msm.ts';
import { basePointType, bucketItemType, msmCommandType } from '../../../../src/modules/zkflex/msm/msm.types.ts';
import { curveType, pointType } from '../../../../src/modules/zkflex/point.types.ts';
import { addCore, configurePorts } from '../lane-model.ts';

const Params = MsmParams.extend({
  pipeline: PointEngineParams.shape.pipeline,
  multiplier: z.enum(['model', 'tcore']).default('model'),
});
export type MsmBenchParams = z.input<typeof Params>;

/** MSM with its point engines, each with what multiplies for it, and a memory for what is spilled. */
export const msmBench = block('msm_bench', Params, (m, { pipeline, multiplier, ...p }) => {
  const bits = coordinateBits(p);
  const engineParams = PointEngineParams.parse({ limb: p.limb, limbs: p.limbs, pipeline, tagBits: msmTagBits(p) });
  const core = coreParams(engineParams);
  const io = m.ports({
    configure: configurePorts(core),
    curve: input(curveType(bits)),
    command: sink(msmCommandType(p)),
    points: sink(basePointType(p)),
    scalars: sink(UInt(bits)),
    result: source(pointType(bits)),
    busy: output(Bool),
    error: output(UInt(2)),
    clear: input(Bool),
    spills: output(UInt(32), 'items that were spilled'),
    additions: output(UInt(32), 'operations of the engines'),
  });
  const item = bucketItemType(p);
  const { unit, spilled } = m.instances({
    unit: msm(p),
    spilled: streamFifo({ width: widthOf(item), depth: 4096 }),
  });
  const { command, points, scalars, result, clear, curve } = io;
  unit.command.from(command);
  unit.points.from(points);
  unit.scalars.from(scalars);
  result.from(unit.result);
  unit.clear.assign(clear);
  m.drive(unit.curve, curve);
  io.busy.assign(unit.busy);
  io.error.assign(unit.error);
  spilled.in.offer(unit.spill.valid, pack(unit.spill.payload));
  unit.spill.ready.assign(spilled.in.ready);
  unit.refill.offer(spilled.out.valid, unpack(spilled.out.payload, item));
  spilled.out.ready.assign(unit.refill.ready);

  const { left, added } = m.regs({ left: UInt(32).init(0), added: UInt(32).init(0) });
  m.when(spilled.in.valid.and(spilled.in.ready), () => left.next(left.addWrap(1)));
  io.spills.assign(left);
  const begun = Object.entries(unit.engine).map(([i, port]) => {
    const { [`engine_${i}`]: engine } = m.instances({ [`engine_${i}`]: pointEngine(engineParams) });
    connect(engine!.lanes, addCore(m, `core_${i}`, multiplier, core, io.configure));
    m.drive(engine!.curve, curve);
    engine!.in.from(port.request);
    port.answer.from(engine!.out);
    return port.request.valid.and(engine!.in.ready).resize(32);
  });
  added.next(begun.reduce((sum, one) => sum.addWrap(one), added));
  io.additions.assign(added);
  return io;
});
