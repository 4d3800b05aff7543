// SPDX-License-Identifier: Apache-2.0
import { type ModuleBuilder, type Signal, UInt, type View } from '../../../dsl/index.ts';
import type { entryWriteType, laneModeType, serialStepType } from './cfse.types.ts';
import { expTable } from './exp-table.ts';
import type { Flight } from './flight.ts';
import { lane } from './lane.ts';
import type { Plan, sfuCommandType } from './plan.ts';

interface Shared {
  readonly plan: Plan;
  readonly command: View<typeof sfuCommandType>;
  readonly pass: Signal;
  readonly flight: Flight;
  readonly step: View<typeof serialStepType>;
  readonly entry: View<typeof entryWriteType>;
  /** A command begins. */
  readonly clear: Signal;
  readonly offset: Signal;
  /** Gain and offset again, delayed to the stages that need them. */
  readonly gain: Signal;
  readonly lateGain: Signal;
  readonly lateOffset: Signal;
}

/** Operands of a row, in stage 0. */
interface RowOperands {
  readonly stored: Signal;
  readonly loaded: Signal;
  readonly b: Signal;
  readonly p: Signal;
  readonly kept: Signal;
}

interface RowResults {
  readonly result: Signal;
  readonly mark: Signal;
  readonly beyond: Signal;
}

/** The rows of the unit: a lane each, and a table of the exponential for every two. */
export function describeLanes(m: ModuleBuilder, size: number, shared: Shared, operands: (row: number) => RowOperands) {
  const { plan, command, flight } = shared;
  const mode = describeMode(m, plan, shared.pass);
  const rows = Array.from({ length: size }, (_, i) => i);
  // A row that is dead may hold anything: with `live` it reports no overflow.
  const { all_count } = m.nets({ all_count: command.live.eq(0) });
  const lanes = Object.values(m.instances(Object.fromEntries(rows.map((i) => [`lane_${i}`, lane({})]))));
  const pairs = rows.slice(0, size / 2);
  const tables = Object.values(m.instances(Object.fromEntries(pairs.map((i) => [`exp_${i}`, expTable({})]))));
  return lanes.map((row, i): RowResults => {
    m.drive(row.mode, mode);
    m.drive(row.step, shared.step);
    m.drive(row.entry, shared.entry);
    m.drive(row.take, {
      largest: flight.take_largest,
      total: flight.take_total,
      square: flight.take_square,
      exponential: flight.take_exponential,
    });
    row.counts.assign(all_count.or(command.live.gt(i)));
    row.shift.assign(command.shift);
    row.keep.assign(command.keep);
    row.limit.assign(command.limit.asSInt());
    row.length.assign(command.n.low(13));
    const { stored, loaded, b, p, kept } = operands(i);
    row.stored.assign(stored);
    row.loaded.assign(loaded);
    row.b.assign(b);
    row.p.assign(p);
    row.kept.assign(kept);
    row.offset.assign(shared.offset);
    row.gain.assign(shared.gain);
    row.late_gain.assign(shared.lateGain);
    row.late_offset.assign(shared.lateOffset);
    row.clear.assign(shared.clear);
    const exp = tables[i >> 1]!;
    exp.address.at(i & 1).assign(row.exp.address);
    row.exp.data.assign(exp.data.at(i & 1));
    return { result: row.result, mark: row.mark, beyond: row.beyond };
  });
}

/** What the lanes do. */
function describeMode(m: ModuleBuilder, plan: Plan, pass: Signal): View<typeof laneModeType> {
  const { left } = m.nets({
    left: plan.softmax.mux(m.lit(3, UInt(2)), plan.psub.mux(m.lit(2, UInt(2)), plan.plain.resize(2))),
  });
  const { statistics } = m.nets({ statistics: plan.norm.and(pass.eq(0)) });
  const { from_scratch, add, axpy, norm, softmax, plain, gelu, mask_in } = plan;
  const subtract = plan.softmax.or(plan.psub);
  return { from_scratch, left, subtract, add, axpy, norm, statistics, softmax, plain, gelu, mask_in };
}
