// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { ModelSource } from '../source.ts';

const TEMPLATE = new URL('./bench.v.hbs', import.meta.url);
let template: HandlebarsTemplateDelegate | null = null;

/** Where the design stands below the test bench. */
export const BENCH_PATH = 'kiln_bench.dut';

/** The Verilog test bench of a model: port values lie in `in` and in the rows it writes as they do in an engine's `io`. */
export function renderBench({ layout, top, files }: ModelSource): string {
  template ??= Handlebars.compile(readFileSync(TEMPLATE, 'utf8'), { noEscape: true });
  const { ports, domains, inputWords, outputWords } = layout;
  const outputs: string[] = [];
  // One wire a port, put side by side only when a row is written: a change of one output must not move the whole row.
  const row: string[] = outputWords === 0 ? ["32'd0"] : [];
  const connections = domains.map((domain, i) => `.${domain.clock} (clocks[${i}])`);
  for (const { name, direction, width, offset, words } of ports) {
    if (width === 0) continue;
    if (direction === 'input') {
      connections.push(`.${name} (in[${32 * offset + width - 1}:${32 * offset}])`);
      continue;
    }
    const wire = `out_${offset - inputWords}`;
    outputs.push(`wire [${width - 1}:0] ${wire};`);
    connections.push(`.${name} (${wire})`);
    const pad = 32 * words - width;
    row.unshift(...(pad > 0 ? [`${pad}'d0`] : []), wire);
  }
  return template({
    top,
    outputs,
    row: row.map((text, i) => (i < row.length - 1 ? `${text},` : text)),
    connections: connections.map((text, i) => (i < connections.length - 1 ? `${text},` : text)),
    inputBits: 32 * Math.max(1, inputWords),
    clockBits: Math.max(1, domains.length),
    everyDomain: `32'h${(2 ** domains.length - 1).toString(16)}`,
    // Cycles are only printed for who needs to tell messages apart.
    prints: files.some((file) => /\$(display|write|strobe|monitor|error|warning|info)\b/.test(file.text)),
  });
}
