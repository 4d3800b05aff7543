// SPDX-License-Identifier: Apache-2.0
import type { ProofResult } from './run-proof.ts';
import type { Method } from './tools.ts';

/** docs/proofs.md. Without times: they differ from machine to machine, and the file should not. */
export function proofList(results: readonly ProofResult[]): string {
  const rows = results.map(
    ({ proof, passed }) =>
      `| ${proof.name} | ${proof.claim} | ${methodText(proof.method)} | ${passed ? 'yes' : 'no'} |`,
  );
  return [
    '# Proofs',
    '',
    'Written by `npm run prove -- --write`. A proof counts when the tools prove the harness and refute it after a bug has been',
    'planted in the Verilog. Harnesses are Kiln blocks (`test/formal`); what is proved is the Verilog that they and the blocks',
    'are emitted as. Every run starts with a cycle of reset, later resets are free. Where a block as a whole is too much, its steps are proved',
    'inside its own Verilog, each with a bug of its own, and what follows from them is proved of integers, where the bug is planted in a premise.',
    '',
    '| proof | claim | method | proved |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function methodText(method: Method): string {
  switch (method.kind) {
    case 'sat':
      return 'SAT over all operands (Yosys)';
    case 'induction':
      return `induction over ${method.steps} steps (yosys-smtbmc, z3)`;
    case 'bounded':
      return `all runs of ${method.cycles} cycles (abc bmc3)`;
    case 'reach':
      return 'property directed reachability, unbounded (abc pdr)';
    case 'integers':
      return 'integer arithmetic (z3)';
  }
}
