// SPDX-License-Identifier: Apache-2.0
import { type Bool, type ModuleBuilder, type Signal, UInt } from '../../../dsl/index.ts';
import { bitsOf } from '../../lib/stream-lists.ts';
import type { LoaderParams } from './loader-check.ts';

type Bit = Signal<typeof Bool>;

/** Where the writing side of the loader stands. */
export interface Position {
  /** Quarter-groups: 4 bytes of a word (rows), size * 4 / L lanes (image), or 4 lanes (columns). */
  readonly group: Signal;
  /** Second half of the four columns; array of 2 columns only. */
  readonly half: Bit;
  /** Columns left, this word's included. */
  readonly left: Signal;
  /** Four columns or fewer are left. */
  readonly last: Bit;
  /** W_COLUMNS: which R bytes of a word. */
  readonly sub: Signal;
}

/** Data and enables of a write, as Vec(R, L bytes), and one bit a bank or lane, one bit a byte. */
export interface Placed {
  readonly data: readonly Signal[];
  readonly banks: Signal;
  readonly bytes: Signal;
}

const byteOf = (word: Signal, index: number): Signal => word.slice(8 * index + 7, 8 * index);
const join = (parts: readonly Signal[]): Signal => bitsOf(parts as readonly Bit[]);
const ones = (like: Signal, width: number): Signal => like.constant((1n << BigInt(width)) - 1n, width);

/**
 * Rows (X, W_ROWS): four columns of R bytes become four bytes of a word in every bank. In the last word all bytes behind them are
 * written too; those of columns that are not there are 0.
 */
export function placeRows(m: ModuleBuilder, p: LoaderParams, word: Signal, at: Position): Placed {
  const groups = p.lanes / 4;
  const here = Array.from({ length: groups }, (_, g) => (at.group.width === 0 ? null : at.group.eq(g)));
  const exists = Array.from({ length: 4 }, (_, t) => (t === 0 ? null : at.last.not().or(at.left.gt(t))));
  const gate = (value: Signal, ...conditions: readonly (Bit | null)[]): Signal =>
    conditions.reduce<Signal>((all, each) => (each === null ? all : each.mux(all, 0)), value);
  const { cleared } = m.nets({
    // A group behind the current one is written in the last step alone, and then with zeros.
    cleared: bitsOf(here.map((is) => (is === null ? at.last.constant(0n, 1) : at.last.and(is.not()))) as Bit[]),
  });
  const data = Array.from({ length: p.size }, (_, row) =>
    join(
      Array.from({ length: p.lanes }, (_unused, b) => {
        const [g, t] = [Math.floor(b / 4), b % 4];
        return gate(byteOf(word, t * p.size + row), exists[t]!, cleared.bit(g).not());
      }),
    ),
  );
  const enabled = here.map((is, g) => (is === null ? ones(word, 4) : is.or(at.last.and(at.group.lt(g))).replicate(4)));
  return { data, banks: ones(word, p.size), bytes: join(enabled) };
}

/** Weight image (W): a word of the scratchpad holds the words of 4R / L lanes. */
export function placeImage(p: LoaderParams, word: Signal, at: Position): Placed {
  const together = (4 * p.size) / p.lanes;
  const data = Array.from({ length: p.size }, (_, lane) => {
    const start = 8 * p.lanes * (lane % together);
    return word.slice(start + 8 * p.lanes - 1, start);
  });
  const banks = Array.from({ length: p.size }, (_, lane) =>
    at.group.width === 0 ? (ones(word, 1) as Bit) : at.group.eq(Math.floor(lane / together)),
  );
  return { data, banks: bitsOf(banks), bytes: ones(word, p.lanes) };
}

/** Columns (W_COLUMNS): each of four columns goes to the lane of its number, as R bytes of its word. */
export function placeColumns(p: LoaderParams, word: Signal, at: Position): Placed {
  const columnOf = (t: number): Signal => word.slice(8 * p.size * (t + 1) - 1, 8 * p.size * t);
  const isLeft = (t: number): Bit => at.left.gt(t);
  const data = Array.from({ length: p.size }, (_, lane) => {
    const column = p.size === 2 ? at.half.mux(columnOf(lane + 2), columnOf(lane)) : columnOf(lane % 4);
    return column.replicate(p.lanes / p.size);
  });
  const banks = Array.from({ length: p.size }, (_, lane): Bit => {
    if (p.size === 2) return at.half.mux(isLeft(lane + 2), isLeft(lane));
    const groups = p.size / 4;
    return groups === 1 ? isLeft(lane) : isLeft(lane % 4).and(at.group.low(Math.log2(groups)).eq(Math.floor(lane / 4)));
  });
  const bytes = Array.from({ length: p.lanes / p.size }, (_, s) => at.sub.eq(s).replicate(p.size));
  return { data, banks: bitsOf(banks), bytes: join(bytes) };
}

/** Groups of a word, and of a row of lanes. */
export const groupsOf = (p: LoaderParams): { readonly word: number; readonly lanes: number } => ({
  word: p.lanes / 4,
  lanes: Math.max(1, p.size / 4),
});

export const groupType = (p: LoaderParams) => UInt(Math.log2(p.lanes / 4));
