// SPDX-License-Identifier: Apache-2.0

/** Unsigned numbers as little-endian bytes, as memory holds them. */

export function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Buffer.from(bytes).reverse().toString('hex')}`);
}

export function writeLittleEndian(into: Uint8Array, value: bigint): void {
  for (let i = 0, rest = value; i < into.length; i++, rest >>= 8n) into[i] = Number(rest & 0xffn);
}

/** Numbers one behind the other, `size` bytes each. */
export function packNumbers(values: readonly bigint[], size: number): Uint8Array {
  const bytes = new Uint8Array(values.length * size);
  values.forEach((value, i) => writeLittleEndian(bytes.subarray(i * size, (i + 1) * size), value));
  return bytes;
}

export function unpackNumbers(bytes: Uint8Array, size: number): bigint[] {
  return Array.from({ length: bytes.length / size }, (_, i) => littleEndian(bytes.subarray(i * size, (i + 1) * size)));
}

/** The same numbers in slots of another size. Throws when a number does not fit. */
export function resizeSlots(bytes: Uint8Array, from: number, to: number): Uint8Array {
  if (from === to) return bytes;
  const count = bytes.length / from;
  const out = new Uint8Array(count * to);
  for (let i = 0; i < count; i++) {
    const slot = bytes.subarray(i * from, (i + 1) * from);
    if (slot.subarray(to).some((byte) => byte !== 0)) throw new RangeError(`a number needs more than ${to} bytes`);
    out.set(slot.subarray(0, to), i * to);
  }
  return out;
}
