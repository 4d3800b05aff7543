// SPDX-License-Identifier: Apache-2.0
import { quantiseImage } from '../../../src/modules/exion/dit/quantise.ts';
import { ops } from '../../../src/modules/exion/isa.ts';
import { compileNetwork } from '../../../src/modules/exion/program/index.ts';
import { ExionTopParams, exionTopPresets } from '../../../src/modules/exion/top/top.params.ts';
import { exionTop } from '../../../src/modules/exion/top/top.ts';
import { openEngine } from '../../open.ts';
import { ExionHost, exionUnits, type TraceRecord } from '../../workloads/exion-host.ts';
import { loadSparseNetwork } from '../../workloads/exion-network.ts';
import type { Experiment } from '../experiment.ts';

const names: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(ops).map(([name, code]) => [code, name]),
);

export const predictionExposed: Experiment = {
  system: 'exion',
  number: 11,
  name: 'prediction-exposed',
  title: 'Units of the core over one transformer block, and the exposed part of prediction',
  published: 'not found',
  method:
    'First (dense) step of the recorded diffusion transformer on the whole design, preset tiny, embedded simulator; start and end of every command from the trace of the hardware. Exposed: cycles in which the prediction engine works and the array does not. The picture shows a quarter of the step: about one block.',
  async run({ data, progress }) {
    const params = ExionTopParams.parse({ ...exionTopPresets.tiny, traceDepth: 8192 });
    const { network, samples, settings } = loadSparseNetwork(data);
    const { cores, scratchWords, traceDepth: _depth, addressWidth: _address, maxBurst: _burst, ...core } = params;
    const noise = quantiseImage(network, samples.state(0, 0));
    const job = { label: samples.labels[0]!, noise, settings, steps: 1 };
    const program = compileNetwork(network, job, { params: core, scratchWords, cores });
    const engine = await openEngine(exionTop(params), { engine: 'embedded' });
    const host = new ExionHost(engine, params, { bytes: program.dram.slice(), latency: [20, 40] });
    progress(0.2, 'running');
    const { cycles, errors } = host.run(program.entry);
    if (errors.length > 0) throw new Error(`the design stopped: ${errors.join(', ')}`);
    const trace = host.trace();
    const lost = host.value('trace_lost') + Math.max(0, host.value('trace_count') - trace.length);
    engine.close();
    const blocks = network.shape.blocks;
    const busy = Object.fromEntries(exionUnits.map((unit) => [unit, busyCycles(trace, [unit])]));
    const exposed = busyCycles(trace, ['epre', 'sdue']) - busy['sdue']!;
    const percent = (part: number): string => `${((100 * part) / cycles).toFixed(1)} %`;
    const [from, to] = [cycles / 4, cycles / 2];
    return {
      columns: ['cycles', 'of the step', 'a block', 'share'],
      rows: [
        ...exionUnits.map((unit) => [
          `${unit} works`,
          busy[unit]!,
          Math.round(busy[unit]! / blocks),
          percent(busy[unit]!),
        ]),
        ['prediction exposed', exposed, Math.round(exposed / blocks), percent(exposed)],
        ['all', cycles, Math.round(cycles / blocks), percent(cycles)],
      ],
      findings: [
        { text: 'every command of the step is in the trace', holds: lost === 0 },
        {
          text: `of the cycles of prediction, ${((100 * exposed) / busy['epre']!).toFixed(1)} % are not hidden behind the array`,
          holds: null,
        },
      ],
      plot: {
        x: 'cycle',
        kind: 'timeline',
        spans: trace
          .filter((record) => record.end > from && record.start < to)
          .map(({ unit, op, start, end }) => ({ row: unit, from: start, to: end, series: names[op] ?? String(op) }))
          .sort((a, b) => order(a.row) - order(b.row)),
      },
    };
  },
};

const order = (unit: string): number => (exionUnits as readonly string[]).indexOf(unit);

/** Cycles in which at least one of the units carries out a command. */
function busyCycles(trace: readonly TraceRecord[], units: readonly string[]): number {
  const spans = trace.filter(({ unit }) => units.includes(unit)).sort((a, b) => a.start - b.start);
  let covered = 0;
  let reached = 0;
  for (const { start, end } of spans) {
    covered += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return covered;
}
