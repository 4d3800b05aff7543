// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../src/dsl/index.ts';
import { conMerge } from '../../src/modules/exion/conmerge.ts';
import { conMergeOf } from '../../src/modules/exion/cau/cau.types.ts';
import { ConMergeParams } from '../../src/modules/exion/conmerge.params.ts';
import type { ExionCoreParams } from '../../src/modules/exion/core.params.ts';
import { ffnMaskWork } from '../../src/modules/exion/ffn-masks.ts';
import { allOn, type UnitModes } from '../../src/modules/exion/stream-items.ts';
import type { FfnTrace } from '../../src/modules/exion/trace.ts';
import { openEngine } from '../open.ts';
import { type FfnMaskRow, runFfnMasks } from './ffn-masks.ts';
import { loadRecordedFfn } from './recorded.ts';
import type { Workload, WorkloadContext, WorkloadReport } from './workload.ts';

/** Shares of reused activations, as in the paper's range of first-layer output sparsity. */
const sparsities = [0.7, 0.8, 0.9, 0.95, 0.97];

/** The three columns of the table of paper 3.3, as switches of the compactor's command. */
const variants: readonly (readonly [name: string, modes: UnitModes])[] = [
  ['condense', { ...allOn, merge: false }],
  ['no cv', { ...allOn, relocate: false }],
  ['cv', allOn],
];

/** FFN-Reuse masks of a recorded diffusion transformer through the compactor; every control word against the golden model. */
export const exionFfnMasks: Workload = {
  design: 'exion',
  name: 'ffn-masks',
  doc: 'Masks of recorded FFN activations through ConMerge, every control word compared. --limit: denoising steps.',
  run: runWorkload,
};

async function runWorkload(context: WorkloadContext): Promise<WorkloadReport> {
  const trace = loadRecordedFfn(context.data);
  const params = ConMergeParams.parse(conMergeOf(context.params as ExionCoreParams));
  const steps = Array.from(
    { length: Math.min(context.limit ?? trace.steps, trace.steps) },
    (_, i) => trace.firstStep + i,
  );
  const engine = await openEngine(elaborate(conMerge(params)), {
    engine: context.engine,
    traced: context.wave !== null,
  });
  const started = performance.now();
  try {
    if (context.wave !== null) engine.waveOn(context.wave);
    const runs = sparsities.flatMap((sparsity) => variants.map(([name, modes]) => ({ sparsity, name, modes })));
    const results = runs.map(({ sparsity, name, modes }, i) => {
      const work = ffnMaskWork(trace, params, { steps, sparsity, modes });
      const rows = runFfnMasks(engine, params, work, (done, total) => {
        context.progress((i + done / total) / runs.length, `${Math.round(sparsity * 100)} % ${name}`);
      });
      return { sparsity, name, rows };
    });
    const seconds = (performance.now() - started) / 1000;
    return reportOf(trace, results, engine.cycle, seconds);
  } finally {
    engine.close();
  }
}

interface Result {
  readonly sparsity: number;
  readonly name: string;
  readonly rows: readonly FfnMaskRow[];
}

function reportOf(trace: FfnTrace, results: readonly Result[], cycles: number, seconds: number): WorkloadReport {
  const sum = (rows: readonly FfnMaskRow[], of: (row: FfnMaskRow) => number): number =>
    rows.reduce((all, row) => all + of(row), 0);
  const bad = results.flatMap(({ sparsity, name, rows }) =>
    rows.filter((row) => !row.equal).map((row) => ({ sparsity, name, row })),
  )[0];
  const rows = sparsities.map((sparsity) => {
    const of = (name: string): readonly FfnMaskRow[] =>
      results.find((r) => r.sparsity === sparsity && r.name === name)!.rows;
    const ratio = (name: string): string =>
      (sum(of(name), (r) => r.blocks) / sum(of(name), (r) => r.denseBlocks)).toFixed(3);
    const cv = of('cv');
    const real = sum(cv, (r) => r.sparsity) / cv.length;
    const perBlock = sum(cv, (r) => r.counters.cycles_cvg) / sum(cv, (r) => r.blocks);
    const target = `${Math.round(sparsity * 100)} %`;
    return [target, `${(real * 100).toFixed(1)} %`, ...variants.map(([name]) => ratio(name)), perBlock.toFixed(1)];
  });
  const where = bad && `step ${bad.row.step}, block ${bad.row.block}, ${Math.round(bad.sparsity * 100)} % ${bad.name}`;
  return {
    ok: bad === undefined,
    difference: where ?? null,
    compared: results.reduce((all, { rows: of }) => all + sum(of, (row) => row.blocks), 0),
    cycles,
    seconds,
    tables: [
      {
        title: `${trace.name}: blocks executed / dense blocks, ${trace.blocks} layers`,
        head: ['sparsity', 'of the masks', 'condense', 'merge, no cv', 'merge with cv', 'CVG cycles/block'],
        rows,
      },
    ],
  };
}
