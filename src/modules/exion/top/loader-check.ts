// SPDX-License-Identifier: Apache-2.0
import type { Bool } from '../../../dsl/index.ts';
import type { BundleView, ModuleBuilder, Signal, UIntType } from '../../../dsl/index.ts';
import { anyOf } from '../../lib/stream-lists.ts';
import type { ExionCoreParams } from '../core.params.ts';
import { inputWords } from '../core.types.ts';
import { type MoveKind, moveKinds } from '../isa.ts';

type Bit = Signal<typeof Bool>;
export type LoaderParams = Pick<ExionCoreParams, 'size' | 'lanes' | 'depth' | 'weightWords' | 'params'>;
export type MoveFields = BundleView<Record<'kind' | 'n' | 'k' | 'dst' | 'sub' | 'srcA' | 'count', UIntType>>;

/** One bit: the kind is one of these. */
export function isKind(command: MoveFields, ...kinds: readonly MoveKind[]): Bit {
  return anyOf(kinds.map((kind) => command.kind.eq(moveKinds[kind])));
}

/** ceil(x / 2^places), one bit wider than x before the shift. */
function ceilShift(x: Signal, places: number): Signal {
  return x.addFull(2 ** places - 1).shr(places);
}

/**
 * One bit: the command is refused. `product` = floor((n - 1) / C) * k, a register, since a multiplier in front of the
 * comparisons would be the longest path. Path: 28-bit sum, comparison with a constant, choice by kind.
 */
export function isRefused(m: ModuleBuilder, p: LoaderParams, command: MoveFields, product: Signal): Bit {
  const { n, k, dst, sub, count } = command;
  const entries = Math.log2(p.size / 2);
  const beyond = (length: Signal, words: number): Bit => {
    const end = dst.addFull(length);
    return 2 ** end.width > words ? end.gt(words) : (end.constant(0n, 1) as Bit);
  };
  const wordsOfRow = ceilShift(n, Math.log2(p.lanes));
  const subs = p.lanes / p.size;
  const { row_bad, rows_bad, image_bad, columns_bad, param_bad } = m.nets({
    row_bad: n.eq(0).or(beyond(wordsOfRow, inputWords(p))),
    rows_bad: n.eq(0).or(beyond(wordsOfRow, p.weightWords)),
    image_bad: count.eq(0).or(beyond(ceilShift(count, Math.log2(p.lanes / 4)), p.weightWords)),
    columns_bad: n
      .eq(0)
      .or(k.eq(0))
      .or(sub.ge(subs))
      .or(beyond(product.addFull(1), p.weightWords)),
    param_bad: count
      .eq(0)
      .or(dst.low(entries).orR())
      .or(beyond(count.resize(count.width + entries).shl(entries), p.params)),
  });
  const good = anyOf([
    isKind(command, 'X', 'EX').and(row_bad.not()),
    isKind(command, 'W_ROWS', 'EW_ROWS').and(rows_bad.not()),
    isKind(command, 'W', 'EW').and(image_bad.not()),
    isKind(command, 'W_COLUMNS').and(columns_bad.not()),
    isKind(command, 'PARAM').and(param_bad.not()),
    isKind(command, 'TABLE'),
  ]);
  return good.not();
}
