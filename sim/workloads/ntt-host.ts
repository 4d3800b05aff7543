// SPDX-License-Identifier: Apache-2.0
import type { Dut, Random } from '../index.ts';
import type { Field } from '../../src/modules/zkflex/fields.ts';
import {
  fromMontgomery,
  type Montgomery,
  montgomery,
  toMontgomery,
} from '../../src/modules/zkflex/golden/montgomery.ts';
import { nttOps, type NttOp } from '../../src/modules/zkflex/ntt/ntt.types.ts';
import { NttParams, type NttParamsInput } from '../../src/modules/zkflex/ntt/ntt.params.ts';
import { modeBits } from '../../src/modules/zkflex/tcore.params.ts';

export interface Command {
  readonly op: NttOp;
  readonly log2n: number;
  readonly log2batch?: number;
  readonly src?: number;
  readonly dst?: number;
  readonly second?: number;
  readonly perStage?: boolean;
  readonly across?: boolean;
}

export interface Outcome {
  readonly refused: boolean;
  /** From the taking of the command to `done`. */
  readonly cycles: number;
}

/** The host of nodes under test: plain residues outside, Montgomery words inside. */
export class NttHost {
  readonly #dut: Dut;
  readonly #p: NttParams;
  #form: Montgomery | null = null;

  constructor(dut: unknown, p: NttParamsInput) {
    this.#dut = dut as Dut;
    this.#p = NttParams.parse(p);
  }

  async configure(field: Field, mode: number): Promise<void> {
    const form = montgomery(field.prime, modeBits(this.#p, mode));
    this.#form = form;
    this.#dut.input('twoAdicity').value = field.twoAdicity;
    const values = { mode, modulus: form.p, inverse: form.inverse, product: 0, load: 1 };
    for (const [name, value] of Object.entries(values)) this.#dut.input(`configure_${name}`).value = value;
    await this.#dut.cycle();
    this.#dut.input('configure_load').value = 0;
    await this.#dut.cycle(3);
  }

  /** Residues into data or twiddle memory from an address on. */
  write(address: number, values: readonly bigint[], { node = 0, twiddle = false, stall = 0 } = {}): void {
    const items = values.map((value, i) => ({
      twiddle: Number(twiddle),
      address: address + i,
      data: toMontgomery(value, this.#form!),
    }));
    if (items.length > 0) this.#dut.move({ drive: { [`node_${node}_write`]: { items, stall } } } as never);
  }

  read(address: number, count: number, { node = 0, twiddle = false, stall = 0 } = {}): bigint[] {
    const items = Array.from({ length: count }, (_, i) => ({ twiddle: Number(twiddle), address: address + i }));
    return this.readItems(items, stall, node);
  }

  readItems(items: readonly { twiddle: number; address: number }[], stall: number, node = 0): bigint[] {
    const moved = this.#dut.move({
      drive: { [`node_${node}_read`]: { items, stall } },
      collect: { [`node_${node}_data`]: { count: items.length, stall } },
    } as never);
    const words = (moved.received as Record<string, { items: (number | bigint)[] }>)[`node_${node}_data`]!.items;
    return words.map((word) => fromMontgomery(BigInt(word), this.#form!));
  }

  start({ op, log2n, log2batch = 0, src = 0, dst = src, second = 0, perStage = false, across = false }: Command): void {
    const flags = { perStage: Number(perStage), across: Number(across) };
    const item = { op: typeof op === 'number' ? op : nttOps[op], log2n, log2batch, src, dst, second, ...flags };
    this.#dut.move({ drive: { command: [item] } } as never);
  }

  async run(command: Command): Promise<Outcome> {
    this.start(command);
    const from = this.#dut.now;
    await this.#dut.until(() => this.#dut.output('done').value === 1);
    const outcome = { refused: this.#dut.output('refused').value === 1, cycles: this.#dut.now - from };
    await this.#dut.cycle();
    return outcome;
  }
}

/** Random residues: a few at the edges of the field, the others anywhere. */
export function residues(random: Random, count: number, p: bigint): bigint[] {
  const edges = [0n, 1n, p - 1n, p >> 1n];
  return Array.from({ length: count }, () =>
    random.bool(0.2) ? edges[random.below(edges.length)]! : BigInt(random.bits(p.toString(2).length + 16)) % p,
  );
}
