// SPDX-License-Identifier: Apache-2.0

/** Compiles networks to programs of the EXION core: commands, and what memory holds at the start. */
export type { Program, ProgramCommand } from './assemble.ts';
export { compileNetwork, type NetworkJob, type NetworkProgram } from './compile.ts';
export { CompileError, type Target } from './target.ts';
