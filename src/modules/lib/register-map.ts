// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/**
 * What software may do with a field, and what hardware sees:
 *
 * | access | read        | write                 | hardware                                                        |
 * |--------|-------------|-----------------------|-----------------------------------------------------------------|
 * | rw     | the value   | sets the value        | output: the value                                               |
 * | ro     | the input   | nothing               | input                                                           |
 * | w1c    | the value   | ones clear their bits | input `<field>_set`: ones set their bits and win; output: value |
 * | wo     | zero        | sets the value        | output: the value                                               |
 * | pulse  | zero        | ones make a pulse     | output: one in the cycle after the write, else zero             |
 */
export const accessKinds = ['rw', 'ro', 'w1c', 'wo', 'pulse'] as const;

const identifier = z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name is lower case letters, digits and underscores');

export const RegisterFieldParams = z.strictObject({
  name: identifier.describe('Name; the port is <register>_<field>'),
  width: z.int().min(1).default(1).describe('Bits'),
  lsb: z.int().min(0).optional().describe('Lowest bit; behind the field before it unless said'),
  access: z.enum(accessKinds),
  reset: z
    .union([z.int().min(0), z.bigint().min(0n)])
    .default(0)
    .describe('Value after reset'),
  doc: z.string().default('').describe('What it means'),
});

export const RegisterParams = z.strictObject({
  name: identifier,
  offset: z.int().min(0).optional().describe('Bytes from the base; behind the register before it unless said'),
  fields: z.array(RegisterFieldParams).min(1).readonly(),
  doc: z.string().default('').describe('What it is for'),
});

const RegisterMapFields = z.strictObject({
  name: identifier.describe('Name of the map; prefix in the C header'),
  doc: z.string().default('').describe('What has these registers'),
  dataWidth: z
    .union([z.literal(32), z.literal(64)])
    .default(32)
    .describe('Bits of a register'),
  addressWidth: z.int().min(1).max(64).optional().describe('Bits of an address; as few as the map needs unless said'),
  registers: z.array(RegisterParams).min(1).readonly().describe('Registers with their fields'),
});

export type RegisterMap = z.input<typeof RegisterMapFields>;
export type Access = (typeof accessKinds)[number];

export interface PlacedField {
  readonly name: string;
  readonly width: number;
  readonly lsb: number;
  readonly access: Access;
  readonly reset: bigint;
  readonly doc: string;
}

export interface PlacedRegister {
  readonly name: string;
  /** In bytes. */
  readonly offset: number;
  readonly fields: readonly PlacedField[];
  readonly doc: string;
}

/** A map with every offset and bit position in place. */
export interface PlacedMap {
  readonly name: string;
  readonly doc: string;
  readonly dataWidth: number;
  readonly addressWidth: number;
  readonly registers: readonly PlacedRegister[];
}

/** Gives everything its place; what cannot be placed is found by the schema. */
export function placeRegisters(map: RegisterMap): PlacedMap {
  const dataWidth = map.dataWidth ?? 32;
  const bytes = dataWidth / 8;
  let offset = 0;
  const registers = map.registers.map((register) => {
    offset = register.offset ?? offset;
    const placed = { name: register.name, offset, fields: placeFields(register), doc: register.doc ?? '' };
    offset += bytes;
    return placed;
  });
  const end = Math.max(...registers.map((register) => register.offset)) + bytes;
  // One register also gets a bit to be told apart by: an address without such bits could not be wrong.
  const needed = Math.max(Math.ceil(Math.log2(end)), Math.log2(bytes) + 1);
  return {
    name: map.name,
    doc: map.doc ?? '',
    dataWidth,
    addressWidth: map.addressWidth ?? needed,
    registers,
  };
}

function placeFields(register: RegisterMap['registers'][number]): PlacedField[] {
  let next = 0;
  return register.fields.map((field) => {
    const width = field.width ?? 1;
    const lsb = field.lsb ?? next;
    next = lsb + width;
    return { ...field, width, lsb, reset: BigInt(field.reset ?? 0), doc: field.doc ?? '' };
  });
}

/** What contradicts itself between entries, as [place, text] pairs. */
function conflicts(map: RegisterMap): [(string | number)[], string][] {
  const placed = placeRegisters(map);
  const bytes = placed.dataWidth / 8;
  const found: [(string | number)[], string][] = [];
  const ports = new Set<string>();
  placed.registers.forEach((register, r) => {
    const at = ['registers', r];
    const twin = placed.registers.slice(0, r).find((other) => other.offset === register.offset);
    if (twin) found.push([at, `${register.name} and ${twin.name} lie at the same offset ${register.offset}`]);
    if (register.offset % bytes !== 0) found.push([at, `offset ${register.offset} is no multiple of ${bytes}`]);
    if (placed.addressWidth <= Math.log2(bytes)) {
      found.push([at, `${placed.addressWidth} address bits cannot tell registers of ${bytes} bytes apart`]);
    }
    if (register.offset + bytes > 2 ** placed.addressWidth) {
      found.push([at, `offset ${register.offset} needs more than ${placed.addressWidth} address bits`]);
    }
    register.fields.forEach((field, f) => {
      const place = [...at, 'fields', f];
      const top = field.lsb + field.width;
      if (top > placed.dataWidth) found.push([place, `${field.name} ends beyond bit ${placed.dataWidth - 1}`]);
      if (field.reset >= 1n << BigInt(field.width)) {
        found.push([place, `the reset value ${field.reset} does not fit in ${field.width} bits`]);
      }
      const over = register.fields.slice(0, f).find((other) => field.lsb < other.lsb + other.width && other.lsb < top);
      if (over) found.push([place, `${field.name} overlaps ${over.name}`]);
      for (const port of portNames(register, field)) {
        if (ports.has(port)) found.push([place, `there are two ports ${port}`]);
        ports.add(port);
      }
    });
  });
  return found;
}

function portNames(register: PlacedRegister, field: PlacedField): string[] {
  const name = `${register.name}_${field.name}`;
  return field.access === 'w1c' ? [name, `${name}_set`] : [name];
}

export const RegisterMapParams = RegisterMapFields.superRefine((map, ctx) => {
  for (const [path, message] of conflicts(map)) ctx.addIssue({ code: 'custom', path, message });
});

/** Software can change something in it. */
export function isWritable(register: PlacedRegister): boolean {
  return register.fields.some(({ access }) => access !== 'ro');
}

/** Software learns something from it. */
export function isReadable(register: PlacedRegister): boolean {
  return register.fields.some(({ access }) => access !== 'wo' && access !== 'pulse');
}
