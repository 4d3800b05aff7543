// SPDX-License-Identifier: Apache-2.0
import type { Bool, InterfaceSpec, PortSpec, Signal, StreamSpec } from '../../dsl/index.ts';

type Bit = Signal<typeof Bool>;

/** A group of `count` equal streams or ports, named 0, 1, ...: `in: numbered(4, () => sink(...))` makes in_0_valid and so on. */
export function numbered<S extends StreamSpec | PortSpec | InterfaceSpec>(
  count: number,
  make: (index: number) => S,
): Readonly<Record<string, S>> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [String(i), make(i)]));
}

/** One bit: all of them, of which there is at least one. */
export function allOf(bits: readonly Bit[]): Bit {
  return bits.reduce((all, bit) => all.and(bit));
}

/** One bit: any of them, of which there is at least one. */
export function anyOf(bits: readonly Bit[]): Bit {
  return bits.reduce((any, bit) => any.or(bit));
}

/** Side by side, element 0 in the least significant bit. */
export function bitsOf(bits: readonly Bit[]): Signal {
  const [top, ...rest] = [...bits].reverse();
  return top!.concat(...rest);
}

/** The value whose select bit is set, 0 when none is; at most one is set. An and-or tree: no priority, shortest path. */
export function oneHotMux(selects: readonly Bit[], values: readonly Signal[]): Signal {
  const gated = values.map((value, i) => selects[i]!.replicate(value.width).and(value.asUInt()));
  return gated.reduce((any: Signal, each) => any.or(each));
}

/** The number of the set bit, 0 when none is; at most one is set. */
export function oneHotIndex(selects: readonly Bit[], width: number): Signal {
  const zero = selects[0]!.constant(0n, 0);
  const columns = Array.from({ length: width }, (_, bit) => selects.filter((_s, i) => ((i >> bit) & 1) === 1));
  return columns.reduce<Signal>(
    (low, column) => (column.length > 0 ? anyOf(column) : selects[0]!.constant(0n, 1)).concat(low),
    zero,
  );
}
