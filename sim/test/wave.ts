// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { openResolved, type OpenOptions } from '../open.ts';
import type { Resolved } from '../target.ts';
import { needTool, run } from '../verilator/tools.ts';
import type { Recorder } from './recorder.ts';

/** `off`, `on-failure`, or the path of the file (.vcd or .fst) for the whole run. */
export type WaveMode = 'off' | 'on-failure' | (string & {});

/** A wave file for the whole run. */
export interface WaveFile {
  /** What the engine writes. */
  readonly vcd: string;
  /** What is to be made of it in the end, or null. */
  readonly fst: string | null;
}

/** Where waves of the whole run go, or null. A path that ends in `.fst` is converted with vcd2fst at the end. */
export function waveFile(mode: WaveMode): WaveFile | null {
  if (mode === 'off' || mode === 'on-failure') return null;
  const path = resolve(mode);
  const fst = path.endsWith('.fst');
  if (fst) needTool('vcd2fst', 'gtkwave', 'waves as FST files');
  mkdirSync(dirname(path), { recursive: true });
  return { vcd: fst ? path.replace(/fst$/, 'vcd') : path, fst: fst ? path : null };
}

/** To be called when the engine is closed. */
export async function finishWave({ vcd, fst }: WaveFile): Promise<void> {
  if (fst === null) return;
  await run(needTool('vcd2fst', 'gtkwave', 'waves as FST files'), [vcd, fst], dirname(fst));
  rmSync(vcd);
}

/** Folder for waves of failures: `KILN_WAVES`, else a folder for temporary files. */
function failureFolder(): string {
  const forced = process.env['KILN_WAVES'];
  return forced !== undefined && forced !== '' ? resolve(forced) : join(tmpdir(), 'kiln-waves');
}

/**
 * Repeats a failed run on a fresh engine with waves of its last cycles and says where they are. Nothing that goes wrong
 * here may hide the failure itself.
 */
export async function waveOfFailure(
  resolved: Resolved,
  options: OpenOptions & { readonly waveCycles?: number },
  recorder: Recorder,
  failure: { readonly seed: number; readonly cycle: number; readonly io: Uint32Array },
): Promise<string> {
  if (recorder.overflowed) return 'waves: the run is too long to be repeated; run it with `wave: PATH`';
  const folder = failureFolder();
  const path = join(folder, `${resolved.source.top}-${failure.seed}-${failure.cycle}.vcd`);
  try {
    mkdirSync(folder, { recursive: true });
    recorder.step(failure.io, 1); // the cycle of the failure has not had its clock edge
    const engine = await openResolved(resolved, { ...options, traced: true });
    try {
      engine.waveOn(path, Math.max(0, failure.cycle - (options.waveCycles ?? 5000)));
      recorder.replay(engine);
    } finally {
      engine.close();
    }
    return `waves: ${path}`;
  } catch (error) {
    return `waves could not be written: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
  }
}
