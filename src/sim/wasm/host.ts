// SPDX-License-Identifier: Apache-2.0

/**
 * The few parts of the host's WebAssembly interface in use. Declared here because neither the ES library nor Node's
 * types do, and the DOM's types would let browser-only code slip in.
 */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export type WasmExports = Readonly<Record<string, (...args: number[]) => number>>;

interface WasmHost {
  readonly Memory: new (descriptor: { initial: number; maximum?: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: WasmExports };
}

const host = (globalThis as unknown as { readonly WebAssembly: WasmHost }).WebAssembly;

export const PAGE_BYTES = 65536;

export function createMemory(bytes: number): WasmMemory {
  return new host.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
}

export function instantiate(bytes: Uint8Array<ArrayBuffer>, memory: WasmMemory): WasmExports {
  return new host.Instance(new host.Module(bytes), { env: { memory } }).exports;
}
