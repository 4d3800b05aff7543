// SPDX-License-Identifier: Apache-2.0
import { formatSpan, type Span } from './span.ts';

/**
 * Every diagnostic that the language can give: code, severity and the sentence that a list of codes shows. Letters: W widths
 * and signs, D drivers, L combinational logic, C clocks, N names, P parameters, S structure, M memories.
 */
export const codes = {
  'KLN-W001': { severity: 'error', title: 'Operand widths differ' },
  'KLN-W002': { severity: 'error', title: 'Signed and unsigned operands are mixed' },
  'KLN-W003': { severity: 'error', title: 'A number does not fit' },
  'KLN-W004': { severity: 'error', title: 'Bits outside a value' },
  'KLN-W005': { severity: 'error', title: 'A condition is not one bit wide' },
  'KLN-W006': { severity: 'error', title: 'An extension narrows or a truncation widens' },
  'KLN-W007': { severity: 'error', title: 'A width is not a whole number of bits' },
  'KLN-W008': { severity: 'error', title: 'A hardware value was used as a host value' },
  'KLN-D001': { severity: 'error', title: 'A signal is never driven' },
  'KLN-D002': { severity: 'error', title: 'A signal has several drivers' },
  'KLN-D003': { severity: 'error', title: 'A value that cannot be driven is assigned' },
  'KLN-D004': { severity: 'warning', title: 'An input port is never read' },
  'KLN-D005': { severity: 'error', title: 'Value and target have different shapes' },
  'KLN-L001': { severity: 'error', title: 'A combinational signal keeps its value on some path (latch)' },
  'KLN-L002': { severity: 'error', title: 'A combinational loop' },
  'KLN-C001': { severity: 'error', title: 'A signal crosses clock domains outside a synchroniser' },
  'KLN-C002': { severity: 'error', title: 'A clock domain of an instance is not connected' },
  'KLN-N001': { severity: 'error', title: 'Two declarations have one name' },
  'KLN-N002': { severity: 'error', title: 'A name is not a legal identifier' },
  'KLN-P001': { severity: 'error', title: 'A parameter is out of range' },
  'KLN-S001': { severity: 'error', title: 'A stream is not connected' },
  'KLN-S002': { severity: 'error', title: 'A signal of another module is used' },
  'KLN-S003': { severity: 'error', title: 'A construct is used where it has no meaning' },
  'KLN-S004': { severity: 'error', title: 'Values of different pipeline stages are mixed' },
  'KLN-S005': { severity: 'error', title: 'A switch lists a value twice' },
  'KLN-S006': { severity: 'error', title: 'A block instantiates itself' },
  'KLN-M001': { severity: 'error', title: 'Memory ports do not fit together' },
} as const satisfies Record<string, { severity: Severity; title: string }>;

export type DiagnosticCode = keyof typeof codes;
export type Severity = 'error' | 'warning';

export interface LabelledSpan {
  readonly span: Span;
  /** What is there: `declared here`, `8 bits`. */
  readonly label: string;
}

/** One finding, as data; `renderDiagnostic` is the only place that turns it into text. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** Whole sentence with the names and widths at hand. */
  readonly message: string;
  /** Every position involved, the one to look at first in front. */
  readonly spans: readonly LabelledSpan[];
  /** Module name. */
  readonly module: string;
  /** Why this is refused; null when the message says it all. */
  readonly cause: string | null;
  /** What to write instead. */
  readonly cure: string;
}

export function severityOf(diagnostic: Diagnostic): Severity {
  return codes[diagnostic.code].severity;
}

/** Text of a diagnostic as a user sees it. */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const lines = [`${severityOf(diagnostic)} ${diagnostic.code}: ${diagnostic.message}`];
  for (const { span, label } of diagnostic.spans) lines.push(`  at ${formatSpan(span)}${label && `  ${label}`}`);
  if (diagnostic.module) lines.push(`  in module ${diagnostic.module}`);
  if (diagnostic.cause !== null) lines.push(`  why:  ${diagnostic.cause}`);
  lines.push(`  cure: ${diagnostic.cure}`);
  return lines.join('\n');
}

/** Thrown for errors in the user's hardware; `diagnostics` holds all of them. */
export class KilnError extends Error {
  override readonly name = 'KilnError';
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(renderDiagnostic).join('\n\n'));
  }
}
