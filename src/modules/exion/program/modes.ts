// SPDX-License-Identifier: Apache-2.0
import { predicates } from '../isa.ts';

/** A kind of iteration: which predicated commands it carries out, and how many of a period are of this kind. */
export interface Mode {
  readonly weight: number;
  readonly runs: (when: number) => boolean;
}

const { always, dense, sparse, renew } = predicates;

/** Kinds of iterations of a loop with N sparse iterations behind each dense one; the first of those renews what is kept. */
export function modesOf(sparseIterations: number): readonly Mode[] {
  const mode = (weight: number, ...own: readonly number[]): Mode => ({
    weight,
    runs: (when) => when === always || own.includes(when),
  });
  const modes = [
    mode(1, dense),
    mode(Math.min(1, sparseIterations), sparse, renew),
    mode(sparseIterations - 1, sparse),
  ];
  return modes.filter(({ weight }) => weight > 0);
}
