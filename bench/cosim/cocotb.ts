// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelSource } from '../../sim/index.ts';

/** The test of the row beside it, as a user of cocotb writes it: inputs at each clock edge, outputs looked at. */
const test = (cycles: number): string => `
import time
import cocotb
from cocotb.clock import Clock
from cocotb.triggers import RisingEdge

@cocotb.test()
async def reactive(dut):
    for name in ("s_valid", "s_data", "s_last"):
        getattr(dut, name).value = 0
    dut.m_ready.value = 1
    dut.rst.value = 1
    cocotb.start_soon(Clock(dut.clk, 10, "ns").start())
    for _ in range(2):
        await RisingEdge(dut.clk)
    dut.rst.value = 0
    seen = 0
    began = time.perf_counter()
    for i in range(${cycles}):
        dut.s_data.value = i
        dut.m_ready.value = i & 1
        await RisingEdge(dut.clk)
        seen ^= int(dut.m_valid.value)
    print("KILN-RATE", ${cycles} / (time.perf_counter() - began), seen, flush=True)
`;

export interface Cocotb {
  readonly version: string;
  /** Cycles a second of a reactive test of `accumulate` on Verilator. */
  readonly rate: number;
}

/** Runs the test under cocotb; null where Python does not find it. */
export function cocotbRate({ top, files }: ModelSource, cycles: number): Cocotb | null {
  let version: string;
  try {
    version = output('python3', ['-c', 'import cocotb; print(cocotb.__version__)']).trim();
  } catch {
    return null;
  }
  const work = mkdtempSync(join(tmpdir(), 'kiln-cocotb-'));
  try {
    for (const { name, text } of files) writeFileSync(join(work, name), text);
    writeFileSync(join(work, 'reactive.py'), test(cycles));
    const makefiles = output('cocotb-config', ['--makefiles']).trim();
    const settings = [
      'SIM=verilator',
      'TOPLEVEL_LANG=verilog',
      `VERILOG_SOURCES=${files.map(({ name }) => join(work, name)).join(' ')}`,
      'EXTRA_ARGS=-Wno-fatal -Wno-lint -Wno-style',
      // The first of each pair is for cocotb 1, the second for 2.
      `TOPLEVEL=${top}`,
      `COCOTB_TOPLEVEL=${top}`,
      'MODULE=reactive',
      'COCOTB_TEST_MODULES=reactive',
    ];
    const said = output('make', ['-f', join(makefiles, 'Makefile.sim'), ...settings], work);
    const rate = /KILN-RATE (\S+)/.exec(said)?.[1];
    if (rate === undefined) throw new Error(`cocotb ended without a figure:\n${said.slice(-2000)}`);
    return { version, rate: Number(rate) };
  } finally {
    rmSync(work, { recursive: true });
  }
}

function output(command: string, args: readonly string[], cwd?: string): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...(cwd && { cwd }) });
}
