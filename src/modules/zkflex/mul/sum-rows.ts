// SPDX-License-Identifier: Apache-2.0
import type { Signal } from '../../../dsl/index.ts';
import { carrySave } from '../arith/carry-save.ts';
import { blockSums, resolve } from '../arith/carry-select.ts';
import type { Stages } from '../arith/stages.ts';

/**
 * Sum of many rows of equal width, modulo 2^w: levels of carry-save with a cut behind each second one, then a carry-select adder with a cut of its own.
 */
export function sumRows(stages: Stages, given: readonly Signal[]): Signal {
  let rows = [...given];
  for (let level = 0; rows.length > 2; level++) {
    const next: Signal[] = [];
    for (let i = 0; i < rows.length; i += 3) {
      const three = rows.slice(i, i + 3);
      if (three.length < 3) next.push(...three);
      else {
        const { sum, carries } = carrySave(three[0]!, three[1]!, three[2]!);
        next.push(sum, carries);
      }
    }
    const named = Object.fromEntries(next.map((row, i) => [`row_${level}_${i}`, row]));
    rows = Object.values(level % 2 === 1 && next.length > 2 ? stages.cut(named) : stages.name(named));
  }
  return rows.length === 1 ? rows[0]! : resolve(stages, 'sum', blockSums(stages, 'sum', rows[0]!, rows[1]!), 0).sum;
}

/** Cuts that `sumRows` makes. */
export function sumRowsCuts(count: number): number {
  let cuts = 0;
  for (let level = 0; count > 2; level++) {
    count = 2 * Math.floor(count / 3) + (count % 3);
    if (level % 2 === 1 && count > 2) cuts++;
  }
  return cuts + (count > 1 ? 1 : 0);
}
