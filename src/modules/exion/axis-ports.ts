// SPDX-License-Identifier: Apache-2.0
import {
  Bool,
  input,
  type ModuleBuilder,
  output,
  type Signal,
  SinkStream,
  SourceStream,
  UInt,
  type UIntType,
  type View,
  type Wire,
} from '../../dsl/index.ts';

/** AXI4-Stream ports under their standard names (`s_axis_tdata`, ...), and as streams inside and for simulators. */

type Bit = UIntType<1>;

/** TDATA is whole bytes. */
export function axisWidth(bits: number): number {
  return Math.ceil(bits / 8) * 8;
}

export function axisSlavePorts(bits: number, what: string) {
  return {
    tdata: input(UInt(axisWidth(bits)), what),
    tvalid: input(Bool),
    tready: output(Bool),
  };
}

export function axisMasterPorts(bits: number, what: string) {
  return {
    tdata: output(UInt(axisWidth(bits)), what),
    tlast: output(Bool),
    tvalid: output(Bool),
    tready: input(Bool),
  };
}

/** The slave ports called `name` as a stream. */
export function axisSink(
  m: ModuleBuilder,
  name: string,
  ports: { readonly tdata: View<UIntType>; readonly tvalid: Signal<Bit>; readonly tready: Wire<Bit> },
): SinkStream<UIntType> {
  note(m, name, 'sink', ['tdata']);
  return new SinkStream<UIntType>(ports.tvalid, ports.tdata, ports.tready);
}

/** The master ports called `name` as a stream of TDATA; TLAST is assigned apart. */
export function axisSource(
  m: ModuleBuilder,
  name: string,
  ports: { readonly tdata: View<UIntType, 'wire'>; readonly tvalid: Wire<Bit>; readonly tready: Signal<Bit> },
): SourceStream<UIntType> {
  note(m, name, 'source', ['tdata', 'tlast']);
  return new SourceStream<UIntType>(ports.tvalid, ports.tdata, ports.tready);
}

/** Tells simulators which ports belong together, as `sink` and `source` do for ports with the plain names. */
function note(m: ModuleBuilder, name: string, direction: 'sink' | 'source', payload: readonly string[]): void {
  const port = (part: string) => m.module.ports.find((each) => each.name === `${name}_${part}`)!;
  m.module.streams.push({
    name,
    direction,
    valid: port('tvalid'),
    ready: port('tready'),
    payload: payload.map(port),
  });
}
