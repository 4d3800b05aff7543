// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  type AnyView,
  block,
  Bool,
  Bundle,
  type BundleType,
  type ModuleBuilder,
  sink,
  SinkStream,
  source,
  typeOfView,
  UInt,
  Vec,
} from '../../dsl/index.ts';
import { assertStable } from './stream-laws.ts';
import { allOf, numbered } from './stream-lists.ts';

export const StreamJoinParams = z.strictObject({
  width: z.int().min(0).describe('Bits of each payload'),
  inputs: z.int().min(1).describe('Inputs; with 1 the join is wires'),
});

/**
 * One item of each of N inputs makes one item of the output, a vector of their payloads. All inputs handshake together with the
 * output: the ready of each waits for the valid of the others (never the other way round). No register: latency 0, 1 item a cycle, cuts no
 * path.
 */
export const streamJoin = block(
  'stream_join',
  StreamJoinParams,
  (m, p) => {
    const io = m.ports({
      in: numbered(p.inputs, () => sink(UInt(p.width))),
      out: source(Vec(p.inputs, UInt(p.width)), 'Element i is the item of in_i'),
    });
    const inputs = Object.values(io.in);
    io.out.offer(
      allOf(inputs.map((each) => each.valid)),
      inputs.map((each) => each.payload),
    );
    inputs.forEach((each, i) => each.ready.assign(readyFor(inputs, i, io.out.ready)));
    assertStable(m, 'out', io.out);
    return io;
  },
  { doc: 'Joins one item of each input into one item of the output.' },
);

type Handshake = Pick<SinkStream, 'valid' | 'ready'>;

/** The streams by name that a join takes; its payload has a field for each. */
type Streams = Readonly<Record<string, Handshake & { readonly payload: unknown }>>;
type Joined<S extends Streams> = { readonly [K in keyof S]: S[K] extends SinkStream<infer T> ? T : never };

/** Joins streams of any payload types inside a block; `<name>_payload` and `<name>_ready` become wires. */
export function joinStreams<S extends Streams>(
  m: ModuleBuilder,
  name: string,
  streams: S,
): SinkStream<BundleType<Joined<S>>> {
  const inputs = Object.values(streams);
  const fieldTypes = Object.entries(streams).map(
    ([key, { payload }]) => [key, typeOfView(payload as AnyView)] as const,
  );
  const { [`${name}_payload`]: payload } = m.wires({ [`${name}_payload`]: Bundle(Object.fromEntries(fieldTypes)) });
  m.drive<BundleType>(payload!, Object.fromEntries(Object.entries(streams).map(([key, each]) => [key, each.payload])));
  const { [`${name}_ready`]: ready } = m.wires({ [`${name}_ready`]: Bool });
  inputs.forEach((each, i) => each.ready.assign(readyFor(inputs, i, ready!)));
  return new SinkStream(allOf(inputs.map((each) => each.valid)), payload as never, ready!);
}

function readyFor(inputs: readonly Handshake[], index: number, ready: SinkStream['valid']): SinkStream['valid'] {
  return allOf([ready, ...inputs.filter((_, i) => i !== index).map((each) => each.valid)]);
}
