// SPDX-License-Identifier: Apache-2.0
import { Bytes } from './bytes.ts';
import { Code } from './code.ts';
import type { ValueType } from './opcodes.ts';

const FUNCTION_TYPE = 0x60;

/** A WebAssembly module that works on one imported memory, `env.memory`. */
export class WasmModule {
  readonly #types: string[] = [];
  readonly #functions: { readonly type: number; readonly code: Code }[] = [];
  readonly #exports: { readonly name: string; readonly func: number }[] = [];

  /** A new function; its number may be called before its body is written. */
  func(
    params: readonly ValueType[],
    results: readonly ValueType[] = [],
  ): { readonly index: number; readonly code: Code } {
    const code = new Code(params, results);
    const signature = String.fromCharCode(params.length, ...params, results.length, ...results);
    let type = this.#types.indexOf(signature);
    if (type < 0) type = this.#types.push(signature) - 1;
    this.#functions.push({ type, code });
    return { index: this.#functions.length - 1, code };
  }

  export(name: string, func: number): void {
    this.#exports.push({ name, func });
  }

  encode(): Uint8Array<ArrayBuffer> {
    const out = new Bytes();
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(byte);
    section(out, 1, this.#types.length, (body, i) => {
      body.byte(FUNCTION_TYPE);
      for (const char of this.#types[i]!) body.byte(char.charCodeAt(0));
    });
    section(out, 2, 1, (body) => {
      body.name('env');
      body.name('memory');
      body.byte(0x02);
      body.byte(0x00);
      body.unsigned(0);
    });
    section(out, 3, this.#functions.length, (body, i) => body.unsigned(this.#functions[i]!.type));
    section(out, 7, this.#exports.length, (body, i) => {
      body.name(this.#exports[i]!.name);
      body.byte(0x00);
      body.unsigned(this.#exports[i]!.func);
    });
    section(out, 10, this.#functions.length, (body, i) => {
      const code = this.#functions[i]!.code.finish();
      body.unsigned(code.length);
      body.append(code);
    });
    return out.view;
  }
}

function section(out: Bytes, id: number, count: number, entry: (body: Bytes, index: number) => void): void {
  const body = new Bytes();
  body.unsigned(count);
  for (let i = 0; i < count; i++) entry(body, i);
  out.byte(id);
  out.unsigned(body.length);
  out.append(body.view);
}
