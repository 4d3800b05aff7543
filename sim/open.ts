// SPDX-License-Identifier: Apache-2.0
import type { EngineKind } from '../src/sim/engine.ts';
import { findTool } from '../src/gen/tools/programs.ts';
import type { EmbeddedOptions } from '../src/sim/options.ts';
import { buildIcarus } from './icarus/build.ts';
import { IcarusEngine } from './icarus/engine.ts';
import { WavingEmbedded } from './embedded.ts';
import type { WaveEngine } from './engine-base.ts';
import { EngineError } from './protocol/errors.ts';
import { resolveTarget, type Resolved, type Target, withFiles } from './target.ts';
import { buildModel, type BuildOptions } from './verilator/build.ts';
import { ChildVerilator } from './verilator/child.ts';
import { InProcessVerilator } from './verilator/inprocess.ts';
import { needTool } from './verilator/tools.ts';

export interface OpenOptions extends BuildOptions {
  /** The embedded simulator by default; Verilator for foreign Verilog. */
  readonly engine?: EngineKind;
  /**
   * Verilator only. `auto`, the default: inside this process when Node's headers were found and the Verilog is ours, else in a
   * child, which survives models that crash or hang.
   */
  readonly inProcess?: boolean | 'auto';
  /** Silence of a child process, in ms, after which it is taken for hung. */
  readonly timeoutMs?: number;
  /** Embedded simulator only. */
  readonly embedded?: EmbeddedOptions;
  /** Icarus only: unknown bits on outputs after reset are failures; on by default. */
  readonly xIsError?: boolean;
}

/** Opens a design, or foreign Verilog, in an engine. Close it when done. */
export async function openEngine(target: Target, options: OpenOptions = {}): Promise<WaveEngine> {
  return openResolved(resolveTarget(target), options);
}

export async function openResolved(resolved: Resolved, options: OpenOptions = {}): Promise<WaveEngine> {
  const kind = options.engine ?? (resolved.design === null ? 'verilator' : 'embedded');
  switch (kind) {
    case 'embedded':
      return openEmbedded(resolved, options);
    case 'verilator':
      return openVerilator(resolved, options);
    case 'icarus':
      return openIcarus(resolved, options);
  }
}

/** The engines that can run here: a missing tool is no error, only a shorter list. */
export function availableEngines(): EngineKind[] {
  const kinds: EngineKind[] = ['embedded'];
  if (findTool('verilator') !== null && (findTool('g++') ?? findTool('clang++')) !== null) kinds.push('verilator');
  if (findTool('iverilog') !== null && findTool('vvp') !== null) kinds.push('icarus');
  return kinds;
}

async function openVerilator(resolved: Resolved, options: OpenOptions): Promise<WaveEngine> {
  const source = withFiles(resolved);
  const built = await buildModel(source, options);
  const wanted = options.inProcess ?? 'auto';
  if (wanted === true && !built.addon) {
    const cure = 'Set KILN_NODE_HEADERS to the folder of node_api.h, or: apt-get install libnode-dev';
    throw new EngineError(
      'missing',
      `Node's C headers were not found, which an engine inside this process needs. ${cure}`,
    );
  }
  const inside = wanted === 'auto' ? built.addon && resolved.design !== null : wanted;
  return inside
    ? new InProcessVerilator(source, built.model)
    : new ChildVerilator(source, built.host, built.model, options);
}

function openEmbedded({ design, source }: Resolved, options: OpenOptions): WaveEngine {
  if (design !== null) return new WavingEmbedded(design, options.embedded);
  const text = `The embedded simulator runs Kiln designs only, and ${source.top} is given as Verilog. Use Verilator or Icarus.`;
  throw new EngineError('usage', text);
}

async function openIcarus(resolved: Resolved, options: OpenOptions): Promise<WaveEngine> {
  const source = withFiles(resolved);
  const vvp = needTool('vvp', 'iverilog', 'the Icarus engine');
  return new IcarusEngine(source, vvp, await buildIcarus(source, options.defines), options);
}
