// SPDX-License-Identifier: Apache-2.0
import type { Design, Module } from '../../ir/module.ts';
import { CombPaths } from './comb-paths.ts';
import { decideNets } from './decide-nets.ts';
import { printFoot, printHead } from './file-head.ts';
import type { ModuleContext } from './module-context.ts';
import { Names } from './names.ts';
import { defaultVerilogOptions, type VerilogOptions } from './options.ts';
import { planModule } from './plan.ts';
import { ExprPrinter } from './print-expr.ts';
import { invertsResets, printModule } from './print-module.ts';
import { rootsOf } from './roots.ts';
import { countUses } from './usage.ts';
import { type SourceMapEntry, Writer } from './writer.ts';

export interface VerilogFile {
  /** `skid_buffer.v` */
  readonly name: string;
  readonly module: string;
  readonly text: string;
  /** Where lines of the text come from. JSON-able. */
  readonly map: readonly SourceMapEntry[];
}

/**
 * The Verilog of a design, one file a module, children before parents; a black box has a file only if it brings its source.
 * Pure: equal designs and options give equal bytes. Linear in the size of the design.
 */
export function emitDesign(design: Design, options: Partial<VerilogOptions> = {}): VerilogFile[] {
  const settings = { ...defaultVerilogOptions, ...options };
  const paths = new CombPaths();
  const known = new Map<Module, Names>();
  const files = design.modules.map((module) => emitModule(module, settings, module === design.top, paths, known));
  return files.filter((file) => file !== null);
}

/** The names of a module below that are known: all, or the ports of a black box. */
function namesInside(module: Module, known: ReadonlyMap<Module, Names>): Pick<Names, 'has'> {
  return known.get(module) ?? new Set(module.ports.map((port) => port.name));
}

/** Children come first and leave their names in `known`. */
function emitModule(
  module: Module,
  options: VerilogOptions,
  isTop: boolean,
  paths: CombPaths,
  known: Map<Module, Names>,
): VerilogFile | null {
  if (module.blackBox) {
    const { verilog } = module.blackBox;
    return verilog === null ? null : { name: `${module.name}.v`, module: module.name, text: verilog, map: [] };
  }
  const moduleName = (name: string): string => options.prefix + name;
  const name = moduleName(module.name);
  const plan = planModule(module, paths);
  const roots = rootsOf(plan);
  const usage = countUses(roots, module.pool.size);
  const nets = decideNets(plan, roots, usage);
  const names = new Names(plan, nets, name, invertsResets({ options, isTop }), (child) => namesInside(child, known));
  known.set(module, names);
  const exprs = new ExprPrinter(names, (expr) => nets.logic.has(expr));
  const context: ModuleContext = { plan, roots, usage, nets, names, exprs, options, isTop, moduleName };
  const out = new Writer();
  printHead(module, options, out);
  printModule(context, out, name);
  printFoot(out);
  return { name: `${name}.v`, module: name, ...out.finish() };
}
