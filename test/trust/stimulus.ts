// SPDX-License-Identifier: Apache-2.0
import type { Circuit } from './circuit.ts';
import { fill, go } from './generate-memory.ts';
import type { Random } from './prng.ts';
import { leavesOfVar } from './shapes.ts';

/** Cycles in reset: memories are filled in the first, then values pass through registers without reset. */
export const warmUp = 32;
const FILLED = 24;

/** Inputs of one cycle. */
export interface Cycle {
  readonly reset: boolean;
  /** Random bits that the inputs of all circuits are cut from. */
  readonly pool: bigint;
  readonly go: boolean;
  readonly fill: number;
}

export const poolWidth = 512;

export function stimulus(random: Random, cycles: number): Cycle[] {
  return Array.from({ length: warmUp + cycles }, (_, cycle): Cycle => {
    const warm = cycle < warmUp;
    let pool = 0n;
    for (let i = 0; i < 8; i++) pool = (pool << 64n) | random.pattern(64);
    return { reset: warm || random.chance(4), pool, go: !warm, fill: Math.min(cycle, FILLED) };
  });
}

/** Where each input leaf of a circuit lies in the pool: overlapping on purpose, so that equal operands happen. */
export function placeInputs(
  circuit: Circuit,
): { readonly name: string; readonly width: number; readonly lo: number }[] {
  let at = 0;
  return circuit.inputs
    .filter((port) => port !== go && port !== fill)
    .flatMap(leavesOfVar)
    .map(({ path, kind }) => {
      const lo = at;
      at = (at + kind.width + 5) % (poolWidth - 200);
      return { name: path, width: kind.width, lo };
    });
}

/** Gives the patterns of the input leaves in order. */
export function inputReader(circuit: Circuit): (cycle: Cycle) => bigint[] {
  const places = new Map(placeInputs(circuit).map((place) => [place.name, place]));
  const leaves = circuit.inputs.flatMap(leavesOfVar).map(({ path }): ((cycle: Cycle) => bigint) => {
    if (path === go.name) return (cycle) => (cycle.go ? 1n : 0n);
    if (path === fill.name) return (cycle) => BigInt(cycle.fill);
    const { lo, width } = places.get(path)!;
    return ({ pool }) => (pool >> BigInt(lo)) & ((1n << BigInt(width)) - 1n);
  });
  return (cycle) => leaves.map((leaf) => leaf(cycle));
}
