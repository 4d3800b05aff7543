// SPDX-License-Identifier: Apache-2.0

export interface EmbeddedOptions {
  /** First value of registers without power-up value and of memories without contents. Default `zero`. */
  readonly powerUp?: 'zero' | { readonly random: number };
  /** What a read with collision `undefined` gives when its word is written at the same edge. Default `old`. */
  readonly collisions?: 'old' | 'random';
  /** Report enabled accesses beyond a memory's depth. Default true. */
  readonly strictMemory?: boolean;
  /** Sample assertions, assumptions and covers. Default true. */
  readonly properties?: boolean;
  /** What to count; nothing by default, which costs nothing. */
  readonly coverage?: CoverageOptions;
}

export interface CoverageOptions {
  /** Rises and falls of each bit of registers and ports. */
  readonly toggle?: boolean;
  /** Executions of each arm of `when` and `switch`. */
  readonly branch?: boolean;
  /** States and transitions of registers with an enum format. */
  readonly fsm?: boolean;
}
