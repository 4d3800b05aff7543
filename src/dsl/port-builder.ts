// SPDX-License-Identifier: Apache-2.0
import type { Domain, StreamPort } from '../ir/module.ts';
import { type InterfaceSpec, isPort, isStream, type PortSpec, type StreamSpec } from './ports.ts';
import type { Signal, Wire } from './signal.ts';
import { SinkStream, SourceStream } from './stream.ts';
import { Bool, type GroundType, type Type, type UIntType } from './types.ts';
import { type AnyView, makeView } from './view.ts';

/** Makes the signal of one ground port. `direction` is the block's own view. */
export type PortLeaf = (
  direction: 'input' | 'output',
  type: GroundType,
  path: readonly string[],
  spec: { readonly comment: string; readonly domain: Domain | null },
) => Signal;

/** Called once for each stream with the signals that were made for it. */
export type StreamNote = (
  name: string,
  direction: StreamPort['direction'],
  valid: Signal,
  ready: Signal,
  payload: readonly Signal[],
) => void;

/**
 * Walks an interface and makes its views. `mirrored`: the views are those of a parent that looks at an instance (its sinks are to
 * be produced into), while `leaf` still gets the block's own directions.
 */
export function buildInterface(
  spec: InterfaceSpec,
  path: readonly string[],
  mirrored: boolean,
  leaf: PortLeaf,
  note: StreamNote,
): Record<string, unknown> {
  const view: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(spec)) {
    const here = [...path, name];
    if (isPort(part)) view[name] = portView(part, part.direction, part.type, here, leaf);
    else if (isStream(part)) view[name] = streamView(part, here, mirrored, leaf, note);
    else view[name] = buildInterface(part, here, mirrored, leaf, note);
  }
  return view;
}

function portView(
  spec: PortSpec | StreamSpec,
  direction: 'input' | 'output',
  type: Type,
  path: readonly string[],
  leaf: PortLeaf,
): AnyView {
  return makeView(type, path, (ground, leafPath) => leaf(direction, ground, leafPath, spec));
}

function streamView(
  spec: StreamSpec,
  path: readonly string[],
  mirrored: boolean,
  leaf: PortLeaf,
  note: StreamNote,
): SinkStream | SourceStream {
  const consumes = spec.direction === 'sink';
  const forward = consumes ? 'input' : 'output';
  const backward = consumes ? 'output' : 'input';
  const plain = { comment: '', domain: spec.domain };
  const valid = leaf(forward, Bool, [...path, 'valid'], spec);
  const ready = leaf(backward, Bool, [...path, 'ready'], plain);
  const payloadPorts: Signal[] = [];
  const payload = makeView(spec.type, [...path, 'payload'], (ground, leafPath) => {
    const port = leaf(forward, ground, leafPath, plain);
    payloadPorts.push(port);
    return port;
  });
  note(path.join('_'), spec.direction, valid, ready, payloadPorts);
  type Bit = UIntType<1>;
  return consumes !== mirrored
    ? new SinkStream<Type>(valid as Signal<Bit>, payload, ready as Wire<Bit>)
    : new SourceStream<Type>(valid as Wire<Bit>, payload, ready as Signal<Bit>);
}
