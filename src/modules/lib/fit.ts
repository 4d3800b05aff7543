// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '../../dsl/index.ts';

/** The low `width` bits of a value, or zeros above it where it has fewer. */
export function fit(value: Signal, width: number): Signal {
  return value.width > width ? value.trunc(width) : value.resize(width);
}
