// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, hashOf } from '../../src/gen/tools/cache.ts';
import { toolIdentity } from '../../src/gen/tools/programs.ts';
import { isHeader, type ModelSource } from '../source.ts';
import { needTool, run } from '../verilator/tools.ts';
import { renderBench } from './bench.ts';

const MODEL = 'model.vvp';

/** Compiles a model for vvp, or finds it in the cache; gives the path of vvp's program. */
export async function buildIcarus(
  source: ModelSource,
  defines: Readonly<Record<string, string>> = {},
): Promise<string> {
  const iverilog = needTool('iverilog', 'iverilog', 'the Icarus engine');
  const bench = renderBench(source);
  const macros = Object.entries({ KILN_ASSERT: '1', ...defines }).map(([name, text]) => `-D${name}=${text}`);
  const standard = source.files.some((file) => /\.svh?$/.test(file.name)) ? '-g2012' : '-g2005';
  const flags = [standard, '-s', 'kiln_bench', ...macros];
  const texts = source.files.flatMap((file) => [file.name, file.text]);
  const key = `icarus-${hashOf([toolIdentity(iverilog), ...flags, bench, ...texts])}`;
  const folder = await cached(key, async (work) => {
    const scratch = join(work, 'scratch');
    mkdirSync(scratch);
    for (const file of source.files) writeFileSync(join(scratch, file.name), file.text);
    writeFileSync(join(scratch, 'kiln_bench.v'), bench);
    const compiled = source.files.filter((file) => !isHeader(file)).map((file) => file.name);
    await run(iverilog, [...flags, '-I', '.', '-o', MODEL, ...compiled, 'kiln_bench.v'], scratch);
    renameSync(join(scratch, MODEL), join(work, MODEL));
    rmSync(scratch, { recursive: true, force: true });
  });
  return join(folder, MODEL);
}
