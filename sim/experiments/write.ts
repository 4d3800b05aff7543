// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cell, Experiment, ExperimentResult } from './experiment.ts';
import { plotSvg } from './plot.ts';

/** Name of the files of an experiment: `02-array-cycles`. */
export function stem({ number, name }: Experiment): string {
  return `${String(number).padStart(2, '0')}-${name}`;
}

/** Writes CSV, SVG and a page of text into the folder. */
export async function writeResult(folder: string, experiment: Experiment, result: ExperimentResult): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const name = stem(experiment);
  writeFileSync(join(folder, `${name}.csv`), csv(result));
  writeFileSync(join(folder, `${name}.svg`), await plotSvg(experiment.title, result.plot));
  writeFileSync(join(folder, `${name}.md`), page(experiment, result));
}

/** RFC 4180: fields with a comma, quote or line break are quoted. */
export function csv({ columns, rows }: ExperimentResult): string {
  const quoted = (cell: Cell): string => {
    const text = String(cell);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => row.map(quoted).join(',')).join('\n') + '\n';
}

/** The page of an experiment: what was published, how ours is made, figures, verdicts. */
export function page(experiment: Experiment, result: ExperimentResult): string {
  const { number, title, published, method } = experiment;
  const row = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`;
  const marks = { true: 'holds', false: '**does not hold**', null: 'reported' } as const;
  return [
    '<!-- SPDX-License-Identifier: Apache-2.0 -->',
    `# ${number}. ${title}`,
    '',
    `Published: ${published}`,
    '',
    `How: ${method}`,
    '',
    `![${title}](${stem(experiment)}.svg)`,
    '',
    row(result.columns),
    row(result.columns.map(() => '---')),
    ...result.rows.map(row),
    '',
    ...result.findings.map(({ text, holds, missed }) => {
      const why = holds === false && missed !== undefined ? `: ${missed}` : '';
      return `- ${text} (${marks[String(holds) as keyof typeof marks]}${why})`;
    }),
    '',
    ...(result.notes ?? []).flatMap((note) => [note, '']),
  ].join('\n');
}
