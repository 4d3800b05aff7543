// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { ModelSource } from '../source.ts';

const TEMPLATE = new URL('./bench.v.hbs', import.meta.url);
let template: HandlebarsTemplateDelegate | null = null;

/** Where the design stands below the test bench. */
export const BENCH_PATH = 'kiln_bench.dut';

/** The Verilog test bench of a model: port values lie in `in` and `out` as they do in an engine's `io`. */
export function renderBench({ layout, top, files }: ModelSource): string {
  template ??= Handlebars.compile(readFileSync(TEMPLATE, 'utf8'), { noEscape: true });
  const { ports, domains, inputWords, outputWords } = layout;
  const pads: string[] = outputWords === 0 ? ['31:0'] : [];
  const connections = domains.map((domain, i) => `.${domain.clock} (clocks[${i}])`);
  for (const { name, direction, width, offset, words } of ports) {
    if (width === 0) continue;
    const low = 32 * (direction === 'input' ? offset : offset - inputWords);
    connections.push(`.${name} (${direction === 'input' ? 'in' : 'out'}[${low + width - 1}:${low}])`);
    if (direction === 'output' && width < 32 * words) pads.push(`${low + 32 * words - 1}:${low + width}`);
  }
  return template({
    top,
    pads,
    connections: connections.map((text, i) => (i < connections.length - 1 ? `${text},` : text)),
    inputBits: 32 * Math.max(1, inputWords),
    outputBits: 32 * Math.max(1, outputWords),
    clockBits: Math.max(1, domains.length),
    everyDomain: `32'h${(2 ** domains.length - 1).toString(16)}`,
    // Cycles are only printed for who needs to tell messages apart.
    prints: files.some((file) => /\$(display|write|strobe|monitor|error|warning|info)\b/.test(file.text)),
  });
}
