// SPDX-License-Identifier: Apache-2.0
import { Project, ts } from 'ts-morph';
import type { Finding } from '../../scripts/lint-hdl/finding.ts';
import { lintFiles } from '../../scripts/lint-hdl/lint.ts';

/** As much of the language as the traps need. */
export const LANGUAGE = `
  export abstract class Comb<V> {
    abstract readonly width: number;
    abstract eq(other: Comb<V> | number | bigint): V;
    abstract and(other: Comb<V>): V;
    abstract not(): V;
  }
  export class Signal<T = unknown> extends Comb<Signal> {
    declare private readonly type: T;
    readonly width: number = 1;
    readonly name: string = '';
    eq(other: Comb<Signal> | number | bigint): Signal { void other; return this; }
    and(other: Comb<Signal>): Signal { void other; return this; }
    not(): Signal { return this; }
  }
  export class Register extends Signal {}
  export class Bits { readonly value: bigint = 0n; }
  export interface VecView<T> { readonly length: number; at(i: number): T; some(f: (x: T) => Signal): Signal }
  export interface StreamView<T> { readonly valid: Signal; readonly ready: Signal; readonly payload: T }
`;

/** What every tested piece of code may use; its first line is line 1 because this stands in a file of its own. */
const NAMES = `
  import type { Bits, Register, Signal, StreamView, VecView } from '../dsl/signal.ts';
  declare global {
    const a: Signal, b: Signal, c: Signal;
    const typed: Signal<{ width: 8 }>;
    const opt: Signal | undefined;
    const orNull: Signal | null;
    const reg: Register;
    const bits: Bits;
    const vec: VecView<Signal>;
    const stream: StreamView<Signal>;
    const lanes: Signal[];
    const grid: readonly (readonly Signal[])[];
    const numberOrSignal: number | Signal;
    const n: number, big: bigint, flag: boolean, text: string;
    const numbers: number[];
    function use(...values: unknown[]): void;
  }
`;

const project = new Project({
  useInMemoryFileSystem: true,
  compilerOptions: {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  },
});
project.createSourceFile('/src/dsl/signal.ts', LANGUAGE);
project.createSourceFile('/src/modules/names.ts', NAMES);

/** The findings in `code`, read as a file of `src/modules`. */
export function lintSource(code: string, path = '/src/modules/block.ts'): Finding[] {
  const file = project.createSourceFile(path, `${code}\nexport {};\n`, { overwrite: true });
  return lintFiles(project, [file], '/');
}

/** Each finding as `code line:column`, the short form that the tests compare. */
export function traps(code: string, path?: string): string[] {
  return lintSource(code, path).map((finding) => `${finding.code} ${finding.line}:${finding.column}`);
}
