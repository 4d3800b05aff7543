// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import type { Proof } from '../../formal/proofs.ts';
import { runProof } from '../../formal/run-proof.ts';
import { cvgHarness } from './cvg-harness.ts';

/**
 * Paper 8, for a small array: every marked element exactly once, and the assertions of the vector generator, without bound. The harness also holds
 * for 3 x 3 (unbounded, minutes), and for 4 x 4 within 14 cycles of reset, which is any unit of two blocks without stalls.
 */
const proof: Proof = {
  name: 'cvg-2x2',
  claim: 'Two arbitrary blocks of 2 x 2 come out with every marked element once and no other, whatever the stalls.',
  harness: () => cvgHarness(2, 2),
  method: { kind: 'reach' },
  bug: { from: /added_0 = /, to: 'added_0 = ~' },
  quick: true,
};

it(`${proof.claim} (proved)`, async () => {
  const { verdict, control } = await runProof(proof, 200);
  expect(verdict.holds, verdict.log).toBe(true);
  expect(control.refuted, control.log).toBe(true);
});
