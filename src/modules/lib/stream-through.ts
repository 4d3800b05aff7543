// SPDX-License-Identifier: Apache-2.0
import {
  type BlockCall,
  leavesOf,
  type ModuleBuilder,
  pack,
  type Signal,
  SinkStream,
  type StreamSpec,
  type Type,
  typeOfView,
  UInt,
  type UIntType,
  unpack,
} from '../../dsl/index.ts';

/** Any block that a stream passes through unchanged: a slice, a skid buffer, a fifo. */
export type StreamBlock = BlockCall<{
  readonly in: StreamSpec<'sink', UIntType>;
  readonly out: StreamSpec<'source', UIntType>;
}>;

/**
 * Sends a stream of any payload type through a block over plain bits, which becomes the instance `name`, and returns what
 * comes out with the payload type of what went in.
 *
 * ```ts
 * const buffered = through(m, 'request_fifo', (width) => streamFifo({ width, depth: 16 }), io.request);
 * ```
 */
export function through<T extends Type>(
  m: ModuleBuilder,
  name: string,
  make: (width: number) => StreamBlock,
  from: SinkStream<T>,
): SinkStream<T> {
  const type = typeOfView(from.payload) as T;
  const packed = packedPayload(m, from);
  const { [name]: stage } = m.instances({ [name]: make(packed.width) });
  stage!.in.offer(from.valid, packed);
  from.ready.assign(stage!.in.ready);
  return new SinkStream<T>(stage!.out.valid, unpack(stage!.out.payload, type), stage!.out.ready);
}

/** The payload of a stream as plain bits; 0 bits for a payload without fields. */
export function packedPayload<T extends Type>(m: ModuleBuilder, stream: SinkStream<T>): Signal {
  return leavesOf(stream.payload).length === 0 ? m.lit(0, UInt(0)) : pack(stream.payload);
}
