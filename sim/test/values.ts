// SPDX-License-Identifier: Apache-2.0
import type { PortSlot } from '../../src/sim/engine.ts';

/**
 * A port's value as a test sees it: a number up to 32 bits, a bigint above, negative where the format is signed, a name
 * where it is an enumeration (a number when the pattern has no name).
 */
export type HostValue = number | bigint | string;

/** What may be written: as above, and true and false. */
export type Writable = HostValue | boolean;

/** Reads and writes one port or field in an array of words. */
export interface ValueCodec {
  read(words: Uint32Array, offset: number): HostValue;
  /** Returns whether anything changed. */
  write(words: Uint32Array, offset: number, value: Writable): boolean;
}

export function codecOf(port: Pick<PortSlot, 'name' | 'width' | 'format'>): ValueCodec {
  const { name, width, format } = port;
  if (width === 0) return emptyCodec;
  if (format.kind === 'enum') return enumCodec(name, width, format.names);
  return width <= 32
    ? wordCodec(name, width, format.kind === 'signed')
    : wideCodec(name, width, format.kind === 'signed');
}

const emptyCodec: ValueCodec = { read: () => 0, write: () => false };

function wordCodec(name: string, width: number, signed: boolean): ValueCodec {
  const low = signed ? -(2 ** (width - 1)) : 0;
  const high = signed ? 2 ** (width - 1) - 1 : 2 ** width - 1;
  const mask = width === 32 ? -1 : 2 ** width - 1;
  const shift = 32 - width;
  return {
    read: signed ? (words, offset) => (words[offset]! << shift) >> shift : (words, offset) => words[offset]!,
    write(words, offset, value) {
      const number = Number(value);
      if (!(number >= low && number <= high && Number.isInteger(number)) || typeof value === 'string') {
        refuse(name, width, signed, value);
      }
      const word = (number & mask) >>> 0;
      if (words[offset] === word) return false;
      words[offset] = word;
      return true;
    },
  };
}

function wideCodec(name: string, width: number, signed: boolean): ValueCodec {
  const count = Math.ceil(width / 32);
  const low = signed ? -(1n << BigInt(width - 1)) : 0n;
  const high = signed ? (1n << BigInt(width - 1)) - 1n : (1n << BigInt(width)) - 1n;
  return {
    read(words, offset) {
      let value = 0n;
      for (let i = count - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[offset + i]!);
      return signed ? BigInt.asIntN(width, value) : value;
    },
    write(words, offset, value) {
      if (typeof value === 'string' || (typeof value === 'number' && !Number.isSafeInteger(value))) {
        refuse(name, width, signed, value);
      }
      const number = BigInt(value);
      if (number < low || number > high) refuse(name, width, signed, value);
      let rest = BigInt.asUintN(width, number);
      let changed = false;
      for (let i = 0; i < count; i++, rest >>= 32n) {
        const word = Number(rest & 0xffffffffn);
        changed ||= words[offset + i] !== word;
        words[offset + i] = word;
      }
      return changed;
    },
  };
}

function enumCodec(name: string, width: number, names: readonly string[]): ValueCodec {
  const plain = codecOf({ name, width, format: { kind: 'unsigned' } });
  return {
    read(words, offset) {
      const value = plain.read(words, offset);
      return names[Number(value)] ?? value;
    },
    write(words, offset, value) {
      if (typeof value !== 'string') return plain.write(words, offset, value);
      const index = names.indexOf(value);
      if (index < 0) throw new RangeError(`${name} has no value "${value}"; it has ${names.join(', ')}.`);
      return plain.write(words, offset, index);
    },
  };
}

function refuse(name: string, width: number, signed: boolean, value: Writable): never {
  const kind = signed ? 'signed' : 'unsigned';
  throw new RangeError(`${JSON.stringify(String(value))} does not fit ${name}, a ${kind} number of ${width} bits.`);
}

/** A value for a message: hexadecimal beside what people count in. */
export function formatValue(value: HostValue): string {
  if (typeof value === 'string') return value;
  if (value < 0 || value < 10) return String(value);
  return `${value} (0x${value.toString(16)})`;
}
