// SPDX-License-Identifier: Apache-2.0
import {
  Bool,
  type ModuleBuilder,
  type Signal,
  SinkStream,
  UInt,
  type Value,
  type View,
  type Wire,
} from '../../../dsl/index.ts';
import { roundRobin } from '../../lib/round-robin.ts';
import { answerType, type operationType, pointKind, type pointType } from '../point.types.ts';
import type { loadType } from './lane.types.ts';
import { microcode } from './microcode.ts';
import type { ProgramName } from './programs.ts';

type Bit = Signal<typeof Bool>;
type Operation = View<ReturnType<typeof operationType>>;
type Point = View<ReturnType<typeof pointType>>;
type Load = Value<ReturnType<typeof loadType>>;

/** The program of an operation on finite points, and its operands in the order of the registers. A mixed sum has the XYZZ point first. */
function prepare(m: ModuleBuilder, { tag, double, a, b }: Operation, aIsZero: Bit) {
  const isAffine = ({ kind }: Point): Bit => kind.eq(pointKind.affine);
  const { swaps, both, one } = m.nets({
    swaps: double.not().and(isAffine(a)).and(isAffine(b).not()),
    both: isAffine(a).and(isAffine(b)),
    one: isAffine(a).or(isAffine(b)),
  });
  const start = (name: ProgramName): Signal => m.lit(microcode.starts[name], UInt(microcode.addressBits));
  const ofDouble = isAffine(a).mux(start('doubleAffine'), aIsZero.mux(start('double'), start('doubleWithA')));
  const ofSum = both.mux(start('affineSum'), one.mux(start('mixedSum'), start('fullSum')));
  const count = (words: number): Signal => m.lit(words, UInt(4));
  // A doubling loads the words of a mixed sum, of which it does not use the second point.
  const words = double.mux(isAffine(a).mux(count(2), count(6)), both.mux(count(4), one.mux(count(6), count(8))));
  const order = ['x', 'y', 'zz', 'zzz'] as const;
  const [ax, ay, azz, azzz] = order.map((field) => swaps.mux(b[field], a[field])) as [Signal, Signal, Signal, Signal];
  const [bx, by, bzz, bzzz] = order.map((field) => swaps.mux(a[field], b[field])) as [Signal, Signal, Signal, Signal];
  return {
    tag,
    start: double.mux(ofDouble, ofSum),
    count: words,
    words: [ax, ay, bx, by, azz, azzz, bzz, bzzz],
  };
}

/**
 * Sends operations to lanes that are vacant, in turn; those with infinity go past the lanes, and come out of the stream that is returned.
 */
export function describeDispatch(
  m: ModuleBuilder,
  from: SinkStream<ReturnType<typeof operationType>>,
  aIsZero: Bit,
  lanes: readonly {
    readonly load: { readonly valid: Wire; readonly item: View<ReturnType<typeof loadType>, 'wire'> };
    readonly vacant: Bit;
    readonly isActive: Bit;
    readonly width: number;
  }[],
): SinkStream<ReturnType<typeof answerType>> {
  const { payload } = from;
  const { tag, a, b, double } = payload;
  const [aIsInfinity, bIsInfinity] = [a, b].map(({ kind }) => kind.eq(pointKind.infinity)) as [Bit, Bit];
  const { trivial } = m.nets({ trivial: aIsInfinity.or(bIsInfinity.and(double.not())) });

  const load = prepare(m, payload, aIsZero);
  const vacant = lanes.map(({ vacant: isVacant, isActive }) => isVacant.and(isActive));
  const choice = roundRobin(m, 'lane', vacant);
  lanes.forEach(({ load: into, width }, i) => {
    const narrow: Load = { ...load, words: load.words.map((word) => word.trunc(width)) };
    into.valid.assign(from.valid.and(trivial.not()).and(choice.grants[i]!));
    m.drive(into.item, narrow);
  });
  choice.update(from.fire.and(trivial.not()), null);

  const { past } = m.regs({ past: Bool.init(0) });
  const { past_item } = m.regs(
    { past_item: answerType(a.x.width, tag.width) },
    { enable: from.valid.and(trivial).and(past.not()) },
  );
  const { past_taken } = m.wires({ past_taken: Bool });
  // Of two points one of which is infinity the sum is the other one.
  m.drive(past_item, { tag, point: mux(aIsInfinity.and(double.not()), b, a) });
  m.when(past, () => past.next(past_taken.not())).otherwise(() => past.next(from.valid.and(trivial)));
  from.ready.assign(trivial.mux(past.not(), choice.any));
  return new SinkStream(past, past_item, past_taken);
}

const mux = (condition: Bit, yes: Point, no: Point): Point => ({
  kind: condition.mux(yes.kind, no.kind),
  x: condition.mux(yes.x, no.x),
  y: condition.mux(yes.y, no.y),
  zz: condition.mux(yes.zz, no.zz),
  zzz: condition.mux(yes.zzz, no.zzz),
});
