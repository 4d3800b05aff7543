// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '../../../dsl/index.ts';

/** One entry a pattern of the inputs; null: the pattern does not occur. */
export type Entries = readonly (0 | 1 | null)[];

/**
 * A function of a few bits by its table, as multiplexers in a shared decision diagram: logic in every tool, where a `case` of constants
 * may become a memory. `inputs` are bits, least significant first; the first to be decided is the most significant.
 */
export function truthTable(inputs: readonly Signal[], entries: Entries): Signal {
  return decide(inputs[0]!, inputs, entries);
}

/** `like` makes the constants. */
function decide(like: Signal, inputs: readonly Signal[], entries: Entries): Signal {
  const value = entries.find((entry) => entry !== null) ?? 0;
  if (entries.every((entry) => entry === null || entry === value)) return like.constant(BigInt(value), 1);
  const half = entries.length / 2;
  const low = entries.slice(0, half);
  const high = entries.slice(half);
  const below = inputs.slice(0, -1);
  if (low.every((entry, i) => entry === null || high[i] === null || entry === high[i])) {
    const either = low.map((entry, i) => entry ?? high[i]!);
    return decide(like, below, either);
  }
  return choose(inputs.at(-1)!, decide(like, below, high), decide(like, below, low));
}

/** A multiplexer of bits, as a gate where one choice is constant. */
function choose(condition: Signal, yes: Signal, no: Signal): Signal {
  if (yes.expr.kind === 'const' && no.expr.kind !== 'const') {
    return yes.expr.value === 1n ? condition.or(no) : condition.not().and(no);
  }
  if (no.expr.kind === 'const' && yes.expr.kind !== 'const') {
    return no.expr.value === 1n ? condition.not().or(yes) : condition.and(yes);
  }
  return condition.mux(yes, no);
}

/** The table of a function of several bits to several bits, one signal a result bit, least significant first. */
export function truthTables(
  inputs: readonly Signal[],
  width: number,
  of: (pattern: number) => number | null,
): Signal[] {
  const patterns = Array.from({ length: 2 ** inputs.length }, (_, pattern) => of(pattern));
  return Array.from({ length: width }, (_, bit) =>
    truthTable(
      inputs,
      patterns.map((value) => (value === null ? null : ((value >> bit) & 1) === 1 ? 1 : 0)),
    ),
  );
}
