// SPDX-License-Identifier: Apache-2.0
import type { PortSlot } from '../../src/sim/engine.ts';

/** Writes a port's pattern into words that start `base` words into a buffer laid out like `io`. */
export function writePort(words: Uint32Array, base: number, port: PortSlot, pattern: bigint): void {
  let rest = pattern;
  for (let i = 0; i < port.words; i++) {
    words[base + port.offset + i] = Number(rest & 0xffffffffn);
    rest >>= 32n;
  }
}

export function readPort(words: Uint32Array, base: number, port: PortSlot): bigint {
  let pattern = 0n;
  for (let i = port.words - 1; i >= 0; i--) pattern = (pattern << 32n) | BigInt(words[base + port.offset + i]!);
  return pattern;
}
