// SPDX-License-Identifier: Apache-2.0
import type { Format, RegDecl } from '../ir/module.ts';
import type { RefExpr } from '../ir/expr.ts';
import type { FlatMemory } from './flat/flat.ts';
import type { FlatSignal } from './flat/signals.ts';
import { Interpreter } from './interpret.ts';
import type { Machine } from './machine.ts';
import { readPattern, regBytes, wordBytes, writePattern } from './state.ts';

/** A signal that can be looked at by its path. */
export interface SignalInfo {
  /** From the top module down, which is itself left out: `u_fifo.count`. */
  readonly path: string;
  readonly width: number;
  readonly format: Format;
  readonly kind: 'input' | 'output' | 'wire' | 'reg';
}

/** Looks at single signals and memory words and changes registers, between clock edges. Slow, for tests. */
export class Inspector {
  readonly #signals: ReadonlyMap<string, FlatSignal>;
  readonly #memories: ReadonlyMap<string, FlatMemory>;

  constructor(
    readonly machine: Machine,
    signals: readonly FlatSignal[],
  ) {
    this.#signals = new Map(signals.map((signal) => [signal.path, signal]));
    this.#memories = new Map(machine.flat.memories.map((memory) => [memory.path, memory]));
  }

  read(path: string): bigint {
    const signal = this.#signal(path);
    if (signal.reg) return readPattern(regBytes(this.machine, signal.reg));
    return new Interpreter(this.machine.flat, (ref, address) => this.#readRef(ref, address)).value(signal.value());
  }

  write(path: string, value: bigint): void {
    const { reg } = this.#signal(path);
    if (!reg) throw new Error(`Only registers and memories can be written; '${path}' is driven by logic.`);
    this.#checkFits(path, value, reg.width);
    writePattern(regBytes(this.machine, reg), value);
  }

  readMemory(path: string, address: number): bigint {
    return readPattern(wordBytes(this.machine, this.#memory(path), address));
  }

  writeMemory(path: string, address: number, value: bigint): void {
    const memory = this.#memory(path);
    this.#checkFits(path, value, memory.memory.width);
    writePattern(wordBytes(this.machine, memory, address), value);
  }

  #readRef(ref: RefExpr, address: bigint | null): bigint {
    const { machine } = this;
    const { decl } = ref;
    if (decl.kind === 'reg') return readPattern(regBytes(machine, decl satisfies RegDecl));
    if (decl.kind === 'memread') {
      const { memory } = machine.flat.loads.get(decl)!;
      const beyond = address! >= BigInt(memory.memory.depth);
      return beyond ? 0n : readPattern(wordBytes(machine, memory, Number(address)));
    }
    const at = decl.kind === 'port' ? machine.map.ports.get(decl) : undefined;
    if (at === undefined) return 0n;
    return readPattern(new Uint8Array(machine.memory.buffer, machine.map.io + at, 4 * Math.ceil(decl.width / 32)));
  }

  #signal(path: string): FlatSignal {
    const signal = this.#signals.get(this.#local(path));
    if (!signal) throw new Error(`There is no signal '${path}'.${similar(path, this.#signals.keys())}`);
    return signal;
  }

  #memory(path: string): FlatMemory {
    const memory = this.#memories.get(this.#local(path));
    if (!memory) throw new Error(`There is no memory '${path}'.${similar(path, this.#memories.keys())}`);
    return memory;
  }

  /** Paths may start with the top module, as events and waves name it. */
  #local(path: string): string {
    const top = `${this.machine.flat.top}.`;
    return path.startsWith(top) ? path.slice(top.length) : path;
  }

  #checkFits(path: string, value: bigint, width: number): void {
    if (value < 0n || value >> BigInt(width) !== 0n) {
      throw new RangeError(`${value} is no pattern of ${width} bits, which '${path}' holds.`);
    }
  }
}

/** Names that share the last part of a path: most mistakes are in the instances before it. */
function similar(path: string, names: Iterable<string>): string {
  const last = path.split('.').at(-1)!;
  const found = [...names].filter((name) => name.split('.').at(-1) === last).slice(0, 3);
  return found.length > 0 ? ` Did you mean ${found.join(', ')}?` : '';
}
