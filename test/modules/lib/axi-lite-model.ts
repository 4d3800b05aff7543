// SPDX-License-Identifier: Apache-2.0
import {
  placeRegisters,
  type PlacedField,
  type PlacedMap,
  type RegisterMap,
} from '../../../src/modules/lib/register-map.ts';

/** What the master drives in one cycle. */
export interface Drive {
  readonly aw: number | null;
  readonly w: { readonly data: bigint; readonly strobe: number } | null;
  readonly bready: boolean;
  readonly ar: number | null;
  readonly rready: boolean;
  /** Values of `ro` inputs and `_set` inputs by port name. */
  readonly inputs: ReadonlyMap<string, bigint>;
}

/** What the slave shows in one cycle; data and codes count only with their valid. */
export interface Shown {
  readonly awready: boolean;
  readonly wready: boolean;
  readonly arready: boolean;
  readonly b: number | null;
  readonly r: { readonly data: bigint; readonly code: number } | null;
  /** Field outputs by port name. */
  readonly outputs: ReadonlyMap<string, bigint>;
}

const [OKAY, SLVERR, DECERR] = [0, 2, 3];

/** The register bank, cycle by cycle, in plain code. */
export class RegisterBankModel {
  readonly map: PlacedMap;
  readonly #values = new Map<string, bigint>();
  #aw: number | null = null;
  #w: Drive['w'] = null;
  #ar: number | null = null;
  #b: number | null = null;
  #r: Shown['r'] = null;

  constructor(map: RegisterMap) {
    this.map = placeRegisters(map);
    for (const { name, field } of this.#fields()) if (field.access !== 'ro') this.#values.set(name, field.reset);
  }

  shown(): Shown {
    return {
      awready: this.#aw === null,
      wready: this.#w === null,
      arready: this.#ar === null,
      b: this.#b,
      r: this.#r,
      outputs: new Map(this.#values),
    };
  }

  edge(drive: Drive): void {
    // What is kept aside comes before what is offered.
    const [aw, w, ar] = [this.#aw ?? drive.aw, this.#w ?? drive.w, this.#ar ?? drive.ar];
    const read = ar !== null && (this.#r === null || drive.rready);
    const answer = read ? this.#read(ar, drive.inputs) : this.#r !== null && drive.rready ? null : this.#r;
    const write = aw !== null && w !== null && (this.#b === null || drive.bready);
    const cleared = new Map<string, bigint>();
    for (const { name, field } of this.#fields()) if (field.access === 'pulse') this.#values.set(name, 0n);
    if (write) this.#b = this.#write(aw, w, cleared);
    else if (drive.bready) this.#b = null;
    for (const { name, field } of this.#fields()) {
      if (field.access !== 'w1c') continue;
      const kept = this.#values.get(name)! & ~(cleared.get(name) ?? 0n);
      this.#values.set(name, kept | (drive.inputs.get(`${name}_set`) ?? 0n));
    }
    this.#r = answer;
    this.#aw = write ? null : aw;
    this.#w = write ? null : w;
    this.#ar = read ? null : ar;
  }

  #registerAt(address: number) {
    const bytes = this.map.dataWidth / 8;
    return this.map.registers.find((register) => register.offset === address - (address % bytes));
  }

  #read(address: number, inputs: ReadonlyMap<string, bigint>): Shown['r'] {
    const register = this.#registerAt(address);
    if (!register) return { data: 0n, code: DECERR };
    let data = 0n;
    let readable = false;
    for (const field of register.fields) {
      if (field.access === 'wo' || field.access === 'pulse') continue;
      readable = true;
      const name = `${register.name}_${field.name}`;
      data |= ((field.access === 'ro' ? inputs.get(name) : this.#values.get(name)) ?? 0n) << BigInt(field.lsb);
    }
    return { data, code: readable ? OKAY : SLVERR };
  }

  #write(address: number, word: NonNullable<Drive['w']>, cleared: Map<string, bigint>): number {
    const register = this.#registerAt(address);
    if (!register) return DECERR;
    let strobed = 0n;
    for (let i = 0; i < this.map.dataWidth / 8; i++) if ((word.strobe >> i) & 1) strobed |= 0xffn << BigInt(8 * i);
    let writable = false;
    for (const field of register.fields) {
      if (field.access === 'ro') continue;
      writable = true;
      const name = `${register.name}_${field.name}`;
      const all = (1n << BigInt(field.width)) - 1n;
      const mask = (strobed >> BigInt(field.lsb)) & all;
      const data = (word.data >> BigInt(field.lsb)) & mask;
      if (field.access === 'w1c') cleared.set(name, data);
      else this.#values.set(name, (this.#values.get(name)! & ~mask) | data);
    }
    return writable ? OKAY : SLVERR;
  }

  #fields(): { readonly name: string; readonly field: PlacedField }[] {
    return this.map.registers.flatMap(({ name, fields }) =>
      fields.map((field) => ({ name: `${name}_${field.name}`, field })),
    );
  }
}
