// SPDX-License-Identifier: Apache-2.0
import type { Domain } from '../ir/module.ts';
import type { Type } from './types.ts';
import type { View } from './view.ts';
import type { SinkStream, SourceStream } from './stream.ts';

/** One directed port (or several, for an aggregate type). */
export interface PortSpec<D extends 'input' | 'output' = 'input' | 'output', T extends Type = Type> {
  readonly kind: 'port';
  readonly direction: D;
  readonly type: T;
  readonly comment: string;
  readonly domain: Domain | null;
}

/** A valid/ready stream. `sink`: the block consumes it; `source`: the block produces it. */
export interface StreamSpec<D extends 'sink' | 'source' = 'sink' | 'source', T extends Type = Type> {
  readonly kind: 'stream';
  readonly direction: D;
  readonly type: T;
  readonly comment: string;
  readonly domain: Domain | null;
}

/** Ports, streams and nested groups of them by name. */
export interface InterfaceSpec {
  readonly [name: string]: PortSpec | StreamSpec | InterfaceSpec;
}

export interface PortOptions {
  /** Clock domain that the port belongs to. Unless said, `sys` where the block uses it, else the domain that it uses first. */
  readonly domain?: Domain;
}

/** An input of the block. The comment is printed beside the port. */
export function input<T extends Type>(type: T, comment = '', options: PortOptions = {}): PortSpec<'input', T> {
  return { kind: 'port', direction: 'input', type, comment, domain: options.domain ?? null };
}

/** An output of the block. */
export function output<T extends Type>(type: T, comment = '', options: PortOptions = {}): PortSpec<'output', T> {
  return { kind: 'port', direction: 'output', type, comment, domain: options.domain ?? null };
}

/** A stream that the block consumes: valid and payload come in, ready goes out. */
export function sink<T extends Type>(type: T, comment = '', options: PortOptions = {}): StreamSpec<'sink', T> {
  return { kind: 'stream', direction: 'sink', type, comment, domain: options.domain ?? null };
}

/** A stream that the block produces: valid and payload go out, ready comes in. */
export function source<T extends Type>(type: T, comment = '', options: PortOptions = {}): StreamSpec<'source', T> {
  return { kind: 'stream', direction: 'source', type, comment, domain: options.domain ?? null };
}

export type Flip<S> =
  S extends PortSpec<infer D, infer T>
    ? PortSpec<D extends 'input' ? 'output' : 'input', T>
    : S extends StreamSpec<infer D, infer T>
      ? StreamSpec<D extends 'sink' ? 'source' : 'sink', T>
      : { readonly [K in keyof S]: Flip<S[K]> };

/** The same interface seen from the other side. */
export function flip<S extends InterfaceSpec | PortSpec | StreamSpec>(spec: S): Flip<S> {
  return flipped(spec) as Flip<S>;
}

function flipped(spec: InterfaceSpec | PortSpec | StreamSpec): unknown {
  if (isPort(spec)) return { ...spec, direction: spec.direction === 'input' ? 'output' : 'input' };
  if (isStream(spec)) return { ...spec, direction: spec.direction === 'sink' ? 'source' : 'sink' };
  return Object.fromEntries(Object.entries(spec).map(([name, part]) => [name, flipped(part)]));
}

export function isPort(spec: InterfaceSpec | PortSpec | StreamSpec): spec is PortSpec {
  return spec.kind === 'port' && typeof spec['direction' as never] === 'string';
}

export function isStream(spec: InterfaceSpec | PortSpec | StreamSpec): spec is StreamSpec {
  return spec.kind === 'stream' && typeof spec['direction' as never] === 'string';
}

/** Remembers the interface that a record of ports was made from, for the types of instances. */
export const interfaceOf: unique symbol = Symbol('kiln.interface');

/** The ports of a block as its body sees them: inputs to read, outputs to assign, streams to consume and produce. */
export type Ports<S> = {
  readonly [K in keyof S]: S[K] extends PortSpec<infer D, infer T>
    ? View<T, D extends 'input' ? 'read' : 'wire'>
    : S[K] extends StreamSpec<infer D, infer T>
      ? D extends 'sink'
        ? SinkStream<T>
        : SourceStream<T>
      : Ports<S[K]>;
} & { readonly [interfaceOf]?: S };
