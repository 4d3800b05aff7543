// SPDX-License-Identifier: Apache-2.0
import { elaborate } from '../../src/dsl/index.ts';
import { emitDesign, type VerilogFile } from '../../src/gen/verilog/index.ts';
import { lawInSmt } from './law.ts';
import type { Bug, Proof } from './proofs.ts';
import { check, type Method, type Verdict } from './tools.ts';

export interface ProofResult {
  readonly proof: Proof;
  readonly verdict: Verdict;
  /** The same with the planted bug: it must not hold. */
  readonly control: Verdict;
  readonly passed: boolean;
}

type File = Pick<VerilogFile, 'name' | 'text'>;

/** What one run of the tools judges, and the bug that goes into it. */
interface Case {
  readonly files: readonly File[];
  readonly top: string;
  readonly method: Method;
  readonly bug: Bug;
}

/**
 * Proves a proof, then plants each bug and fails to. A control that no text matched is an error: it would control nothing.
 * `limit`: seconds of one run.
 */
export async function runProof(proof: Proof, limit: number): Promise<ProofResult> {
  const verdicts: Verdict[] = [];
  const controls: Verdict[] = [];
  for (const { files, top, method, bug } of casesOf(proof)) {
    verdicts.push(await check(files, top, method, limit));
    controls.push(await check(withBug(proof.name, files, bug), top, method, limit));
  }
  const verdict = together(verdicts, ({ holds }) => holds);
  const control = together(controls, ({ refuted }) => refuted);
  return { proof, verdict, control, passed: verdict.holds && control.refuted };
}

function casesOf(proof: Proof): Case[] {
  const { method } = proof;
  if ('law' in proof) {
    return [{ files: [{ name: 'law.smt2', text: lawInSmt(proof.law()) }], top: '', method, bug: proof.bug }];
  }
  const design = elaborate('lemmas' in proof ? proof.block() : proof.harness());
  const files = emitDesign(design, { sourceLines: false });
  const top = design.top.name;
  if (!('lemmas' in proof)) return [{ files, top, method, bug: proof.bug }];
  return proof.lemmas.map(({ inside, free, bug }) => {
    return { files: files.map((file) => added(file, top, inside)), top, method: { kind: 'sat', free }, bug };
  });
}

/** The file of the block gets assertions at its end, and its own are left out. */
function added({ name, text }: File, top: string, inside: string): File {
  if (name !== `${top}.v`) return { name, text };
  const end = text.lastIndexOf('endmodule');
  return { name, text: `\`undef FORMAL\n${text.slice(0, end)}${inside}\n${text.slice(end)}` };
}

function withBug(proof: string, files: readonly File[], bug: Bug): File[] {
  const place = files.findIndex(({ text }) => bug.from.test(text));
  if (place < 0) throw new Error(`${proof}: no text matches the planted bug ${bug.from}.`);
  return files.map(({ name, text }, i) => ({ name, text: i === place ? text.replace(bug.from, bug.to) : text }));
}

/** All hold, all are refuted; the log is that of the first that is not as it should be. */
function together(verdicts: readonly Verdict[], good: (verdict: Verdict) => boolean): Verdict {
  return {
    holds: verdicts.every(({ holds }) => holds),
    refuted: verdicts.every(({ refuted }) => refuted),
    seconds: verdicts.reduce((sum, { seconds }) => sum + seconds, 0),
    log: (verdicts.find((verdict) => !good(verdict)) ?? verdicts.at(-1)!).log,
  };
}
