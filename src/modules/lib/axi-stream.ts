// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import {
  block,
  Bool,
  Bundle,
  type BundleType,
  input,
  output,
  type Ports,
  sink,
  SinkStream,
  source,
  UInt,
  type UIntType,
  unpack,
} from '../../dsl/index.ts';

/**
 * AXI4-Stream at the border of a design. The port groups are named so that Vivado finds the interface: a group `s_axis` makes s_axis_tdata,
 * s_axis_tvalid and so on. The law is that of Kiln streams (valid never waits for ready, stable while stalled, valid
 * low in reset), so the adapters are wires: put a `full` slice behind them for registered ready and outputs.
 *
 * TDATA is whole bytes: `width` is padded with zeros. Absent side channels: TKEEP ones, TLAST 1.
 */
export interface AxiStreamShape {
  /** Bits of the data. */
  readonly width: number;
  readonly keep: boolean;
  readonly last: boolean;
}

/** What a stream of an AXI4-Stream port carries; `keep` has a bit a byte. */
export type AxiStreamItem = BundleType<{
  readonly data: UIntType;
  readonly keep: UIntType;
  readonly last: typeof Bool;
}>;

export function axiStreamItem({ width }: AxiStreamShape): AxiStreamItem {
  return Bundle({ data: UInt(width), keep: UInt(bytesOf(width)), last: Bool });
}

function bytesOf(width: number): number {
  return Math.ceil(width / 8);
}

/** Ports of a slave: `m.ports({ s_axis: axiStreamSlave(shape) })`. */
export function axiStreamSlave(shape: AxiStreamShape) {
  const bytes = bytesOf(shape.width);
  return {
    tdata: input(UInt(8 * bytes)),
    tkeep: input(UInt(shape.keep ? bytes : 0), 'Valid bytes, contiguous'),
    tlast: input(UInt(shape.last ? 1 : 0), 'Last transfer of a packet'),
    tvalid: input(Bool),
    tready: output(Bool),
  };
}

/** Ports of a master: `m.ports({ m_axis: axiStreamMaster(shape) })`. */
export function axiStreamMaster(shape: AxiStreamShape) {
  const bytes = bytesOf(shape.width);
  return {
    tdata: output(UInt(8 * bytes)),
    tkeep: output(UInt(shape.keep ? bytes : 0), 'Valid bytes, contiguous'),
    tlast: output(UInt(shape.last ? 1 : 0), 'Last transfer of a packet'),
    tvalid: output(Bool),
    tready: input(Bool),
  };
}

/** The stream that arrives at slave ports. */
export function fromAxiStream(
  shape: AxiStreamShape,
  ports: Ports<ReturnType<typeof axiStreamSlave>>,
): SinkStream<AxiStreamItem> {
  const { tdata, tkeep, tlast, tvalid, tready } = ports;
  const bytes = bytesOf(shape.width);
  const keep = shape.keep ? tkeep : tdata.constant((1n << BigInt(bytes)) - 1n, bytes);
  const last = shape.last ? tlast : tdata.constant(1n, 1);
  const payload = unpack(tdata.low(shape.width).concat(keep, last), axiStreamItem(shape));
  return new SinkStream<AxiStreamItem>(tvalid, payload, tready);
}

/** Sends a stream out of master ports. */
export function toAxiStream(
  shape: AxiStreamShape,
  ports: Ports<ReturnType<typeof axiStreamMaster>>,
  from: SinkStream<AxiStreamItem>,
): void {
  const { data, keep, last } = from.payload;
  ports.tvalid.assign(from.valid);
  ports.tdata.assign(data.resize(8 * bytesOf(shape.width)));
  if (shape.keep) ports.tkeep.assign(keep);
  if (shape.last) ports.tlast.assign(last);
  from.ready.assign(ports.tready);
}

export const AxiStreamParams = z.strictObject({
  width: z.int().min(1).describe('Bits of the data; TDATA is padded to whole bytes'),
  keep: z.boolean().default(true).describe('Has TKEEP'),
  last: z.boolean().default(true).describe('Has TLAST'),
});

/** Wires from AXI4-Stream slave ports to a Kiln stream of {data, keep, last}. */
export const axiStreamSource = block(
  'axi_stream_source',
  AxiStreamParams,
  (m, p) => {
    const io = m.ports({ s_axis: axiStreamSlave(p), out: source(axiStreamItem(p)) });
    io.out.from(fromAxiStream(p, io.s_axis));
    return io;
  },
  { doc: 'AXI4-Stream slave ports as a stream.' },
);

/** Wires from a Kiln stream of {data, keep, last} to AXI4-Stream master ports. */
export const axiStreamSink = block(
  'axi_stream_sink',
  AxiStreamParams,
  (m, p) => {
    const io = m.ports({ in: sink(axiStreamItem(p)), m_axis: axiStreamMaster(p) });
    toAxiStream(p, io.m_axis, io.in);
    const { keep, last } = io.in.payload;
    if (!p.keep) m.assume('all_bytes_valid', io.in.valid.not().or(keep.andR()), 'without TKEEP all bytes are sent');
    if (!p.last) m.cover('packet_ends', io.in.fire.and(last));
    return io;
  },
  { doc: 'A stream as AXI4-Stream master ports.' },
);
