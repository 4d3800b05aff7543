// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { powersOfTau, wtns, zKey, type MemoryFile, type PairingCurve } from 'snarkjs';

/** Names of a curve: in snarkjs, and as a prime of circom. */
export const proofCurves = {
  bn254: { snarkjs: 'bn128', circom: 'bn128' },
  bls12381: { snarkjs: 'bls12381', circom: 'bls12381' },
} as const;

export type ProofCurve = keyof typeof proofCurves;

/** Constraints of factors.circom are below 2^power. */
const power = 7;

/** What a prover is given: the proving key and a witness. */
export interface Statement {
  readonly key: MemoryFile;
  readonly witness: MemoryFile;
}

/** Compiles factors.circom, makes keys with a ceremony of one and the witness for `p` and `q`, all in memory. */
export async function statementOf(curve: PairingCurve, name: ProofCurve, p: number, q: number): Promise<Statement> {
  const { r1cs, wasm } = compile(proofCurves[name].circom);
  const [begun, powers, prepared, firstKey, key, witness] = Array.from({ length: 6 }, memory) as [
    MemoryFile,
    MemoryFile,
    MemoryFile,
    MemoryFile,
    MemoryFile,
    MemoryFile,
  ];
  await powersOfTau.newAccumulator(curve, power, begun);
  await powersOfTau.contribute(begun, powers, 'demo', 'not a secret: good for a demonstration only');
  await powersOfTau.preparePhase2(powers, prepared);
  await zKey.newZKey({ type: 'mem', data: r1cs }, prepared, firstKey);
  await zKey.contribute(firstKey, key, 'demo', 'not a secret either');
  await wtns.calculate({ p: String(p), q: String(q) }, wasm, witness);
  return { key, witness };
}

const memory = (): MemoryFile => ({ type: 'mem' });

function compile(prime: string): { r1cs: Uint8Array; wasm: Uint8Array } {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-groth16-'));
  try {
    copyFileSync(new URL('factors.circom', import.meta.url), join(folder, 'factors.circom'));
    const circom = createRequire(import.meta.url).resolve('circom2/cli.js');
    const args = [circom, 'factors.circom', '--r1cs', '--wasm', '--O1', '--prime', prime, '-o', '.'];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`circom failed:\n${run.stdout}${run.stderr}`);
    const file = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(folder, ...path)));
    return { r1cs: file('factors.r1cs'), wasm: file('factors_js', 'factors.wasm') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
