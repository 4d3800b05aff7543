// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../src/dsl/index.ts';
import { emitDesign } from '../../src/gen/verilog/index.ts';
import type { Proof } from './proofs.ts';
import { check, type Verdict } from './tools.ts';

export interface ProofResult {
  readonly proof: Proof;
  readonly verdict: Verdict;
  /** The same with the planted bug: it must not hold. */
  readonly control: Verdict;
  readonly passed: boolean;
}

/** Proves a harness, then plants the bug and fails to. A control that no text matched is an error: it would control nothing. */
export async function runProof(proof: Proof, limit: number): Promise<ProofResult> {
  const design = elaborate(proof.harness());
  const files = emitDesign(design, { sourceLines: false });
  const verdict = await check(files, design.top.name, proof.method, limit);
  const place = files.findIndex(({ text }) => proof.bug.from.test(text));
  if (place < 0) throw new Error(`${proof.name}: no line of the Verilog matches the planted bug ${proof.bug.from}.`);
  const broken = files.map(({ name, text }, i) => {
    return { name, text: i === place ? text.replace(proof.bug.from, proof.bug.to) : text };
  });
  const control = await check(broken, design.top.name, proof.method, limit);
  return { proof, verdict, control, passed: verdict.holds && control.refuted };
}
