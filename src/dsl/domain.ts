// SPDX-License-Identifier: Apache-2.0
import type { Domain } from '../ir/module.ts';

/** The domain of everything that does not say otherwise: clock `clk`, synchronous active-high reset `rst`. */
export const systemDomain: Domain = { name: 'sys', clock: 'clk', reset: 'rst' };

/** Another clock domain. `reset: null` for one whose registers have no reset. */
export function clockDomain(
  name: string,
  options: { readonly clock?: string; readonly reset?: string | null } = {},
): Domain {
  return {
    name,
    clock: options.clock ?? `${name}_clk`,
    reset: options.reset === undefined ? `${name}_rst` : options.reset,
  };
}
