// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { packageDesign } from '../../../src/gen/package/package-design.ts';
import { designParams } from '../../../src/gen/params.ts';
import { findDesign } from '../../../src/gen/registry.ts';
import { measureFrequency } from '../../../src/gen/synth/frequency.ts';
import { saysTooLarge } from '../../../src/gen/synth/nextpnr.ts';
import { timingFrame } from '../../../src/gen/synth/timing-frame.ts';
import { findTool } from '../../../src/gen/tools/programs.ts';

const withNextpnr = findTool('nextpnr-ice40') !== null;
if (!withNextpnr) console.warn('nextpnr-ice40 is absent (scripts/setup --optional): nothing is placed and routed');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiln-route-'));
  vi.stubEnv('KILN_CACHE', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function design(name: string, changes: readonly string[] = [], preset?: string) {
  const entry = await findDesign(name);
  const { design: elaborated, verilog } = packageDesign(entry, designParams(entry, preset, changes));
  return { top: elaborated.top, verilog };
}

test('the frame has a register at every bit of every port', async () => {
  const { top } = await design('stream_fifo', ['width=8']);
  const frame = timingFrame(top, top.name);
  expect(frame).toContain('.clk(clk)');
  expect(frame).toContain('.in_payload(given[9:2])');
  expect(frame).toContain('.out_payload(taken[9:2])');
  for (const port of top.ports.filter(({ width }) => width > 0)) expect(frame).toContain(`.${port.name}(`);
});

test.each([
  ['ERROR: Failed to expand region (0, 0) |_> (33, 33) of 7723 ICESTORM_LCs', true],
  ["ERROR: Unable to place cell 'x', no Bels remaining of type 'ICESTORM_RAM'", true],
  ["ERROR: IO 'clk' is unconstrained in PCF", false],
])('%s: too large %s', (refusal, tooLarge) => expect(saysTooLarge(refusal)).toBe(tooLarge));

test('a missing nextpnr is one message with the way to install it', async () => {
  const { top, verilog } = await design('stream_fifo');
  vi.stubEnv('PATH', folder);
  await expect(measureFrequency(top, verilog)).rejects.toMatchObject({
    message: 'nextpnr-ice40 was not found.',
    cure: expect.stringContaining('apt-get install nextpnr-ice40') as string,
  });
});

test.skipIf(!withNextpnr)('delays of the longest path add up to the period, and wider sums take longer', async () => {
  const measured = await Promise.all(
    ['width=8', 'width=64'].map(async (width) => {
      const { top, verilog } = await design('adder_tree', [width]);
      const [row] = await measureFrequency(top, verilog);
      const { result } = row!;
      if (result?.fits !== true) throw new Error('does not fit');
      const { logicNs, routingNs, levels } = result.path;
      expect(1000 / (logicNs + routingNs)).toBeCloseTo(result.mhz, 0);
      expect(`${result.path.from} ${result.path.to}`).not.toMatch(/SB_|LC\b/);
      return levels;
    }),
  );
  expect(measured[1]).toBeGreaterThan(measured[0]!);
});

test.skipIf(!withNextpnr)('a memory for LUT RAM, which the device has not, becomes flip-flops', async () => {
  const { top, verilog } = await design('stream_fifo', ['width=8', 'depth=4', 'storage=distributed']);
  const [row] = await measureFrequency(top, verilog);
  expect(row!.result).toMatchObject({ fits: true, blockRams: 0 });
});

test.skipIf(!withNextpnr)(
  'what does not fit is taken apart',
  async () => {
    const { top, verilog } = await design('conmerge', ['columns=16384', 'idWidth=14'], 'tiny');
    const runs: string[] = [];
    const found = await measureFrequency(top, verilog, (module) => void runs.push(module));
    const of = (path: string) => found.find((each) => each.path === path)?.result;
    expect(of('conmerge')?.fits).not.toBe(true);
    expect(of('conmerge.bank')).toMatchObject({ fits: true });
    expect(new Set(runs).size).toBe(runs.length);
  },
  900_000,
);
