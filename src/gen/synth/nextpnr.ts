// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { findTool, runProgram } from '../tools/programs.ts';
import { moduleCells } from './cells.ts';
import { FRAME } from './timing-frame.ts';

/** What an iCE40 HX8K has. It is the largest device that Debian's packages can place and route for; it has no multipliers. */
export const device = { name: 'iCE40 HX8K', cells: 7680, blockRams: 32, memoryBits: 32 * 4096 } as const;

export interface Routed {
  readonly fits: true;
  readonly mhz: number;
  /** Logic cells in use, of the frame's registers too. */
  readonly cells: number;
  readonly blockRams: number;
  readonly path: CriticalPath;
}

export interface CriticalPath {
  /** Register or memory that it starts and ends at, by a net beside it. */
  readonly from: string;
  readonly to: string;
  /** LUTs and carry hops between registers. */
  readonly levels: number;
  readonly logicNs: number;
  readonly routingNs: number;
}

export interface TooLarge {
  readonly fits: false;
  readonly cells: number;
  readonly blockRams: number;
}

/** Path of nextpnr. Throws a `UsageError` with the install line when it is missing. */
export function needNextpnr(): string {
  const path = findTool('nextpnr-ice40');
  if (path !== null) return path;
  throw new UsageError(
    'nextpnr-ice40 was not found.',
    'Run scripts/setup --optional, or apt-get install nextpnr-ice40.',
  );
}

const yosysScript = [
  'read_verilog design.v',
  // The device has no LUT RAM: such memories become block RAM or flip-flops.
  'setattr -unset ram_style */m:*',
  `synth_ice40 -device hx -top ${FRAME} -json netlist.json`,
  'tee -q -o stat.txt stat',
];
/** The wish for 200 MHz makes the placer work on the longest path for as long as it finds a better one. */
const nextpnrFlags =
  '--hx8k --package ct256 --seed 1 --freq 200 --timing-allow-fail --pcf-allow-unconstrained -q'.split(' ');

/** For keys of results. */
export const routeRecipe: readonly string[] = [...yosysScript, ...nextpnrFlags];

/** Synthesizes a framed module flat, places and routes it; or says that the device is too small. */
export async function placeAndRoute(verilog: string): Promise<Routed | TooLarge> {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-route-'));
  const run = async (program: string, args: readonly string[]): Promise<string | null> => {
    const { exitCode, output } = await runProgram(program, args, folder);
    return exitCode === 0 ? null : output;
  };
  try {
    writeFileSync(join(folder, 'design.v'), verilog);
    writeFileSync(join(folder, 'run.ys'), `${yosysScript.join('\n')}\n`);
    const fault = await run('yosys', ['-q', '-s', 'run.ys']);
    if (fault !== null) throw new Error(`yosys failed:\n${fault.slice(-2000)}`);
    const used = usedOf(readFileSync(join(folder, 'stat.txt'), 'utf8'));
    const tooLarge: TooLarge = { fits: false, ...used };
    if (used.cells > device.cells || used.blockRams > device.blockRams) return tooLarge;
    const args = [...nextpnrFlags, '--json', 'netlist.json', '--top', FRAME, '--report', 'report.json'];
    const refusal = await run(needNextpnr(), args);
    if (refusal === null) return routed(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report);
    if (saysTooLarge(refusal)) return tooLarge;
    throw new Error(`nextpnr failed:\n${refusal.slice(-2000)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What nextpnr says of a netlist that the device has no place for, or so little that its placer cannot spread it. */
export const saysTooLarge = (refusal: string): boolean =>
  /no (Bels|more Bels)|Unable to (find a )?place|failed to place|Failed to expand region/i.test(refusal);

/** At least these: a LUT and the flip-flop behind it share a cell, others do not. */
function usedOf(stat: string): { cells: number; blockRams: number } {
  const sum = (type: RegExp): number =>
    [...(moduleCells(stat).get(FRAME) ?? [])].reduce((all, [name, count]) => (type.test(name) ? all + count : all), 0);
  return { cells: Math.max(sum(/^SB_LUT4$/), sum(/^SB_DFF/)), blockRams: sum(/^SB_RAM40_4K/) };
}

interface Report {
  readonly fmax: Readonly<Record<string, { readonly achieved: number }>>;
  readonly utilization: Readonly<Record<string, { readonly used: number }>>;
  readonly critical_paths: readonly {
    readonly from: string;
    readonly to: string;
    readonly path: readonly {
      readonly type: string;
      readonly delay: number;
      readonly net?: string;
      readonly to: { readonly cell: string };
    }[];
  }[];
}

function routed(report: Report): Routed {
  const clock = Object.values(report.fmax)[0];
  const path = report.critical_paths.find(
    ({ from, to }) => from.startsWith('posedge') && to.startsWith('posedge'),
  )?.path;
  if (!clock || !path) throw new Error('nextpnr reported no path from register to register');
  const delay = (kinds: readonly string[]): number =>
    path.reduce((sum, step) => (kinds.includes(step.type) ? sum + step.delay : sum), 0);
  const used = (kind: string): number => report.utilization[kind]?.used ?? 0;
  return {
    fits: true,
    mhz: clock.achieved,
    cells: used('ICESTORM_LC'),
    blockRams: used('ICESTORM_RAM'),
    path: {
      from: signalName(path.find((step) => step.net !== undefined)?.net ?? path[0]!.to.cell),
      to: signalName(path.at(-1)!.to.cell),
      levels: path.filter((step) => step.type === 'logic').length,
      logicNs: delay(['logic', 'clk-to-q', 'setup']),
      routingNs: delay(['routing']),
    },
  };
}

/** The signal of the design that a cell or net was made from: what the tools have put behind its name goes. */
function signalName(name: string): string {
  return name.replace(/(_SB_.*|_(DFF)?LC)$/, '');
}
