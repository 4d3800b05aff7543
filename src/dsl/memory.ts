// SPDX-License-Identifier: Apache-2.0
import type { Collision, Memory, ReadWritePort } from '../ir/module.ts';
import type { Signal } from './signal.ts';
import type { Type, UIntType } from './types.ts';
import type { Value, View } from './view.ts';

export interface MemoryOptions {
  /** What a synchronous read gives when the word is written at the same edge; `undefined` is the cheapest. */
  readonly collision?: Collision;
  /** Contents at power-up: one packed word each; shorter lists are filled with zeros. */
  readonly init?: readonly (number | bigint)[];
  /** Bits a write-enable lane, a divisor of the word width; whole words unless said. */
  readonly granule?: number;
  readonly style?: Memory['style'];
  readonly comment?: string;
}

/** Storage of `depth` values of one type. */
export interface MemorySpec<T extends Type = Type> {
  readonly type: T;
  readonly depth: number;
  readonly options: MemoryOptions;
}

export function memory<T extends Type>(type: T, depth: number, options: MemoryOptions = {}): MemorySpec<T> {
  return { type, depth, options };
}

export interface ReadOptions {
  /** Reads only in cycles where this is 1; the data hold otherwise. */
  readonly enable?: Signal<UIntType<1>>;
  /** Overrides the memory's own rule for this port. */
  readonly collision?: Collision;
}

export interface WriteOptions {
  readonly enable?: Signal<UIntType<1>>;
  /** One bit a granule. */
  readonly mask?: Signal;
  /** Name of the port; needed when there are several. */
  readonly name?: string;
}

export interface AccessOptions<T> {
  readonly address: Signal;
  readonly write: Signal<UIntType<1>>;
  readonly data: Value<T>;
  readonly enable?: Signal<UIntType<1>>;
  readonly mask?: Signal;
  readonly mode?: ReadWritePort['mode'];
}

/** A memory as a block uses it. A port sits where it is called: inside a `when` it is enabled by the conditions around it. */
export interface MemoryView<T extends Type = Type> {
  readonly spec: MemorySpec<T>;
  /** Synchronous read: the data are there after the clock edge. `name` names the port: data appear as `<memory>_<name>`. */
  read(name: string, address: Signal, options?: ReadOptions): View<T>;
  /** Combinational read. */
  readAsync(name: string, address: Signal): View<T>;
  write(address: Signal, data: Value<T>, options?: WriteOptions): void;
  /** One access a cycle, read or write. Two of these make a true dual port. */
  port(name: string, access: AccessOptions<T>): View<T>;
}
