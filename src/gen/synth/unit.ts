// SPDX-License-Identifier: Apache-2.0
import type { Module } from '../../ir/module.ts';
import type { VerilogFile } from '../verilog/index.ts';
import { interfaceOf, synthesisText } from './text.ts';

/** A module to be synthesized on its own, its children as empty shells. */
export interface SynthUnit {
  readonly module: string;
  /** With the source of foreign black boxes that it instantiates: these have no ports that we could read. */
  readonly text: string;
  readonly children: readonly { readonly module: string; readonly shell: string }[];
  /** Equal for modules that differ in their names only: what Yosys makes of one is what it makes of the other. */
  readonly identity: readonly string[];
}

/** One unit for each module of the design that has a body, children before parents. */
export function synthUnits(
  modules: readonly Module[],
  files: readonly VerilogFile[],
  prefix = '',
): ReadonlyMap<string, SynthUnit> {
  const texts = new Map(files.map((file) => [file.module, synthesisText(file.text)]));
  const units = new Map<string, SynthUnit>();
  for (const module of modules) {
    if (module.blackBox) continue;
    const name = prefix + module.name;
    const below = [...new Set(module.instances.map((instance) => instance.module))];
    const foreign = below.filter((child) => child.blackBox).map((child) => texts.get(child.name) ?? '');
    const children = below
      .filter((child) => !child.blackBox)
      .map((child) => prefix + child.name)
      .map((child) => ({ module: child, shell: interfaceOf(child, texts.get(child)!) }));
    const text = texts.get(name)! + foreign.join('');
    const names = [name, ...children.map((child) => child.module)];
    const identity = [text, ...children.map((child) => child.shell)].map((each) => anonymous(each, names));
    units.set(name, { module: name, text, children, identity });
  }
  return units;
}

/** Numbers in the place of module names, marked by a character that no Verilog has. */
function anonymous(text: string, names: readonly string[]): string {
  const numbers = new Map(names.map((name, i) => [name, `\0${i}`]));
  return text.replace(/\w+/g, (word) => numbers.get(word) ?? word);
}
