// SPDX-License-Identifier: Apache-2.0
import type { BlockConditioning, QuantisedBlock } from '../../dit/quantised.types.ts';
import { sfuKinds } from '../../isa.ts';
import { range } from '../pack.ts';
import { constantOver, constantSection, stepSection } from '../param-section.ts';
import { placeOf } from '../plan.ts';
import { attend } from './attention.ts';
import { type Context, headColumns, made, type StagedParams, stageParams } from './context.ts';
import { ffn1, ffn2 } from './ffn.ts';
import { normalise } from './normalise.ts';
import { keepKeys, type KeepRules, predict } from './predict.ts';
import { projectDense } from './project.ts';
import { projectHeads, projectRows } from './query-key.ts';

export interface BlockJob {
  readonly name: string;
  readonly block: QuantisedBlock;
  /** One a step. */
  readonly conditioning: readonly BlockConditioning[];
  readonly rules: KeepRules;
  /** Number among the blocks that keep masks and P, and theta; null: FFN dense in every iteration. */
  readonly index: number;
  readonly theta: number | null;
}

/** One transformer block (paper 4, "One transformer block"): x -> x in the scratchpad. */
export function emitBlock(ctx: Context, job: BlockJob): void {
  const { plan } = ctx;
  const { name, block, conditioning } = job;
  const { size } = plan.target.params;
  const [width, ffn, heads] = [range(0, plan.width, plan.granule), range(0, plan.ffn, plan.granule), headColumns(plan)];
  const constant = constantSection(block, size, heads, ffn);
  const sections = conditioning.map((each) => stepSection(each, size, width));
  const series = ctx.dram.putSeries(
    `${name}.steps`,
    sections.map((section) => section.bytes()),
  );
  const [fixed, varying] = stageParams(ctx, name, [
    { section: constant, dram: ctx.dram.put(`${name}.params`, constant.bytes()) },
    { section: sections[0]!, ...series },
  ]) as [StagedParams, StagedParams];
  const same = <K extends 'norm1' | 'gate1' | 'norm2' | 'gate2'>(which: K) => conditioning.map((each) => each[which]);

  const norm1 = constantOver(`${name}.norm1`, same('norm1'), 'epsilon', 'shift');
  normalise(ctx, `${name}.xn1`, { staged: varying, name: 'norm1' }, norm1);
  projectHeads(ctx, name, 'value', block.value, fixed);
  predict(ctx, name, block);
  // RK of one core does not know which keys the rows of another need.
  if (plan.target.cores > 1) projectHeads(ctx, name, 'key', block.key, fixed);
  // Head by head, so that the keys of one can be chosen while another is at work.
  for (let head = 0; head < plan.heads; head++) {
    keepKeys(ctx, name, block, head, job.rules);
    projectRows(ctx, name, 'query', block.query, fixed, head);
    if (plan.target.cores === 1) projectRows(ctx, name, 'key', block.key, fixed, head);
    attend(ctx, name, block, fixed, head);
  }
  project(ctx, job, varying);

  const norm2 = constantOver(`${name}.norm2`, same('norm2'), 'epsilon', 'shift');
  normalise(ctx, `${name}.xn2`, { staged: varying, name: 'norm2' }, norm2);
  const rule = { name, block: job.index, theta: job.theta };
  ffn1(ctx, rule, block, fixed);
  const { keep, shift } = constantOver(`${name}.gate2`, same('gate2'), 'keep', 'shift');
  ffn2(ctx, rule, block, varying, { keep, shift });
}

/** Output projection of attention and residual. */
function project(ctx: Context, { name, block, conditioning }: BlockJob, staged: StagedParams): void {
  const { plan, layout, emitter } = ctx;
  const what = `${name}.projection`;
  const { keep, shift } = constantOver(
    `${name}.gate1`,
    conditioning.map(({ gate1 }) => gate1),
    'keep',
    'shift',
  );
  const job = {
    what,
    weights: block.projection,
    outputs: range(0, plan.width, plan.granule),
    inputs: headColumns(plan),
    unit: plan.granule,
    params: { staged, name: 'gate1' },
  };
  projectDense(
    ctx,
    job,
    (tile) => layout.tiles[tile]!.mix,
    (tile, { first, columns, param }, srcA) => {
      const n = Math.min(columns, plan.width - first);
      const x = layout.tiles[tile]!.x + first / 2;
      emitter.emit(
        'SFU',
        { kind: sfuKinds.AXPY, ...placeOf(plan, tile), n, srcA, srcB: x, dst: x, param, keep, shift },
        `${what}, tile ${tile}`,
        [made(`${name}.afterAttention`, tile, 'scratch', 16, x, n, first)],
      );
    },
  );
}
