// SPDX-License-Identifier: Apache-2.0
import { expect } from 'vitest';
import type { Dut } from '../../../../sim/index.ts';
import { type Inputs, type Operation, type Outputs, TCoreGolden } from '../../../../src/modules/zkflex/golden/tcore.ts';

const lanes = 5;
const lanesOf = [5, 3, 1];
const nothing: Inputs = { load: null, clear: false, requests: [null, null, null, null, null] };

/** TCore beside its golden model: every output is compared in every cycle. */
export class TCoreBench {
  readonly #dut: Dut;
  #golden: TCoreGolden;
  readonly #fresh: () => TCoreGolden;

  constructor(dut: unknown, limb: number, LP: number) {
    this.#dut = dut as Dut;
    this.#fresh = () => new TCoreGolden(limb, LP);
    this.#golden = this.#fresh();
  }

  async reset(): Promise<void> {
    this.#give(nothing);
    await this.#dut.reset();
    this.#golden = this.#fresh();
  }

  /** One cycle. */
  async step(inputs: Partial<Inputs> = {}): Promise<Outputs> {
    const given = { ...nothing, ...inputs };
    this.#give(given);
    const expected = this.#golden.step(given);
    const found = this.#outputs();
    const results = found.results.map((result, lane) =>
      result !== null && expected.results[lane]?.x === null ? { ...result, x: null } : result,
    );
    expect({ ...found, results }).toEqual(expected);
    await this.#dut.cycle();
    return expected;
  }

  /** Offers the operations to the lanes of the mode, waiting before an offer with probability `gap`; until all results are there. `slots`: cycles'
   * worth of the bank that the operations have taken, three products for each. */
  async run(
    operations: readonly Operation[],
    mode: number,
    gap = 0,
  ): Promise<{ readonly cycles: number; readonly slots: number }> {
    const waiting = [...operations];
    const offered: (Operation | null)[] = Array.from({ length: lanes }, () => null);
    let cycles = 0;
    let slots = 0;
    for (let left = operations.length; left > 0; cycles++) {
      for (let lane = 0; lane < lanesOf[mode]!; lane++) {
        if (!this.#dut.random.bool(gap)) offered[lane] ??= waiting.shift() ?? null;
      }
      const { ready, results } = await this.step({ requests: [...offered] });
      ready.forEach((isReady, lane) => {
        if (!isReady) return;
        if (offered[lane] !== null) slots += 3 / lanesOf[mode]!;
        offered[lane] = null;
      });
      left -= results.filter((result) => result !== null).length;
    }
    return { cycles, slots };
  }

  #give({ load, clear, requests }: Inputs): void {
    const dut = this.#dut;
    dut.input('configure_load').value = Number(load !== null);
    dut.input('clear').value = Number(clear);
    if (load !== null) {
      dut.input('configure_mode').value = load.mode;
      dut.input('configure_modulus').value = load.modulus;
      dut.input('configure_inverse').value = load.inverse;
      dut.input('configure_product').value = Number(load.product);
    }
    requests.forEach((operation, lane) => {
      const name = `lanes_lane${lane}_request`;
      dut.input(`${name}_valid`).value = Number(operation !== null);
      if (operation === null) return;
      dut.input(`${name}_payload_a`).value = operation.a;
      dut.input(`${name}_payload_b`).value = operation.b;
      dut.input(`${name}_payload_tag`).value = operation.tag;
    });
  }

  #outputs(): Outputs {
    const read = (name: string): number => Number(this.#dut.output(name).value);
    const each = <T>(of: (lane: string) => T): T[] => Array.from({ length: lanes }, (_, i) => of(`lanes_lane${i}`));
    return {
      slot: read('slot') === 1,
      busy: read('busy') === 1,
      error: read('error'),
      unreduced: read('unreduced') === 1,
      ready: each((lane) => read(`${lane}_request_ready`) === 1),
      results: each((lane) =>
        read(`${lane}_result_valid`) === 1
          ? {
              x: BigInt(this.#dut.output(`${lane}_result_x`).value as number | bigint),
              tag: read(`${lane}_result_tag`),
            }
          : null,
      ),
    };
  }
}
