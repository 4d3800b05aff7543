// SPDX-License-Identifier: Apache-2.0
import type { Random } from '../../sim/index.ts';

/** KILN_SEED: number that a soak begins with; random unless given, so it has to be printed. */
export const soakSeed = Number(process.env['KILN_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** KILN_RUNS: how many cases a soak runs; Infinity for one without end. */
export const soakRuns = (unlessGiven: number): number => Number(process.env['KILN_RUNS'] ?? unlessGiven);

/** Values that are tried for each parameter. */
export type Choices = Readonly<Record<string, readonly unknown[]>>;

export function pickAll(random: Random, choices: Choices): Record<string, unknown> {
  return Object.fromEntries(Object.entries(choices).map(([key, values]) => [key, random.pick(values)]));
}
