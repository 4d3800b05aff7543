// SPDX-License-Identifier: Apache-2.0
import { type BlockCall, elaborate } from '../../src/dsl/index.ts';
import { emitDesign, type VerilogFile, type VerilogOptions } from '../../src/gen/verilog/index.ts';
import { lintVerilog } from './verilog-lint.ts';

/** Options for texts in tests: no source lines, which change with every edit of a test. */
export const plain: Partial<VerilogOptions> = { sourceLines: false };

/** The files of a block, which no lint tool complains about. */
export async function cleanVerilog(call: BlockCall, options: Partial<VerilogOptions> = plain): Promise<VerilogFile[]> {
  const files = emitDesign(elaborate(call), options);
  await lintVerilog(files, { properties: true });
  return files;
}

/** The text of the top module from its port list to the end, linted. */
export async function verilogOf(call: BlockCall, options: Partial<VerilogOptions> = plain): Promise<string> {
  const files = await cleanVerilog(call, options);
  return moduleText(files.at(-1)!);
}

/** The text between `module` and `endmodule`. */
export function moduleText(file: VerilogFile): string {
  const { text } = file;
  return '\n' + text.slice(text.indexOf('module '), text.indexOf('\nendmodule')) + '\n';
}

/** The same without ports: declarations and logic. */
export async function logicOf(call: BlockCall, options: Partial<VerilogOptions> = plain): Promise<string> {
  const text = await verilogOf(call, options);
  return text.slice(text.indexOf(');\n') + 2);
}
