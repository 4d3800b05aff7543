// SPDX-License-Identifier: Apache-2.0

/** Compiles networks to programs of the EXION core: commands, and what memory holds at the start. */
export type { Program, ProgramCommand } from './assemble.ts';
export type { BlockSettings } from './check.ts';
export { type BlockProgram, compileBlock, type TransformerBlockJob } from './compile-block.ts';
export { compileNetwork, type NetworkJob, type NetworkProgram } from './compile.ts';
export { disassemble, listing } from './listing.ts';
export type { BlockShape } from './plan.ts';
export { CompileError, type Target } from './target.ts';
