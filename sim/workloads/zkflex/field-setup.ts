// SPDX-License-Identifier: Apache-2.0
import { type Montgomery, montgomery, toMontgomery } from '../../../src/modules/zkflex/golden/montgomery.ts';
import { modeBits, modes } from '../../../src/modules/zkflex/tcore.params.ts';
import { flags } from '../../../src/modules/zkflex/top/commands.ts';
import { beatsOf } from '../../../src/modules/zkflex/top/element.params.ts';
import type { ZkFlexParams } from '../../../src/modules/zkflex/top/zkflex.params.ts';
import type { ZkFlexHost } from './host.ts';

/** A field as the design computes in it. */
export interface FieldSetup {
  readonly mode: number;
  readonly montgomery: Montgomery;
  /** Bytes of an element in memory. */
  readonly elementBytes: number;
  readonly twoAdicity: number;
}

/** The narrowest mode of the design that holds the prime. Throws when there is none. */
export function setupOf(p: ZkFlexParams, prime: bigint): FieldSetup {
  const bits = prime.toString(2).length;
  const mode = modes.findIndex(({ limbs }, i) => limbs <= p.limbs && bits <= modeBits(p, i));
  if (mode < 0)
    throw new RangeError(`the design computes with at most ${p.limbs * p.limb} bits, the prime has ${bits}`);
  let twoAdicity = 0;
  while (((prime - 1n) >> BigInt(twoAdicity)) % 2n === 0n) twoAdicity++;
  const elementBytes = (beatsOf(modeBits(p, mode), p) * p.busBits) / 8;
  return { mode, montgomery: montgomery(prime, modeBits(p, mode)), elementBytes, twoAdicity };
}

/** Makes it the field of the design; `a` of the curve y^2 = x^3 + a x + b. Its three numbers are put at byte address `at` of memory. */
export function configure(host: ZkFlexHost, field: FieldSetup, at: number, a = 0n): void {
  const { montgomery: m, mode, elementBytes, twoAdicity } = field;
  host.put(at, [m.p, m.inverse, toMontgomery(a, m)], elementBytes);
  host.push('CFG', {
    mode,
    address: host.beat(at),
    log2n: Math.min(twoAdicity, 63),
    flags: a === 0n ? flags.A_IS_ZERO : 0,
  });
}
