// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from 'node:util';
import { formatFinding } from './finding.ts';
import { lintFiles } from './lint.ts';
import { PathError, selectFiles } from './project.ts';
import { RULES } from './rules.ts';

export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const HELP = `Usage: npm run lint:hdl -- [--json] [PATH...]

Finds the places where TypeScript takes a hardware value for a JavaScript one and says nothing:
${Object.entries(RULES)
  .map(([code, rule]) => `  ${code}  ${rule.form}`)
  .join('\n')}

Checks src/modules and src/dsl, and the files and folders given as PATH on top.

  --json  print one JSON object with the findings
  --help  this text

Exit code: 0 without findings, 1 with findings, 2 for a wrong option or path.`;

/** Runs the check over the project in `root` and returns the exit code. */
export function runLint(argv: readonly string[], root: string, { out, err }: Output): number {
  const started = performance.now();
  let options;
  try {
    options = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    return usageError(error as Error, err);
  }
  if (options.values.help === true) {
    out(HELP);
    return 0;
  }

  let selection;
  try {
    selection = selectFiles(root, options.positionals);
  } catch (error) {
    if (error instanceof PathError) return usageError(error, err);
    throw error;
  }
  const findings = lintFiles(selection.project, selection.files, root);
  const files = selection.files.length;
  const milliseconds = Math.round(performance.now() - started);

  if (options.values.json === true) {
    out(JSON.stringify({ files, milliseconds, findings }, null, 2));
  } else {
    for (const finding of findings) out(formatFinding(finding));
    const count = `${findings.length === 0 ? 'no' : findings.length} finding${findings.length === 1 ? '' : 's'}`;
    out(`lint:hdl: ${files} file${files === 1 ? '' : 's'} checked in ${(milliseconds / 1000).toFixed(1)} s, ${count}`);
  }
  return findings.length > 0 ? 1 : 0;
}

function usageError(error: Error, err: Output['err']): number {
  err(`lint:hdl: ${error.message}`);
  err('lint:hdl: see npm run lint:hdl -- --help');
  return 2;
}
