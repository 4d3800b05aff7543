// SPDX-License-Identifier: Apache-2.0
import { Bool, type ModuleBuilder, type Signal, type SinkStream, UInt, Vec } from '../../../dsl/index.ts';
import { pointKind } from '../point.types.ts';
import type { doneType } from './lane-control.ts';
import type { EcLaneParams, EcLanePorts } from './lane.types.ts';

type Bit = Signal<typeof Bool>;

/** Reads the four words of a result, one a cycle, and offers it. Gives the cycle in which the set is free again. */
export function describeOutput(
  m: ModuleBuilder,
  p: EcLaneParams,
  io: Pick<EcLanePorts, 'out'>,
  done: SinkStream<ReturnType<typeof doneType>>,
  read: (address: Signal, enable: Bit) => Signal,
  tag: Signal,
): { readonly releases: Bit } {
  const { place, arrives, vanished, full } = m.regs({
    place: UInt(2).init(0),
    arrives: Bool.init(0),
    vanished: Bool,
    full: Bool.init(0),
  });
  const { words, out_tag, count } = m.regs({
    words: Vec(4, UInt(p.width)),
    out_tag: UInt(p.tagBits),
    count: UInt(2).init(0),
  });
  const { reads } = m.nets({ reads: done.valid.and(full.not()).and(count.eq(0).or(place.ne(0))) });
  const { releases } = m.nets({ releases: reads.and(place.eq(3)) });
  done.ready.assign(releases);
  const word = read(done.payload.set.concat(place), reads);
  arrives.next(reads);
  m.when(reads, () => {
    place.next(place.addWrap(1));
    vanished.next(done.payload.isInfinity);
    out_tag.next(tag);
  });
  m.when(arrives, () => {
    words.at(3).next(vanished.mux(0, word));
    words.elements.slice(1).forEach((_word, i) => words.at(i).next(words.at(i + 1)));
    count.next(count.addWrap(1));
    m.when(count.eq(3), () => full.next(1));
  });
  m.when(io.out.fire, () => full.next(0));
  const kind = vanished.mux(m.lit(pointKind.infinity, UInt(2)), m.lit(pointKind.xyzz, UInt(2)));
  io.out.offer(full, {
    tag: out_tag,
    point: { kind, x: words.at(0), y: words.at(1), zz: words.at(2), zzz: words.at(3) },
  });
  return { releases };
}
