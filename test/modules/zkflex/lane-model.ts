// SPDX-License-Identifier: Apache-2.0
import {
  block,
  Bool,
  input,
  memory,
  type ModuleBuilder,
  type Ports,
  type Signal,
  UInt,
} from '../../../src/dsl/index.ts';
import { connect } from '../../../src/modules/lib/connect.ts';
import { clog2 } from '../../../src/modules/lib/widths.ts';
import { modeBits, modes, modularLatency, TCoreParams, laneBits } from '../../../src/modules/zkflex/tcore.params.ts';
import { tcore } from '../../../src/modules/zkflex/tcore/tcore.ts';
import { laneServer, modulusType } from '../../../src/modules/zkflex/tcore.types.ts';

/** The ports through which TCore is configured. */
export function configurePorts(p: TCoreParams) {
  const { mode, modulus, inverse, product } = modulusType(p).fields;
  return {
    load: input(Bool),
    mode: input(mode),
    modulus: input(modulus),
    inverse: input(inverse),
    product: input(product),
  };
}

/**
 * Stands for TCore in tests of its users: the ports, the slots and the latency of TCore, with one wide Montgomery product where TCore has its cells. Modular
 * products only.
 */
export const laneModel = block('lane_model', TCoreParams, (m, p) => {
  const io = m.ports({
    configure: configurePorts(p),
    lanes: laneServer(p),
  });
  const { given } = m.regs({ given: modulusType(p) });
  const { configured, slot } = m.regs({ configured: Bool.init(0), slot: UInt(2).init(0) });
  m.when(io.configure.load, () => {
    const { mode, modulus, inverse, product: whole } = io.configure;
    m.drive(given, { mode, modulus, inverse, product: whole });
    configured.next(1);
  });
  slot.next(slot.eq(2).mux(0, slot.addWrap(1)));

  const latency = modularLatency(p);
  const { place } = m.regs({ place: UInt(clog2(latency - 1)).init(0) });
  place.next(place.eq(latency - 2).mux(0, place.addWrap(1)));
  Object.values(io.lanes).forEach((lane, i) => {
    const isActive = modes.map(({ lanes }, mode) => given.mode.eq(mode).and(m.lit(i < lanes ? 1 : 0, Bool)));
    const { request, result } = lane;
    request.ready.assign(configured.and(slot.eq(0)).and(isActive.reduce((any, is) => any.or(is))));
    const valid = m.regs({ [`valid_${i}`]: UInt(latency).init(0) })[`valid_${i}`]!;
    valid.next(valid.low(latency - 1).concat(request.fire));
    const { a, b, tag } = request.payload;
    const x = product(m, p, i, a, b, given);
    // A ring of memory is the delay: what is written comes out when its place comes round again.
    const { [`ring_${i}`]: ring } = m.mems({
      [`ring_${i}`]: memory(UInt(laneBits(p, i) + p.tagBits), latency - 1, { collision: 'old' }),
    });
    ring!.write(place, x.concat(tag));
    const out = ring!.read('out', place) as Signal;
    result.valid.assign(valid.msb());
    result.x.assign(out.high(laneBits(p, i)).resize(2 * laneBits(p, i)));
    result.tag.assign(out.low(p.tagBits));
  });
  return io;
});

/** What multiplies for the unit under test: the model, or TCore itself. */
export type CoreKind = 'model' | 'tcore';

/** Adds a core, connects its configuration and gives its lanes. */
export function addCore(
  m: ModuleBuilder,
  name: string,
  kind: CoreKind,
  p: TCoreParams,
  configure: Ports<ReturnType<typeof configurePorts>>,
) {
  if (kind === 'model') {
    const { [name]: core } = m.instances({ [name]: laneModel(p) });
    connect(configure, core!.configure);
    return core!.lanes;
  }
  const { [name]: core } = m.instances({ [name]: tcore(p) });
  connect(configure, core!.configure);
  core!.clear.assign(0);
  return core!.lanes;
}

/** a b R^-1 mod p (paper 3.5) with R of the mode. */
function product(
  m: ModuleBuilder,
  p: TCoreParams,
  lane: number,
  a: Signal,
  b: Signal,
  given: { readonly mode: Signal; readonly modulus: Signal; readonly inverse: Signal },
): Signal {
  const width = laneBits(p, lane);
  const ofMode = modes.map(({ lanes }, mode) => {
    const n = Math.min(modeBits(p, mode), width);
    if (lane >= lanes) return m.lit(0, UInt(width));
    const [x, y, modulus, inverse] = [a, b, given.modulus, given.inverse].map((value) => value.low(n));
    const T = x!.mul(y!);
    const low = T.low(n).mul(inverse!).low(n);
    const U = low.mul(modulus!);
    const t = T.addFull(U).high(n + 1);
    const reduced = t.ge(modulus!.resize(n + 1)).mux(t.subWrap(modulus!.resize(n + 1)), t);
    return reduced.low(n).resize(width);
  });
  return given.mode.pick(ofMode);
}
