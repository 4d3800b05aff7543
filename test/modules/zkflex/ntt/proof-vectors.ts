// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../../shared/traces/groth16-bn254-merkle/', import.meta.url));

/** The recorded transforms of a real proof are not there. */
export const absent = !existsSync(folder);
export const absence = absent ? ' (skipped: ../shared/traces is absent)' : '';

function load(name: string): bigint[] {
  const bytes = readFileSync(folder + name);
  return Array.from({ length: bytes.length / 32 }, (_, i) => {
    const word = Buffer.from(bytes.subarray(32 * i, 32 * i + 32)).reverse();
    return BigInt(`0x${word.toString('hex')}`);
  });
}

/** Vectors of 4096 plain residues of BN254 Fr in natural order: evaluations, coefficients, these shifted, evaluations on the coset. */
export function proofVectors(name: 'A' | 'B' | 'C') {
  const manifest = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as Record<string, string>;
  return {
    w: BigInt(manifest['root_of_unity']!),
    shift: BigInt(manifest['coset_shift']!),
    evaluations: load(`intt_${name}_in.bin`),
    coefficients: load(`intt_${name}_out.bin`),
    shifted: load(`ntt_coset_${name}_in.bin`),
    onCoset: load(`ntt_coset_${name}_out.bin`),
  };
}
