// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { elaborate, type Elaborated } from '../../dsl/index.ts';
import { canonicalJson } from '../../ir/hash.ts';
import type { DesignEntry, ExtraFile } from '../design.ts';
import { kilnVersion } from '../version.ts';
import { emitDesign, type VerilogFile, type VerilogOptions } from '../verilog/index.ts';
import { describeDesign, describeParams } from './describe.ts';
import { render } from './template.ts';

export interface PackagedDesign {
  readonly design: Elaborated;
  readonly verilog: readonly VerilogFile[];
  /** Every file of the package, Verilog included, manifest last. */
  readonly files: readonly (ExtraFile & { readonly executable?: boolean })[];
  readonly inputHash: string;
}

export type PackageOptions = Partial<Pick<VerilogOptions, 'reset' | 'resetPolarity' | 'prefix' | 'sourceLines'>>;

/** Elaborates a design and makes every file that goes with it. Pure: equal inputs give equal bytes. */
export function packageDesign(entry: DesignEntry, params: object, options: PackageOptions = {}): PackagedDesign {
  const call = entry.make(params as never);
  const design = elaborate(call, { name: entry.name });
  const parsed = call.params as object;
  const inputHash = sha256(canonicalJson({ design: entry.name, params: parsed, options, version: kilnVersion })).slice(
    0,
    16,
  );
  const generator = `Kiln ${kilnVersion}`;
  const verilog = emitDesign(design, { ...options, generator, inputHash });
  const top = (options.prefix ?? '') + design.top.name;
  const described = describeDesign(design, options.resetPolarity ?? 'high');
  const data = {
    ...described,
    name: entry.name,
    top,
    doc: entry.doc,
    tclDoc: `{${entry.doc}}`,
    generator,
    inputHash,
    version: kilnVersion,
    coreVersion: kilnVersion.split('.').slice(0, 2).join('.'),
    verilog: verilog.map((file) => file.name),
    period: (1000 / entry.clockMHz).toFixed(3),
    crossings: crossings(described.domains.map((domain) => domain.clock)),
    parameters: describeParams(entry.schema, parsed),
    resetText: `${options.reset === 'async' ? 'asynchronous' : 'synchronous'}, active ${options.resetPolarity ?? 'high'}`,
  };
  const files = [
    ...verilog.map(({ name, text }) => ({ name, text })),
    { name: `${top}.f`, text: render('files.f', data) },
    { name: `${top}.core`, text: render('fusesoc.core', data) },
    { name: `${top}_project.tcl`, text: render('vivado-project.tcl', data) },
    { name: `${top}_package.tcl`, text: render('vivado-package.tcl', data) },
    { name: `${top}.ys`, text: render('yosys.ys', data) },
    { name: `${top}.xdc`, text: render('constraints.xdc', data) },
    { name: `${top}.sdc`, text: render('constraints.sdc', data) },
    { name: 'lint.sh', text: render('lint.sh', data), executable: true },
    { name: `${top}.md`, text: render('data-sheet.md', data) },
    { name: `${top}.map.json`, text: sourceMap(verilog) },
    ...(entry.extras?.(parsed as never) ?? []),
  ];
  const manifest = {
    design: entry.name,
    top,
    generator,
    inputHash,
    parameters: parsed,
    options,
    warnings: design.warnings.map(({ code, message, module }) => ({ code, message, module })),
    files: Object.fromEntries(files.map(({ name, text }) => [name, sha256(text)])),
  };
  const manifestText = `${JSON.stringify(manifest, null, 2)}\n`;
  return { design, verilog, files: [...files, { name: 'manifest.json', text: manifestText }], inputHash };
}

/** Ordered pairs of different clocks. */
function crossings(clocks: readonly string[]): { from: string; to: string }[] {
  return clocks.flatMap((from) => clocks.filter((to) => to !== from).map((to) => ({ from, to })));
}

/** From lines of the Verilog to lines of the source. */
function sourceMap(verilog: readonly VerilogFile[]): string {
  const files = verilog.map((file) => {
    const lines = file.map.map(({ line, span }) => [line, `${span.file}:${span.line}:${span.column}`] as const);
    return [file.name, Object.fromEntries(lines)] as const;
  });
  return `${JSON.stringify(Object.fromEntries(files), null, 1)}\n`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
