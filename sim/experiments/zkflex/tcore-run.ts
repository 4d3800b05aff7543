// SPDX-License-Identifier: Apache-2.0
import { type Montgomery, montgomeryProduct } from '../../../src/modules/zkflex/golden/montgomery.ts';
import { modes, type TCoreParamsInput } from '../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../src/modules/zkflex/tcore/tcore.ts';
import { type Dut, simulate } from '../../test/index.ts';

export interface RateOfMode {
  /** From the first to the last operands taken, that cycle and its slot with it. */
  readonly cycles: number;
  readonly products: number;
}

/**
 * Operands in every lane in every slot; each result is compared with the golden model, and an unequal one is an error. The same field can be given a wider
 * mode than it needs.
 */
export async function measureRate(
  params: TCoreParamsInput,
  mode: number,
  field: Montgomery,
  products: number,
): Promise<RateOfMode> {
  let result: RateOfMode | undefined;
  await simulate(tcore(params), { engine: 'embedded', wave: 'off' }, async (typed) => {
    const dut = typed as unknown as Dut;
    const write = (name: string, value: bigint | number): void => {
      dut.input(name).value = value;
    };
    await dut.reset();
    write('configure_mode', mode);
    write('configure_modulus', field.p);
    write('configure_inverse', field.inverse);
    write('configure_load', 1);
    await dut.cycle();
    write('configure_load', 0);

    const { lanes } = modes[mode]!;
    const operand = (): bigint => BigInt(dut.random.bits(Number(field.n) + 8)) % field.p;
    const pending: bigint[][] = Array.from({ length: lanes }, () => []);
    const offered = pending.map(() => [operand(), operand()] as const);
    const offer = (lane: number): void => {
      write(`lanes_lane${lane}_request_payload_a`, offered[lane]![0]);
      write(`lanes_lane${lane}_request_payload_b`, offered[lane]![1]);
      write(`lanes_lane${lane}_request_valid`, 1);
    };
    offered.forEach((_, lane) => offer(lane));
    let [first, last, taken, back] = [-1, -1, 0, 0];
    for (let cycle = 0; back < products; cycle++) {
      const isTaken = dut.output('slot').value === 1 && taken < products;
      for (let lane = 0; lane < lanes; lane++) {
        if (dut.output(`lanes_lane${lane}_result_valid`).value === 1) {
          const x = BigInt(dut.output(`lanes_lane${lane}_result_x`).value as number | bigint);
          const expected = pending[lane]!.shift();
          if (expected === undefined || x !== expected) throw new Error(`mode ${mode}, lane ${lane}: a wrong product`);
          back++;
        }
        if (isTaken) {
          pending[lane]!.push(montgomeryProduct(offered[lane]![0], offered[lane]![1], field));
          taken++;
        }
      }
      if (isTaken) {
        if (first < 0) first = cycle;
        last = cycle;
      }
      await dut.cycle();
      if (!isTaken) continue;
      for (let lane = 0; lane < lanes; lane++) {
        offered[lane] = [operand(), operand()];
        if (taken < products) offer(lane);
        else write(`lanes_lane${lane}_request_valid`, 0);
      }
    }
    result = { cycles: last - first + 3, products: taken };
  });
  return result!;
}
