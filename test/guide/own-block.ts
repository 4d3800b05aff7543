// SPDX-License-Identifier: Apache-2.0
import { openEngine } from '../../sim/index.ts';
import { ExionHost } from '../../sim/workloads/exion-host.ts';
import { elaborate } from '../../src/dsl/index.ts';
import { compileBlock, type TransformerBlockJob } from '../../src/modules/exion/program/index.ts';
import { exionTop } from '../../src/modules/exion/top/top.ts';
import { ExionTopParams, exionTopPresets } from '../../src/modules/exion/top/top.params.ts';

/** Runs a transformer block on the whole design, once for each input: what it leaves, and the cycles of the hardware's own counter. */
export async function runBlock(job: TransformerBlockJob) {
  const params = ExionTopParams.parse(exionTopPresets.tiny);
  const { cores, scratchWords } = params;
  const program = compileBlock(job, { params, scratchWords, cores });
  const bytes = program.dram.slice();
  const engine = await openEngine(elaborate(exionTop(params)), { engine: 'embedded' });
  try {
    const host = new ExionHost(engine, params, { bytes, latency: [20, 40] });
    host.start(program.entry);
    const { cycles, errors } = host.finish();
    return { outputs: program.outputsOf(bytes), cycles, errors };
  } finally {
    engine.close();
  }
}
