// SPDX-License-Identifier: Apache-2.0

/** The types of the language whose values stand for hardware; `if` and `===` on them ask JavaScript, not the circuit. */
export const HARDWARE_TYPES: ReadonlySet<string> = new Set([
  'Signal',
  'Comb',
  'Bits',
  // aggregates of signals
  'VecView',
  'StreamView',
  'SinkStream',
  'SourceStream',
]);

/** Where those types are declared: a class `Signal` of somebody else is not ours. */
export const HARDWARE_TYPE_FOLDER = /(^|\/)src\/dsl\//;

/** What is checked always; paths on the command line come on top. */
export const SCANNED = ['src/modules/**/*.ts', 'src/dsl/**/*.ts'];

/** Files that implement the hardware types and so handle them as JavaScript objects; each entry says why. */
export const IMPLEMENTATIONS: Readonly<Record<string, string>> = {};
