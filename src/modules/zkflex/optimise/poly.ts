// SPDX-License-Identifier: Apache-2.0
import { inverseMod, mulMod, powMod } from '../golden/field.ts';
import type { Field } from '../fields.ts';
import type { NttOp } from '../ntt/ntt.types.ts';
import type { TCoreParams } from '../tcore.params.ts';
import { nttCycles } from './cycles.ts';
import { acrossTable, naturalPlace, type Place, reversedPlace } from './transform-tables.ts';

/** POLY optimiser (paper 1, 3.6): transforms as commands of the transform nodes, with no pass for reordering. Plain residues. */

export interface PolyMachine {
  readonly nodes: number;
  /** Words of data and of twiddles in a node. */
  readonly words: number;
  readonly twiddleWords: number;
  readonly mode: number;
  readonly pipeline: TCoreParams['pipeline'];
}

export interface PolyStep {
  readonly op: NttOp;
  /** DIF, DIT: the table of each node, at 0 of its twiddle memory. MUL: the factors of each node, in the upper half of its data memory. */
  readonly words: readonly (readonly bigint[])[];
}

/** Load, some steps on the words that lie at 0 of the data memories, store. */
export interface PolyPass {
  /** Of one node. */
  readonly log2n: number;
  readonly log2batch: number;
  /** Place of each element that is loaded, and that is stored, by the number of the element. */
  readonly inputs: ReadonlyMap<number, Place>;
  readonly steps: readonly PolyStep[];
  readonly outputs: ReadonlyMap<number, Place>;
}

export interface PolyPlan {
  /** The passes of a round read what the round before has stored and store elsewhere. */
  readonly rounds: readonly (readonly PolyPass[])[];
  /** Cycles of all commands, without loads and stores. */
  readonly cycles: number;
}

/** Sum of x[j] shift^j w^(ij) times `scale`, natural order in and out. `w`: of order 2^log2N. */
export interface Transform {
  readonly log2N: number;
  readonly w: bigint;
  readonly shift?: bigint;
  readonly scale?: bigint;
}

/**
 * Plans a transform. One that fits goes over all nodes at once as DIT of what is loaded in bit-reversed order; the shift is in its twiddles. A larger one is N1 x N2
 * points in two passes (four-step): columns, many at a time, then one row after the other with the twiddles between the passes as a shift of the row,
 * so no product is spent on them. Throws when the field has no such root or the machine is too small for that.
 */
export function planTransform(field: Field, transform: Transform, machine: PolyMachine): PolyPlan {
  const { log2N, w, shift = 1n, scale = 1n } = transform;
  const { prime: p } = field;
  if (log2N > field.twoAdicity) {
    throw new RangeError(`${field.name} has roots of unity of order 2^${field.twoAdicity} at most, not 2^${log2N}`);
  }
  const most = largestPass(log2N, machine, scale !== 1n);
  if (most === log2N) {
    return planned([[onePass(p, { log2N, w, shift, scale }, machine, [(i) => i])]], machine);
  }
  const rows = log2N - most;
  if (!fits(rows, machine, false)) {
    throw new RangeError(
      `2^${log2N} points are more than two passes of 2^${most} points, which is what the nodes hold`,
    );
  }
  const [N1, N2] = [2 ** rows, 2 ** most];
  const columnTable = { log2N: rows, w: powMod(w, BigInt(N2), p), shift: powMod(shift, BigInt(N2), p), scale: 1n };
  const together = Math.min(N2, (nodesFor(rows, machine) * machine.words) / N1);
  const columns = Array.from({ length: N2 / together }, (_, pass) => {
    const numbers = Array.from({ length: together }, (_c, b) => (i: number) => i * N2 + pass * together + b);
    return onePass(p, columnTable, machine, numbers);
  });
  const ofRows = Array.from({ length: N1 }, (_, row) => {
    const ofRow = mulMod(shift, powMod(w, BigInt(row), p), p);
    const rowTable = { log2N: most, w: powMod(w, BigInt(N1), p), shift: ofRow, scale };
    return onePass(p, rowTable, machine, [(i) => row * N2 + i], [(i) => row + N1 * i]);
  });
  return planned([columns, ofRows], machine);
}

/**
 * Evaluations on the roots of unity to evaluations on a coset (Groth16): inverse DIF, factors shift^i / N in bit-reversed order, DIT, in one pass;
 * where that does not fit, two transforms. Throws as `planTransform` does.
 */
export function planCoset(field: Field, { log2N, w, shift = 1n }: Transform, machine: PolyMachine): PolyPlan {
  const { prime: p } = field;
  if (log2N > field.twoAdicity || !fits(log2N, machine, true)) {
    const scale = inverseMod(BigInt(2 ** log2N), p);
    const back = planTransform(field, { log2N, w: inverseMod(w, p), scale }, machine);
    return planned([...back.rounds, ...planTransform(field, { log2N, w, shift }, machine).rounds], machine);
  }
  const N = 2 ** log2N;
  const nodes = nodesFor(log2N, machine);
  const natural = placesOf(N, [(i) => i], (i) => naturalPlace(i, nodes), N / nodes);
  const steps: PolyStep[] = [
    { op: 'DIF', words: tables(p, N, nodes, inverseMod(w, p), 1n) },
    { op: 'MUL', words: factors(N, nodes, (i) => mulMod(inverseMod(BigInt(N), p), powMod(shift, BigInt(i), p), p)) },
    { op: 'DIT', words: tables(p, N, nodes, w, 1n) },
  ];
  return planned([[{ log2n: Math.log2(N / nodes), log2batch: 0, inputs: natural, steps, outputs: natural }]], machine);
}

/** A transform is spread over all nodes if each gets as many points as there are nodes. */
const nodesFor = (log2N: number, { nodes }: PolyMachine): number => (2 ** log2N >= nodes ** 2 ? nodes : 1);

/** A transform is one pass: data, factors beside them where there are some, and the table. */
function fits(log2N: number, machine: PolyMachine, isScaled: boolean): boolean {
  const nodes = nodesFor(log2N, machine);
  const local = 2 ** log2N / nodes;
  return local <= Math.min(machine.words / (isScaled ? 2 : 1), machine.twiddleWords / (nodes > 1 ? 2 : 1));
}

/** log2 of the points of the largest transform in one pass that has no more than 2^log2N. A node alone may hold fewer than the smallest that is spread. */
function largestPass(log2N: number, machine: PolyMachine, isScaled: boolean): number {
  let most = log2N;
  while (most > 0 && !fits(most, machine, isScaled)) most--;
  return most;
}

const tables = (p: bigint, N: number, nodes: number, w: bigint, shift: bigint): bigint[][] =>
  Array.from({ length: nodes }, (_, node) => acrossTable(N / nodes, nodes, node, w, p, shift));

/** Factors of the elements where they lie in bit-reversed order. */
function factors(N: number, nodes: number, of: (i: number) => bigint): bigint[][] {
  const words = Array.from({ length: nodes }, () => new Array<bigint>(N / nodes).fill(0n));
  for (let i = 0; i < N; i++) {
    const { node, index } = reversedPlace(reverse(i, Math.log2(N)), nodes);
    words[node]![index] = of(i);
  }
  return words;
}

function reverse(i: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit++) result += ((i >> bit) & 1) << (bits - 1 - bit);
  return result;
}

/** Places by element: element `numbers[b](i)` is point i of the vector b of a batch. */
function placesOf(
  N: number,
  numbers: readonly ((i: number) => number)[],
  place: (i: number) => Place,
  local: number,
): Map<number, Place> {
  const places = new Map<number, Place>();
  numbers.forEach((number, b) => {
    for (let i = 0; i < N; i++) {
      const { node, index } = place(i);
      places.set(number(i), { node, index: b * local + index });
    }
  });
  return places;
}

function onePass(
  p: bigint,
  { log2N, w, shift, scale }: Required<Transform>,
  machine: PolyMachine,
  from: readonly ((i: number) => number)[],
  to = from,
): PolyPass {
  const N = 2 ** log2N;
  const nodes = nodesFor(log2N, machine);
  const local = N / nodes;
  const words = Array.from({ length: nodes }, () => new Array<bigint>(local * from.length).fill(scale));
  return {
    log2n: Math.log2(local),
    log2batch: Math.log2(from.length),
    inputs: placesOf(N, from, (i) => reversedPlace(reverse(i, log2N), nodes), local),
    steps: [
      { op: 'DIT', words: tables(p, N, nodes, w, shift) },
      ...(scale === 1n ? [] : [{ op: 'MUL' as const, words }]),
    ],
    outputs: placesOf(N, to, (i) => naturalPlace(i, nodes), local),
  };
}

function planned(rounds: PolyPlan['rounds'], { mode, pipeline }: PolyMachine): PolyPlan {
  const cycles = rounds
    .flat()
    .flatMap(({ log2n, log2batch, steps }) =>
      steps.map(({ op, words }) =>
        nttCycles({ op, log2n, log2batch, nodes: op === 'MUL' ? 1 : words.length }, mode, { pipeline }),
      ),
    );
  return { rounds, cycles: cycles.reduce((sum, each) => sum + each, 0) };
}
