// SPDX-License-Identifier: Apache-2.0
import type { Buffered, PairingCurve, PrimeField } from 'snarkjs';

/**
 * What a Groth16 prover asks of an accelerator. Field elements are Montgomery words of little-endian bytes, scalars plain ones, points x then y
 * (all zero: infinity): the form in which ffjavascript holds them.
 */
export interface ProverService {
  /** out[i] = sum of in[j] root^(ij), `root` plain; the inverse also divides by n. */
  transform(elements: Uint8Array, root: bigint, inverse: boolean): Promise<Uint8Array>;
  /** Element i times first * factor^i; both plain. */
  scale(elements: Uint8Array, first: bigint, factor: bigint): Promise<Uint8Array>;
  /** The sum of scalar * base, affine. */
  msm(bases: Uint8Array, scalars: Uint8Array): Promise<Uint8Array>;
}

/**
 * Has the transforms, scalings and G1 multi-scalar multiplications of snarkjs served by `service`; the curve is shared by the whole process.
 * Returns what takes it back.
 */
export function serve(curve: PairingCurve, service: ProverService): () => void {
  const { Fr, G1 } = curve;
  const { fft, ifft, batchApplyKey } = Fr;
  const { multiExpAffine } = G1;
  Fr.fft = (buffer) => service.transform(bytes(buffer), rootFor(Fr, buffer), false);
  Fr.ifft = (buffer) => service.transform(bytes(buffer), rootFor(Fr, buffer), true);
  Fr.batchApplyKey = (buffer, first, factor) => service.scale(bytes(buffer), Fr.toObject(first), Fr.toObject(factor));
  G1.multiExpAffine = (bases, scalars) => service.msm(bytes(bases), bytes(scalars));
  return () => {
    Object.assign(Fr, { fft, ifft, batchApplyKey });
    Object.assign(G1, { multiExpAffine });
  };
}

const bytes = (buffer: Buffered): Uint8Array => buffer.slice(0, buffer.byteLength);

/** The root of unity that ffjavascript uses for so many elements: its own, not one of a textbook. */
function rootFor(Fr: PrimeField, buffer: Buffered): bigint {
  const elements = buffer.byteLength / Fr.w[0]!.byteLength;
  return Fr.toObject(Fr.w[Math.log2(elements)]!);
}
