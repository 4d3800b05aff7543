// SPDX-License-Identifier: Apache-2.0
import { type Montgomery, montgomeryProduct } from './montgomery.ts';

/** What TCore does cycle by cycle, as docs/rationale/zkflex.md says it: when operands are taken and when results come. */

const lanesOfMode = [5, 3, 1];
const limbsOfMode = [2, 3, 6];
const lanes = 5;

export interface Configuration {
  readonly mode: number;
  readonly modulus: bigint;
  readonly inverse: bigint;
  /** Product-only mode. */
  readonly product: boolean;
}

export interface Operation {
  readonly a: bigint;
  readonly b: bigint;
  readonly tag: number;
}

export interface Result {
  /** null: an operand was not below p, so the number has no meaning. */
  readonly x: bigint | null;
  readonly tag: number;
}

export interface Inputs {
  readonly load: Configuration | null;
  readonly clear: boolean;
  /** Operands offered to each lane, or null. */
  readonly requests: readonly (Operation | null)[];
}

export interface Outputs {
  readonly slot: boolean;
  readonly busy: boolean;
  readonly error: number;
  readonly unreduced: boolean;
  readonly ready: readonly boolean[];
  readonly results: readonly (Result | null)[];
}

export class TCoreGolden {
  readonly #limb: number;
  readonly #LP: number;
  #configuration: Configuration | null = null;
  #phase = 0;
  #error = 0;
  #unreduced = false;
  /** Cycles in which operands that are not below p are noticed. */
  #noticed: number[] = [];
  #flight: { readonly lane: number; readonly due: number; readonly result: Result }[] = [];
  #now = 0;

  /** `LP`: cycles of a product. */
  constructor(limb: number, LP: number) {
    this.#limb = limb;
    this.#LP = LP;
  }

  /** Outputs of this cycle, and the step to the next. */
  step({ load, clear, requests }: Inputs): Outputs {
    const configuration = this.#configuration;
    const count = configuration === null ? 0 : lanesOfMode[configuration.mode]!;
    const isOpen = this.#phase === 0 && load === null;
    const outputs = {
      slot: this.#phase === 0,
      busy: this.#flight.length > 0,
      error: this.#error,
      unreduced: this.#unreduced,
      ready: Array.from({ length: lanes }, (_, lane) => isOpen && lane < count),
      results: Array.from({ length: lanes }, (_, lane) => {
        return this.#flight.find((each) => each.lane === lane && each.due === this.#now)?.result ?? null;
      }),
    };
    if (clear) [this.#error, this.#unreduced] = [0, false];
    if (this.#noticed.includes(this.#now)) this.#unreduced = true;
    if (load !== null) this.#load(load, outputs.busy);
    requests.forEach((operation, lane) => {
      if (operation !== null && outputs.ready[lane]) this.#enter(configuration!, lane, operation);
    });
    this.#flight = this.#flight.filter(({ due }) => due > this.#now);
    this.#noticed = this.#noticed.filter((cycle) => cycle > this.#now);
    // The lanes of a product-only core are open in every cycle.
    const stays = this.#phase === 0 && configuration?.product === true;
    this.#phase = stays ? 0 : (this.#phase + 1) % 3;
    this.#now++;
    return outputs;
  }

  #load(wanted: Configuration, busy: boolean): void {
    const code = busy ? 1 : wanted.mode === 3 ? 3 : wanted.modulus % 2n === 0n && !wanted.product ? 2 : 0;
    if (code === 0) this.#configuration = wanted;
    else if (this.#error === 0) this.#error = code;
  }

  #enter({ mode, modulus, inverse, product }: Configuration, lane: number, { a, b, tag }: Operation): void {
    const field: Montgomery = { n: BigInt(limbsOfMode[mode]! * this.#limb), p: modulus, inverse };
    const fits = product || (a < modulus && b < modulus);
    if (!fits) this.#noticed.push(this.#now + 3);
    const x = product ? a * b : fits ? montgomeryProduct(a, b, field) : null;
    const due = this.#now + (product ? this.#LP + 1 : 3 * this.#LP + 3);
    this.#flight.push({ lane, due, result: { x, tag } });
  }
}
