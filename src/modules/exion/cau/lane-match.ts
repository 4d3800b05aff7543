// SPDX-License-Identifier: Apache-2.0
import type { Bool, ModuleBuilder, Signal, UIntType } from '../../../dsl/index.ts';
import { join } from '../../lib/join.ts';
import { onehotDecode, onehotMux } from '../../lib/onehot.ts';
import { isolate } from '../../lib/priority-encoder.ts';
import { subBanks } from '../core.params.ts';

type Bit = Signal<typeof Bool>;
type Word = Signal<UIntType>;
type List<T> = Iterable<T> & { map<R>(visit: (each: T, index: number) => R): R[] };

/** columnType and laneStateType of kmerge.types.ts, as registers or wires hold them. */
export interface Column {
  readonly word: Word;
  readonly bitmap: Word;
}
export interface LaneState {
  readonly window: List<Column>;
  readonly occ: Word;
  readonly banks: Word;
  readonly chunk: { readonly words: List<Word>; readonly ws: List<Word> };
}

/** One-hot sub-bank of a column, its word modulo 4; no bits when placement does not ask for it. */
function bankOf(column: Column, state: LaneState): Word {
  if (state.banks.width === 0) return state.banks;
  const { word } = column;
  return onehotDecode<Signal>(word.width < 2 ? word : word.low(2), subBanks) as Word;
}

/**
 * One-hot: the entry of the window that is taken. For slot 0 the first pending column, that is the last of the window when all are in it
 * (`all`), none of it otherwise; for further slots the first that shares neither a row nor a sub-bank with what the lane has.
 */
export function choose(state: LaneState, first: Bit, all: Bit): Word {
  const fits = state.window.map((entry) => {
    const isFree = entry.bitmap.and(state.occ).orR().not();
    const hasBank = bankOf(entry, state).and(state.banks).orR().not();
    return entry.bitmap.orR().and(isFree).and(hasBank);
  });
  const filled = state.window.map((entry) => entry.bitmap.orR());
  const top = isolate(join<Signal>(state.occ, filled), 'highest');
  const lowest = isolate(join<Signal>(state.occ, fits));
  return first.mux(top.and(all.replicate(top.width)), lowest) as Word;
}

/** The chosen entry, a bitmap of 0 for none. */
export function chosen(state: LaneState, hit: Word): Column {
  const entries = [...state.window];
  return {
    word: onehotMux<Signal>(
      hit,
      entries.map(({ word }) => word),
    ) as Word,
    bitmap: onehotMux<Signal>(
      hit,
      entries.map(({ bitmap }) => bitmap),
    ) as Word,
  };
}

/** The window without the entry `hit`; those after it move up, and `refill` gets the last place when `refills`. */
export function closeUp(m: ModuleBuilder, state: LaneState, hit: Word, refill: Column, refills: Bit): Column[] {
  const entries = [...state.window];
  return entries.map((entry, i) => {
    const name = `moves_${i}`;
    const moves = m.nets({ [name]: hit.low(i + 1).orR() })[name]!;
    const next = entries[i + 1];
    const enters = refills.replicate(entry.bitmap.width);
    const from = next ?? { word: refill.word, bitmap: refill.bitmap.and(enters) };
    return { word: moves.mux(from.word, entry.word), bitmap: moves.mux(from.bitmap, entry.bitmap) };
  });
}

/** Rows, sub-banks, words and slots of a lane with `pick` in slot `turn`; slot 0 starts anew. */
export function addPick(state: LaneState, pick: Column, first: Bit, turn: Signal) {
  const { occ, banks, chunk } = state;
  const old = (value: Word): Word => value.and(first.not().replicate(value.width));
  const has = pick.bitmap.orR();
  const word = pick.word.and(has.replicate(pick.word.width));
  return {
    occ: old(occ).or(pick.bitmap),
    banks: old(banks).or(bankOf(pick, state).and(has.replicate(banks.width))),
    chunk: {
      words: chunk.words.map((each, s) => turn.eq(s).mux(word, old(each))),
      ws: chunk.ws.map((plane, b) => old(plane).or(pick.bitmap.and(turn.bit(b).replicate(plane.width)))),
    },
  };
}
