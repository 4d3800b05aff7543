// SPDX-License-Identifier: Apache-2.0
export { isReservedWord, isVerilogKeyword } from '../../ir/keywords.ts';
export { emitDesign, type VerilogFile } from './emit-design.ts';
export { defaultVerilogOptions, type VerilogOptions } from './options.ts';
export type { SourceMapEntry } from './writer.ts';
