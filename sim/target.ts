// SPDX-License-Identifier: Apache-2.0
import type { BlockCall } from '../src/dsl/block.ts';
import { elaborate } from '../src/dsl/elaborate.ts';
import type { Design } from '../src/ir/module.ts';
import { emitDesign } from '../src/gen/verilog/index.ts';
import { ioLayout } from '../src/sim/layout.ts';
import { checkSource, type ModelSource } from './source.ts';

/** What can be simulated: a block with parameters, an elaborated design, or Verilog text with the layout of its ports. */
export type Target<I = unknown> = BlockCall<I> | Design | ModelSource;

/** A target ready for any engine. */
export interface Resolved {
  /** Null for foreign Verilog, which the embedded simulator cannot run. */
  readonly design: Design | null;
  readonly source: ModelSource;
  /** Field paths of the ports by their names; empty for foreign Verilog. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
}

export function resolveTarget(target: Target): Resolved {
  if ('files' in target) return { design: null, source: checkSource(target), paths: new Map() };
  const design = 'block' in target ? elaborate(target) : target;
  const { top } = design;
  return {
    design,
    source: { layout: ioLayout(top), top: top.name, files: [] },
    paths: new Map(top.ports.map((port) => [port.name, port.path])),
  };
}

/** The source with its Verilog, emitted now if it is ours: only the engines that read Verilog ask for it. */
export function withFiles(resolved: Resolved): ModelSource {
  if (resolved.design === null) return resolved.source;
  const files = emitDesign(resolved.design).map(({ name, text }) => ({ name, text }));
  return checkSource({ ...resolved.source, files });
}
