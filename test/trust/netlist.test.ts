// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Circuit, Expr } from './circuit.ts';
import { circuitOf, cyclesOf, reproducer, runBatch, verilogWay } from './random-run.ts';

/** What Yosys makes of the Verilog, as Verilog of gates and flip-flops. */
function synthesized(files: readonly { readonly name: string; readonly text: string }[], top: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-netlist-'));
  try {
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
    const script = `read_verilog *.v; synth -top ${top}; write_verilog -noattr netlist.out`;
    const { status, stderr } = spawnSync('yosys', ['-q', '-p', script], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 100_000,
    });
    if (status !== 0) throw new Error(`Error: yosys: ${stderr}`);
    return readFileSync(join(folder, 'netlist.out'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const netlist = {
  ...verilogWay('netlist of Yosys', (files, top) => [{ name: 'netlist.v', text: synthesized(files, top) }]),
  isMute: true,
};

/** About how many gates the operators of a description are. */
function gates(part: unknown): number {
  if (Array.isArray(part)) return part.reduce<number>((sum, each) => sum + gates(each), 0);
  if (typeof part !== 'object' || part === null) return 0;
  const inside = Object.values(part).reduce<number>((sum, each) => sum + gates(each), 0);
  if (!('method' in part)) return inside;
  const { kind, method } = part as Expr & { readonly k: 'op' };
  return inside + kind.width * (['mul', 'div', 'mod', 'shl', 'shr'].includes(method) ? kind.width : 1);
}

/** Circuits that synthesis is done with in a second: it is what happens to operators that counts here, not their size. */
function smallCircuits(count: number): Circuit[] {
  const found: Circuit[] = [];
  for (let seed = 20_000; found.length < count; seed++) {
    const circuit = circuitOf(seed);
    if (gates(circuit) < 1500) found.push(circuit);
  }
  return found;
}

test('20 random circuits do as netlists what their description says', async () => {
  const circuits = smallCircuits(20);
  const cycles = cyclesOf(3);
  const failures = await runBatch(circuits, cycles, [netlist]);
  const text = failures.length === 0 ? '' : await reproducer(failures[0]!, cycles);
  expect(text).toBe('');
});
