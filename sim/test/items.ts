// SPDX-License-Identifier: Apache-2.0
import type { PortSlot, StreamSlot } from '../../src/sim/engine.ts';
import { SimulationError } from './errors.ts';
import { codecOf, type ValueCodec, type Writable } from './values.ts';

/** Field paths of ports by port name, where they are known (Kiln designs); foreign ports have their name alone. */
export type PortPaths = ReadonlyMap<string, readonly string[]>;

type Tree =
  | { readonly kind: 'leaf'; readonly codec: ValueCodec; readonly offset: number }
  | { readonly kind: 'list'; readonly parts: readonly Tree[] }
  | { readonly kind: 'record'; readonly parts: readonly (readonly [string, Tree])[] };

/**
 * Stream items between a test's values and words. A payload of one port is a plain value; a bundle is a record, a vector a
 * list, nested as the block declares them. For foreign streams the record has the ports' names without the stream's.
 */
export class ItemCodec {
  readonly words: number;
  readonly #tree: Tree;
  readonly #stream: string;

  constructor(stream: StreamSlot, paths: PortPaths) {
    this.words = stream.words;
    this.#stream = stream.name;
    let offset = 0;
    const leaves = stream.payload.map((port) => {
      const leaf: Leaf = { path: fieldPath(stream, port, paths), port, offset };
      offset += port.words;
      return leaf;
    });
    this.#tree = grow(leaves, 0);
  }

  pack(item: unknown, words: Uint32Array, at: number): void {
    this.#write(this.#tree, item, words, at, this.#stream);
  }

  packAll(items: readonly unknown[]): Uint32Array {
    const words = new Uint32Array(items.length * this.words);
    items.forEach((item, i) => this.pack(item, words, i * this.words));
    return words;
  }

  unpack(words: Uint32Array, at: number): unknown {
    return read(this.#tree, words, at);
  }

  unpackAll(words: Uint32Array, count: number): unknown[] {
    return Array.from({ length: count }, (_, i) => this.unpack(words, i * this.words));
  }

  #write(tree: Tree, item: unknown, words: Uint32Array, at: number, where: string): void {
    switch (tree.kind) {
      case 'leaf':
        if (typeof item === 'object' || item === undefined) refuse(where, 'a plain value', item);
        tree.codec.write(words, at + tree.offset, item as Writable);
        return;
      case 'list': {
        if (!Array.isArray(item) || item.length !== tree.parts.length) {
          refuse(where, `a list of ${tree.parts.length}`, item);
        }
        tree.parts.forEach((part, i) => this.#write(part, item[i], words, at, `${where}[${i}]`));
        return;
      }
      case 'record': {
        const names = tree.parts.map(([name]) => name);
        if (typeof item !== 'object' || item === null) refuse(where, `a record of ${names.join(', ')}`, item);
        const extra = Object.keys(item).find((name) => !names.includes(name));
        if (extra !== undefined)
          throw new SimulationError(`${where} has no field "${extra}"; it has ${names.join(', ')}.`);
        for (const [name, part] of tree.parts) {
          this.#write(part, (item as Record<string, unknown>)[name], words, at, `${where}.${name}`);
        }
      }
    }
  }
}

interface Leaf {
  readonly path: readonly string[];
  readonly port: PortSlot;
  readonly offset: number;
}

/** Path of a payload port below its stream. */
function fieldPath(stream: StreamSlot, port: PortSlot, paths: PortPaths): readonly string[] {
  const whole = paths.get(port.name);
  if (whole !== undefined) {
    // The stream's own name may have several parts when it stands in a group of ports.
    const at = whole.findIndex((_, i) => whole.slice(0, i).join('_') === stream.name && whole[i] === 'payload');
    return at < 0 ? [port.name] : whole.slice(at + 1);
  }
  if (stream.payload.length === 1) return [];
  const name = port.name.startsWith(`${stream.name}_`) ? port.name.slice(stream.name.length + 1) : port.name;
  return [name.replace(/^payload_/, '')];
}

function grow(leaves: readonly Leaf[], depth: number): Tree {
  const [first] = leaves;
  if (leaves.length === 1 && first!.path.length === depth) {
    return { kind: 'leaf', codec: codecOf(first!.port), offset: first!.offset };
  }
  const groups = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    const name = leaf.path[depth] ?? '';
    groups.set(name, [...(groups.get(name) ?? []), leaf]);
  }
  const parts = [...groups].map(([name, group]) => [name, grow(group, depth + 1)] as const);
  const isList = parts.length > 0 && parts.every(([name], i) => name === String(i));
  return isList ? { kind: 'list', parts: parts.map(([, tree]) => tree) } : { kind: 'record', parts };
}

function read(tree: Tree, words: Uint32Array, at: number): unknown {
  switch (tree.kind) {
    case 'leaf':
      return tree.codec.read(words, at + tree.offset);
    case 'list':
      return tree.parts.map((part) => read(part, words, at));
    case 'record':
      return Object.fromEntries(tree.parts.map(([name, part]) => [name, read(part, words, at)]));
  }
}

function refuse(where: string, wanted: string, item: unknown): never {
  const got = Array.isArray(item) ? `a list of ${item.length}` : item === null ? 'null' : typeof item;
  throw new SimulationError(`An item of ${where} must be ${wanted}, not ${got}.`);
}
