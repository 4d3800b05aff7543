// SPDX-License-Identifier: Apache-2.0
import { SimulationError } from './errors.ts';
import { show } from './laws.ts';

/** Compares items in order with what is expected of them. */
export class Scoreboard<T = unknown> {
  readonly name: string;
  readonly #equal: (expected: T, actual: T) => boolean;
  readonly #expected: T[] = [];
  #taken = 0;

  constructor(name: string, options: { equal?: (expected: T, actual: T) => boolean } = {}) {
    this.name = name;
    this.#equal = options.equal ?? sameItem;
  }

  /** Items compared so far. */
  get count(): number {
    return this.#taken;
  }

  /** Expected items that have not come yet. */
  get missing(): number {
    return this.#expected.length - this.#taken;
  }

  /** Appends to what is expected. */
  expect(...items: readonly T[]): this {
    for (const item of items) this.#expected.push(item);
    return this;
  }

  /** Compares the next item; give the cycle to have it in the message. Fits `monitor.onItem(board.actual)`. */
  readonly actual = (item: T, cycle?: number): void => {
    const index = this.#taken++;
    const when = cycle === undefined ? '' : ` in cycle ${cycle}`;
    if (index >= this.#expected.length) {
      throw new SimulationError(`${this.name}: item ${index}${when} was not expected: ${show(item)}`);
    }
    const expected = this.#expected[index]!;
    if (this.#equal(expected, item)) return;
    throw new SimulationError(`${this.name}: item ${index}${when} is wrong\n${difference(expected, item)}`);
  };

  /** To be called at the end: nothing may be missing. */
  done(): void {
    if (this.missing === 0) return;
    const next = show(this.#expected[this.#taken]);
    throw new SimulationError(
      `${this.name}: ${this.missing} items are missing after ${this.#taken}; the next is ${next}`,
    );
  }
}

/** Numbers and bigints of equal value are the same, records and lists are compared by their parts. */
export function sameItem(a: unknown, b: unknown): boolean {
  if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => sameItem((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]))
    );
  }
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    return (
      (typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint') && a == b
    );
  }
  return a === b || (typeof a !== 'string' && typeof b !== 'string' && Number(a) === Number(b));
}

/** Only the fields that differ, for large items. */
function difference(expected: unknown, actual: unknown): string {
  const lines: string[] = [];
  compare(expected, actual, '', lines);
  return lines.slice(0, 10).join('\n') + (lines.length > 10 ? `\n  and ${lines.length - 10} more` : '');
}

function compare(expected: unknown, actual: unknown, path: string, lines: string[]): void {
  if (sameItem(expected, actual)) return;
  const deep = typeof expected === 'object' && expected !== null && typeof actual === 'object' && actual !== null;
  if (deep) {
    for (const name of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const [left, right] = [expected, actual].map((item) => (item as Record<string, unknown>)[name]);
      compare(left, right, `${path}.${name}`, lines);
    }
    return;
  }
  lines.push(`  ${path === '' ? '' : `${path.slice(1)}: `}expected ${show(expected)}, got ${show(actual)}`);
}
