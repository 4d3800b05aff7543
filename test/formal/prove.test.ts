// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { proofs } from './proofs.ts';
import { runProof } from './run-proof.ts';

test.each(proofs.filter(({ quick }) => quick))('$name holds, and not with a bug in it', async (proof) => {
  const { verdict, control } = await runProof(proof, 100);
  expect(verdict.holds, verdict.log).toBe(true);
  expect(control.refuted, control.log).toBe(true);
});
