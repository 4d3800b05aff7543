// SPDX-License-Identifier: Apache-2.0

/**
 * What went wrong with an engine itself: `missing` a tool is not installed, `build` the model could not be made,
 * `crash` its process ended, `timeout` it fell silent, `stopped` the model called $stop or $fatal or did not converge,
 * `usage` it was asked for something it cannot do.
 */
export type EngineFault = 'missing' | 'build' | 'crash' | 'timeout' | 'stopped' | 'usage';

/** An engine that cannot go on. The message holds all a person needs; the fields are for programs. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly fault: EngineFault;
  /** What the tool or the model printed, shortened in the middle. */
  readonly output: string;
  readonly exitCode: number | null;
  readonly signal: string | null;

  constructor(
    fault: EngineFault,
    message: string,
    details: { output?: string; exitCode?: number | null; signal?: string | null } = {},
  ) {
    const output = ends(details.output ?? '');
    super(output === '' ? message : `${message}\n${output.replace(/^/gm, '  | ')}`);
    this.fault = fault;
    this.output = output;
    this.exitCode = details.exitCode ?? null;
    this.signal = details.signal ?? null;
  }
}

/** Both ends of a long output: compilers give the reason first, a crashing model last. */
function ends(text: string): string {
  const lines = text.trimEnd().split('\n');
  return lines.length > 30 ? [...lines.slice(0, 15), '...', ...lines.slice(-14)].join('\n') : lines.join('\n');
}
