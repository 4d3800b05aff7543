// SPDX-License-Identifier: Apache-2.0
import type { PortDecl } from '../../module.ts';

/** Bits lo .. hi-1 of a port. */
export interface PortBits {
  readonly port: PortDecl;
  readonly lo: number;
  readonly hi: number;
}

/** Each of these output bits depends combinationally on all of these input bits. */
export interface CombPath {
  readonly inputs: readonly PortBits[];
  readonly outputs: readonly PortBits[];
}

/** The combinational paths through a module. Bits that are not mentioned have none. */
export type CombSummary = readonly CombPath[];
