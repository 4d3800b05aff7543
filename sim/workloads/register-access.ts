// SPDX-License-Identifier: Apache-2.0
import { type PlacedMap, placeRegisters, type RegisterMap } from '../../src/modules/lib/register-map.ts';
import type { AxiLiteMaster } from '../axi-lite-master.ts';

/** Registers of a design by name, over its AXI4-Lite port. */
export class RegisterAccess {
  readonly #bus: AxiLiteMaster;
  readonly #map: PlacedMap;

  constructor(bus: AxiLiteMaster, map: RegisterMap) {
    this.#bus = bus;
    this.#map = placeRegisters(map);
  }

  /** Fields of a register. */
  read(register: string): Readonly<Record<string, number>> {
    const { offset, fields } = this.find(register);
    const word = this.#bus.read(offset);
    return Object.fromEntries(fields.map(({ name, lsb, width }) => [name, Math.floor(word / 2 ** lsb) % 2 ** width]));
  }

  /** Writes a register; fields that are left out get 0. */
  write(register: string, values: Readonly<Record<string, number>>): void {
    const { offset, fields } = this.find(register);
    let word = 0;
    for (const { name, lsb } of fields) word += (values[name] ?? 0) * 2 ** lsb;
    this.#bus.write(offset, word);
  }

  /** The field `value` of a register. */
  value(register: string): number {
    return this.read(register)['value']!;
  }

  find(name: string): PlacedMap['registers'][number] {
    const register = this.#map.registers.find((each) => each.name === name);
    if (register === undefined) throw new Error(`there is no register ${name}`);
    return register;
  }
}
