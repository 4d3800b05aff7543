// SPDX-License-Identifier: Apache-2.0
import {
  type Bool,
  type ModuleBuilder,
  type Signal,
  type SinkStream,
  type SourceStream,
  UInt,
  unpack,
  pack,
} from '../../dsl/index.ts';
import { clog2 } from '../lib/widths.ts';
import { type blockType, controlWordType, type WordShape } from './conmerge.types.ts';
import { cvg } from './cvg.ts';
import { cvgColour } from './cvg-colour.ts';

type Bit = Signal<typeof Bool>;

export type GeneratorsShape = WordShape & {
  readonly tries: number;
  /** Most blocks of a unit; with placement colour, of one sub-bank. */
  readonly blocks: number;
  readonly ncvg: number;
};

export interface Generators {
  /** A generator holds blocks. */
  readonly busy: Bit;
  /** A generator merges in this cycle. */
  readonly working: Bit;
}

/**
 * NCVG vector generators that take units in turn and give their words in the same turn, so units stay in order. A generator whose
 * words must wait for another's stands in EMIT.
 */
export function describeGenerators(
  m: ModuleBuilder,
  p: GeneratorsShape,
  blk: SinkStream<ReturnType<typeof blockType>>,
  word: SourceStream<ReturnType<typeof controlWordType>>,
): Generators {
  const { rows, cols, slots, tries, blocks, idWidth } = p;
  const names = Array.from({ length: p.ncvg }, (_, i) => (p.ncvg === 1 ? 'cvg' : `cvg_${i}`));
  const shape = { rows, cols, slots, tries, blocks, idWidth };
  const generators = Object.values(
    m.instances(Object.fromEntries(names.map((name) => [name, p.colour ? cvgColour(shape) : cvg(shape)]))),
  );
  const turn = UInt(clog2(p.ncvg));
  const { fill_turn: fillTurn, drain_turn: drainTurn } = m.regs({ fill_turn: turn.init(0), drain_turn: turn.init(0) });
  const advance = (reg: typeof fillTurn): void =>
    reg.next(reg.eq(p.ncvg - 1).mux(m.lit(0, turn), p.ncvg > 1 ? reg.addWrap(1) : reg));

  generators.forEach((generator, i) => {
    generator.blk.offer(blk.valid.and(fillTurn.eq(i)), blk.payload);
    generator.word.ready.assign(word.ready.and(drainTurn.eq(i)));
  });
  blk.ready.assign(fillTurn.pick(generators.map((generator) => generator.blk.ready)));
  word.offer(
    drainTurn.pick(generators.map((generator) => generator.word.valid)),
    unpack(drainTurn.pick(generators.map((generator) => pack(generator.word.payload))), controlWordType(p)),
  );
  m.when(blk.fire.and(blk.payload.last), () => advance(fillTurn));
  m.when(word.fire.and(word.payload.last), () => advance(drainTurn));
  const any = (bits: readonly Bit[]): Bit => bits.reduce((some, bit) => some.or(bit));
  return {
    busy: any(generators.map((generator) => generator.busy)),
    working: any(generators.map((generator) => generator.working)),
  };
}
