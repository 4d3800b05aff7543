// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VerilogFile } from '../../src/gen/verilog/index.ts';

/**
 * How a property is proved.
 * - `sat`: a combinational harness, all operands at once. Nets that are `free` take any value instead of what drives them, which makes a claim
 *   stronger and its circuit smaller.
 * - `induction`: k steps from any state; unbounded if it holds.
 * - `reach`: property directed reachability (abc pdr); unbounded, finds its invariants alone.
 * - `bounded`: all runs of so many cycles from reset on (abc bmc3), for designs that the others do not finish.
 * - `integers`: statements in SMT-LIB (z3). The first must have a model, so that no conclusion is drawn from a contradiction; all others none.
 */
export type Method =
  | { readonly kind: 'sat'; readonly free?: readonly string[] }
  | { readonly kind: 'induction'; readonly steps: number }
  | { readonly kind: 'reach' }
  | { readonly kind: 'bounded'; readonly cycles: number }
  | { readonly kind: 'integers' };

export interface Verdict {
  readonly holds: boolean;
  /** A counterexample was found: more than not holding, which a time limit also is. */
  readonly refuted: boolean;
  readonly seconds: number;
  /** What the tools said last. */
  readonly log: string;
}

const READ = 'read_verilog -formal -DFORMAL *.v';
/** Checks where they stand instead of one cycle later, and no cell that a back end would not know. */
const LOWER =
  'flatten; chformal -cover -remove; memory_map; opt -nodffe -nosdff; chformal -early; async2sync; dffunmap; opt -nodffe -nosdff';

const TO_AIG = 'techmap; abc -g AND -fast; dffunmap; opt_clean; aigmap; write_aiger -I -B -zinit';

/** Runs a proof; a proof that runs into the time limit has not held. */
export async function check(
  files: readonly Pick<VerilogFile, 'name' | 'text'>[],
  top: string,
  method: Method,
  limit: number,
): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-proof-'));
  const start = performance.now();
  try {
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    const said = await steps(method, top, folder, limit);
    return { ...said, seconds: (performance.now() - start) / 1000, log: said.log.slice(-4000) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Said {
  readonly code: number;
  readonly log: string;
}

type Outcome = Omit<Verdict, 'seconds'>;

async function steps(method: Method, top: string, folder: string, limit: number): Promise<Outcome> {
  const yosys = (script: string, first = ''): Promise<Said> =>
    run('yosys', ['-p', `${READ}; ${first} prep -top ${top}; ${LOWER}; ${script}`], folder, limit);
  switch (method.kind) {
    case 'sat': {
      const { code, log } = await yosys(
        'sat -verify -prove-asserts -set-assumes',
        method.free && freed(top, method.free),
      );
      return { holds: code === 0, refuted: /proof did fail/.test(log), log };
    }
    case 'induction': {
      needed(await yosys('write_smt2 -wires proof.smt2'));
      const smtbmc = (...more: readonly string[]): Promise<Said> =>
        run('yosys-smtbmc', ['-s', 'z3', '-t', String(method.steps), ...more, 'proof.smt2'], folder, limit);
      const base = await smtbmc('--presat');
      // Only the base is a counterexample; the step may start where no run ever comes.
      if (base.code !== 0) return { holds: false, refuted: /Status: FAILED/i.test(base.log), log: base.log };
      const { code, log } = await smtbmc('-i');
      return { holds: code === 0, refuted: false, log };
    }
    case 'reach':
    case 'bounded': {
      needed(await yosys(`setundef -undriven -anyseq; ${TO_AIG} -no-startoffset proof.aig`));
      const search = method.kind === 'reach' ? 'pdr' : `bmc3 -F ${method.cycles}`;
      const { log } = await run('yosys-abc', ['-c', `read_aiger proof.aig; fold; strash; ${search}`], folder, limit);
      const done = method.kind === 'reach' ? /Property proved/ : `No output asserted in ${method.cycles} frames`;
      return { holds: new RegExp(done).test(log), refuted: /was asserted in frame/.test(log), log };
    }
    case 'integers': {
      const { code, log } = await run('z3', ['law.smt2'], folder, limit);
      const [possible, ...conclusions] = log.trim().split('\n');
      const answered = possible === 'sat' && conclusions.length > 0;
      return {
        holds: code === 0 && answered && conclusions.every((answer) => answer === 'unsat'),
        refuted: answered && conclusions.includes('sat'),
        log,
      };
    }
  }
}

/** Also forgets the outputs, so that only what assertions read is left. Inputs are free as they are. */
function freed(top: string, nets: readonly string[]): string {
  const selected = nets.map((net) => `w:${net}`).join(' ');
  const cut = `select -set free ${selected}; select -set free @free i:* %d; cutpoint @free`;
  return `hierarchy -top ${top}; proc; ${cut}; delete -output o:*; opt_clean -purge;`;
}

function needed({ code, log }: Said): void {
  if (code !== 0) throw new Error(log.slice(-2000));
}

function run(program: string, args: readonly string[], folder: string, limit: number): Promise<Said> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd: folder, timeout: limit * 1000, killSignal: 'SIGKILL' });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    child.on('error', () => fail(new Error(`${program} is needed for proofs: apt-get install yosys z3`)));
    child.on('close', (code) => done({ code: code ?? 1, log: Buffer.concat(parts).toString() }));
  });
}
