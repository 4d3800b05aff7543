// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { elaborate } from '../../src/dsl/index.ts';
import { UsageError } from '../../src/gen/errors.ts';
import { comparisonPng, imageOf, psnr } from '../../src/modules/exion/dit/images.ts';
import { dequantiseImage, quantiseImage } from '../../src/modules/exion/dit/quantise.ts';
import type { QuantisedNetwork, SparsitySettings } from '../../src/modules/exion/dit/quantised.types.ts';
import { denoise, exactSettings } from '../../src/modules/exion/golden/denoise.ts';
import { CompileError, compileNetwork, type NetworkProgram } from '../../src/modules/exion/program/index.ts';
import { exionTop } from '../../src/modules/exion/top/top.ts';
import type { ExionTopParams } from '../../src/modules/exion/top/top.params.ts';
import { openEngine } from '../open.ts';
import { ExionHost, exionUnits, type RunEnd } from './exion-host.ts';
import { loadSparseNetwork } from './exion-network.ts';
import type { Workload, WorkloadContext, WorkloadReport, WorkloadTable } from './workload.ts';

/** Cycles between two looks at the iteration register. */
const interval = 64;

/** The denoising loop of a trained diffusion transformer on the whole design, compared with the golden model. */
export const exionDenoise: Workload = {
  design: 'exion',
  name: 'denoise',
  doc: 'Denoising loop of a trained diffusion transformer; every value of every block and step compared. --limit: images. --steps: the first period, 0..4, unless said. --set mapBuffers=3..128: control maps of FFN masks are kept.',
  run,
};

interface Loop {
  readonly network: QuantisedNetwork;
  readonly settings: SparsitySettings;
  readonly label: number;
  /** Image state before the first step. */
  readonly start: Int16Array;
  readonly first: number;
  readonly last: number;
}

async function run(context: WorkloadContext): Promise<WorkloadReport> {
  const params = context.params as ExionTopParams;
  const { network, settings, loops } = prepare(context);
  const design = elaborate(exionTop(params));
  const engine = await openEngine(design, { engine: context.engine, traced: context.wave !== null });
  const started = performance.now();
  const results: LoopResult[] = [];
  try {
    if (context.wave !== null) engine.waveOn(context.wave);
    for (const [i, loop] of loops.entries()) {
      const program = compiled(loop, params);
      const bytes = program.dram.slice();
      const host = new ExionHost(engine, params, { bytes, latency: [20, 40], seed: 1 });
      const marks = follow(host, program, loop, (step) =>
        context.progress((i + (step - loop.first) / (loop.last - loop.first)) / loops.length, `step ${step}`),
      );
      results.push({
        loop,
        ...marks,
        ...compare(loop, program, bytes),
        units: unitTable(host, params.cores, marks.end),
      });
    }
    const seconds = (performance.now() - started) / 1000;
    return report(context, network, settings, results, engine.cycle, seconds);
  } finally {
    engine.close();
  }
}

function prepare(context: WorkloadContext) {
  const { network, samples, settings } = loadSparseNetwork(context.data);
  const period = settings.sparseIterations + 1;
  const [first, last] = context.steps ?? [0, Math.min(period, network.shape.steps)];
  if (last > network.shape.steps) {
    throw new UsageError(`--steps ends at ${last}: the loop has ${network.shape.steps} steps.`, 'End within the loop.');
  }
  if (first % period !== 0) {
    throw new UsageError(`--steps begins at ${first}, which is a sparse step.`, `Begin at a multiple of ${period}.`);
  }
  const images = Array.from({ length: Math.min(context.limit ?? 1, samples.labels.length) }, (_, image) => image);
  const loops = images.map((image): Loop => {
    const label = samples.labels[image]!;
    const noise = quantiseImage(network, samples.state(0, image));
    const start = first === 0 ? noise : denoise(network, label, noise, settings, { steps: first });
    return { network, settings, label, start, first, last };
  });
  return { network, settings, loops };
}

function compiled({ network, settings, label, start, last }: Loop, params: ExionTopParams): NetworkProgram {
  const { cores, scratchWords, traceDepth: _, addressWidth: _a, maxBurst: _m, ...core } = params;
  try {
    const job = { label, noise: start, settings, steps: last, record: true };
    return compileNetwork(network, job, { params: core, scratchWords, cores });
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    throw new UsageError(error.message, 'Give the design more with --set, or take another preset.');
  }
}

interface Marks {
  readonly end: RunEnd;
  /** Cycle in which each step began, and that of the end. */
  readonly began: readonly number[];
}

/** Runs the program and notes when each step begins. */
function follow(
  host: ExionHost,
  { entry }: NetworkProgram,
  { first, last }: Loop,
  progress: (step: number) => void,
): Marks {
  host.start(entry, first);
  const began = [0];
  for (let step = first; !host.interrupt;) {
    host.loop.step(interval);
    const now = host.value('iteration');
    for (; step < now && now < last; step++) began.push(host.value('cycles'));
    progress(step);
  }
  const end = host.finish();
  if (end.errors.length > 0) {
    throw new Error(`the design stopped at command ${end.failed ?? 'unknown'}: ${end.errors.join(', ')}`);
  }
  return { end, began: [...began, end.cycles] };
}

interface Comparison {
  readonly compared: number;
  readonly difference: string | null;
  readonly image: Int16Array;
}
type LoopResult = Marks & Comparison & { readonly loop: Loop; readonly units: WorkloadTable['rows'] };

/** Every residual stream and image that the program has recorded against the golden model. */
function compare(
  { network, settings, label, start, first, last }: Loop,
  program: NetworkProgram,
  dram: Uint8Array,
): Comparison {
  let compared = 0;
  let difference: string | null = null;
  const check = (what: string, ours: Int16Array, golden: Int16Array): void => {
    compared += golden.length;
    const at = golden.findIndex((value, i) => value !== ours[i]);
    if (at >= 0) difference ??= `${what}, element ${at}: ${ours[at]}, expected ${golden[at]}`;
  };
  const records = Array.from({ length: last - first }, (_, i) => program.recordOf(dram, first + i));
  const image = denoise(network, label, start, settings, {
    first,
    steps: last - first,
    observer: {
      block({ step, block }, { afterFfn }) {
        check(`step ${step}, block ${block}, residual stream`, records[step - first]!.streams[block]!, afterFfn);
      },
      image({ step }, tensors) {
        check(`step ${step}, image`, records[step - first]!.image, tensors.image);
      },
    },
  });
  check('the result', program.imageOf(dram), image);
  return { compared, difference, image: program.imageOf(dram) };
}

function unitTable(host: ExionHost, cores: number, { cycles }: RunEnd): WorkloadTable['rows'] {
  const share = (part: number): string => `${((100 * part) / cycles).toFixed(1)} %`;
  return exionUnits.flatMap((unit) =>
    Array.from({ length: unit === 'dma' ? 1 : cores }, (_, core) => {
      const { busy, stalled } = host.counters(unit, core);
      const name = cores > 1 && unit !== 'dma' ? `${unit} ${core}` : unit;
      return [name, busy, share(busy), stalled, cycles - busy];
    }),
  );
}

function report(
  { out }: WorkloadContext,
  network: QuantisedNetwork,
  settings: SparsitySettings,
  results: readonly LoopResult[],
  cycles: number,
  seconds: number,
): WorkloadReport {
  const period = settings.sparseIterations + 1;
  const { first } = results[0]!.loop;
  const steps = results[0]!.began.slice(1).map((end, i) => end - results[0]!.began[i]!);
  const dense = steps[0]!;
  const pictures = results.map(({ loop, image }) => {
    const exact = denoise(network, loop.label, loop.start, exactSettings(network), {
      first: loop.first,
      steps: loop.last - loop.first,
    });
    return { dense: dequantiseImage(network, exact), sparse: dequantiseImage(network, image), label: loop.label };
  });
  if (out !== null) {
    const { pixels } = network.shape;
    mkdirSync(out, { recursive: true });
    const pairs = pictures.map((pair) => ({
      dense: imageOf(pair.dense, pixels),
      sparse: imageOf(pair.sparse, pixels),
    }));
    writeFileSync(join(out, 'denoise.png'), comparisonPng(pairs));
  }
  const difference = results.find((each) => each.difference !== null);
  return {
    ok: difference === undefined,
    difference: difference?.difference ?? null,
    compared: results.reduce((sum, each) => sum + each.compared, 0),
    cycles,
    seconds,
    tables: [
      {
        title: `${network.name}: cycles of each step`,
        head: ['step', 'kind', 'cycles', 'of the dense step'],
        rows: steps.map((each, i) => [
          first + i,
          i % period === 0 ? 'dense' : 'sparse',
          each,
          (each / dense).toFixed(3),
        ]),
      },
      {
        title: 'Units, from the counters of the hardware',
        head: ['unit', 'busy', 'of all cycles', 'stalled', 'idle'],
        rows: results[0]!.units,
      },
      {
        title: `Images after step ${results[0]!.loop.last}: nothing left out beside sparse${out === null ? ' (--out writes them)' : `, ${join(out, 'denoise.png')}`}`,
        head: ['image', 'label', 'PSNR, dB'],
        rows: pictures.map((each, i) => [i, each.label, psnr(each.sparse, each.dense).toFixed(1)]),
      },
    ],
  };
}
