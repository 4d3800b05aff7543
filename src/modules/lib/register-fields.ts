// SPDX-License-Identifier: Apache-2.0
import {
  input,
  type ModuleBuilder,
  output,
  type PortSpec,
  type Signal,
  UInt,
  type UIntType,
  type Wire,
} from '../../dsl/index.ts';
import type { PlacedField, PlacedMap, RegisterMap } from './register-map.ts';

/** What the bus does with a field. */
export interface FieldHardware {
  /** What software reads, null for nothing. */
  readonly read: Signal | null;
  /** A write of the register in this cycle; called once, inside the condition. */
  write(word: Signal, strobe: Signal): void;
  /** What happens in every cycle; called once, after all else. */
  finish(): void;
}

type Port = PortSpec<'input' | 'output', UIntType>;
type Register = RegisterMap['registers'][number];
type Field = Register['fields'][number];

/** The ports of a register map by register and field, with the names and directions that the map gives them. */
export type FieldPortSpecs<M extends RegisterMap> = {
  readonly [R in M['registers'][number] as R['name']]: PortsOfRegister<R>;
};

type PortsOfRegister<R extends Register> = {
  readonly [F in R['fields'][number] as F['name']]: PortSpec<F['access'] extends 'ro' ? 'input' : 'output', UIntType>;
} & { readonly [F in R['fields'][number] as SetName<F>]: PortSpec<'input', UIntType> };

type SetName<F extends Field> = F extends { readonly access: 'w1c' } ? `${F['name']}_set` : never;

/** The ports of all fields: a group a register. */
export function fieldPorts(map: PlacedMap): Readonly<Record<string, Readonly<Record<string, Port>>>> {
  const groups = map.registers.map((register) => {
    const ports: Record<string, Port> = {};
    for (const { name, access, width, doc } of register.fields) {
      ports[name] = access === 'ro' ? input(UInt(width), doc) : output(UInt(width), doc);
      if (access === 'w1c') ports[`${name}_set`] = input(UInt(width), 'Ones set bits');
    }
    return [register.name, ports] as const;
  });
  return Object.fromEntries(groups);
}

type FieldPorts = Readonly<Record<string, Readonly<Record<string, Signal>>>>;

/** Registers and wires of all fields, by `<register>_<field>`. */
export function fieldHardware(m: ModuleBuilder, map: PlacedMap, ports: FieldPorts): Map<string, FieldHardware> {
  const all = new Map<string, FieldHardware>();
  for (const register of map.registers) {
    for (const field of register.fields) {
      const name = `${register.name}_${field.name}`;
      all.set(name, oneField(m, name, field, ports[register.name]!));
    }
  }
  return all;
}

function oneField(
  m: ModuleBuilder,
  name: string,
  field: PlacedField,
  ports: Readonly<Record<string, Signal>>,
): FieldHardware {
  const port = ports[field.name]!;
  if (field.access === 'ro') return { read: port, write: () => undefined, finish: () => undefined };
  const key = `${name}_value`;
  const value = m.regs({ [key]: UInt(field.width).init(field.reset) })[key]!;
  (port as Wire<UIntType>).assign(value);
  switch (field.access) {
    case 'rw':
    case 'wo':
      return {
        read: field.access === 'rw' ? value : null,
        write: (word, strobe) => eachByte(m, field, word, strobe, (hi, lo, bits) => value.part(hi, lo).next(bits)),
        finish: () => undefined,
      };
    case 'pulse':
      // The default comes first, so that a write in the same cycle overrides it.
      value.next(0);
      return {
        read: null,
        write: (word, strobe) => eachByte(m, field, word, strobe, (hi, lo, bits) => value.part(hi, lo).next(bits)),
        finish: () => undefined,
      };
    case 'w1c': {
      const clearName = `${name}_clear`;
      const clear = m.wires({ [clearName]: UInt(field.width) })[clearName]!;
      clear.assign(0);
      return {
        read: value,
        write: (word, strobe) => eachByte(m, field, word, strobe, (hi, lo, bits) => clear.part(hi, lo).assign(bits)),
        finish: () => value.next(value.and(clear.not()).or(ports[`${field.name}_set`]!)),
      };
    }
  }
}

/** The parts of a field that lie in one byte of the word each, under the strobe of that byte. */
function eachByte(
  m: ModuleBuilder,
  field: PlacedField,
  word: Signal,
  strobe: Signal,
  visit: (hi: number, lo: number, bits: Signal) => void,
): void {
  const top = field.lsb + field.width - 1;
  for (let byte = Math.floor(field.lsb / 8); byte <= Math.floor(top / 8); byte++) {
    const lo = Math.max(field.lsb, 8 * byte);
    const hi = Math.min(top, 8 * byte + 7);
    m.when(strobe.bit(byte), () => {
      visit(hi - field.lsb, lo - field.lsb, word.slice(hi, lo));
    });
  }
}
