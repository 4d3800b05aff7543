// SPDX-License-Identifier: Apache-2.0
import type { RuleCode } from './rules.ts';

/** One trap in one file. Lines and columns count from 1. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly code: RuleCode;
  readonly message: string;
  readonly cure: string;
}

/** `path:line:col  code  message  cure`, on one line so that editors and `grep` can follow it. */
export function formatFinding(finding: Finding): string {
  const { path, line, column, code, message, cure } = finding;
  return `${path}:${line}:${column}  ${code}  ${message}  ${cure}`;
}
