// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  type ModuleBuilder,
  type Reg,
  sink,
  type SinkStream,
  source,
  type SourceStream,
  UInt,
  type UIntType,
} from '../../dsl/index.ts';
import { assertStable } from './stream-laws.ts';
import { describeFullSlice, describeSkid } from './stream-skid.ts';

export const sliceKinds = ['none', 'forward', 'backward', 'half', 'full'] as const;

export const StreamSliceParams = z.strictObject({
  width: z.int().min(0).describe('Bits of the payload; 0 carries the handshake alone'),
  kind: z.enum(sliceKinds).describe('Which paths are cut'),
});

/**
 * Register slice: puts registers into the paths of a stream that are too long.
 *
 * | kind     | cuts valid and payload | cuts ready | latency | items a cycle | flip-flops   |
 * |----------|------------------------|------------|---------|---------------|--------------|
 * | none     | no                     | no         | 0       | 1             | 0            |
 * | forward  | yes                    | no         | 1       | 1             | width + 1    |
 * | backward | no                     | yes        | 0       | 1             | width + 1    |
 * | half     | yes                    | yes        | 1       | 1/2           | width + 1    |
 * | full     | yes                    | yes        | 1       | 1             | 2 width + 2  |
 */
export const streamSlice = block(
  'stream_slice',
  StreamSliceParams,
  (m, p) => {
    const io = m.ports({ in: sink(UInt(p.width)), out: source(UInt(p.width)) });
    describeSlice(m, p.kind, io.in, io.out);
    if (p.kind !== 'none') assertStable(m, 'out', io.out);
    return io;
  },
  { doc: 'Register slice: cuts the valid and payload path, the ready path, or both.' },
);

function describeSlice(
  m: ModuleBuilder,
  kind: (typeof sliceKinds)[number],
  from: SinkStream<UIntType>,
  to: SourceStream<UIntType>,
): void {
  switch (kind) {
    case 'none':
      to.from(from);
      return;
    case 'forward':
      describeForward(m, from, to);
      return;
    case 'backward':
      describeSkid(m, from, to);
      return;
    case 'half':
      describeHalf(m, from, to);
      return;
    case 'full':
      describeFullSlice(m, from, to);
  }
}

/** A register that takes the next item in the cycle in which it gives the last one away. */
function describeForward(m: ModuleBuilder, from: SinkStream<UIntType>, to: SourceStream<UIntType>): void {
  const { offered, data } = m.regs({ offered: Bool.init(0), data: from.payload.type });
  const { advance } = m.nets({ advance: to.ready.or(offered.not()) });
  m.when(advance, () => {
    offered.next(from.valid);
    data.next(from.payload);
  });
  from.ready.assign(advance);
  to.offer(offered, data);
}

/** A register that is either filled or emptied in a cycle. Also the stream fifo of depth 1. */
export function describeHalf(
  m: ModuleBuilder,
  from: SinkStream<UIntType>,
  to: SourceStream<UIntType>,
): { readonly vacant: Reg<typeof Bool> } {
  const { vacant, data } = m.regs({ vacant: Bool.init(1), data: from.payload.type });
  m.when(vacant, () => {
    vacant.next(from.valid.not());
    data.next(from.payload);
  }).elsewhen(to.ready, () => {
    vacant.next(1);
  });
  from.ready.assign(vacant);
  to.offer(vacant.not(), data);
  return { vacant };
}
