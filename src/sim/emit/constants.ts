// SPDX-License-Identifier: Apache-2.0
import type { EmitContext } from './emitter.ts';

/** Address of a table of constants of 4 bytes or whole limbs each, put into memory when the module is loaded. */
export function constantAddress(context: EmitContext, values: readonly bigint[], bytes: number): number {
  const table = new Uint8Array(bytes * values.length);
  values.forEach((value, i) => writePattern(table.subarray(i * bytes, (i + 1) * bytes), value));
  const address = context.map.arena.alloc(table.length);
  context.constants.push({ address, bytes: table });
  return address;
}

/** Little-endian bytes of a pattern; what does not fit is cut off. */
export function writePattern(into: Uint8Array, value: bigint): void {
  if (value <= 0xffff_ffffn && into.length >= 4) {
    into.fill(0, 4);
    for (let i = 0, word = Number(value); i < 4; i++, word >>>= 8) into[i] = word & 0xff;
    return;
  }
  let rest = value;
  for (let i = 0; i < into.length; i++) {
    into[i] = Number(rest & 0xffn);
    rest >>= 8n;
    if (rest === 0n) {
      into.fill(0, i + 1);
      return;
    }
  }
}

export function readPattern(from: Uint8Array): bigint {
  let value = 0n;
  for (let i = from.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(from[i]!);
  return value;
}
