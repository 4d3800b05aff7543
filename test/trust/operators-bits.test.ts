// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { Bits } from '../../src/dsl/index.ts';
import { operatorGroups } from './operator-groups.ts';
import { Random } from './prng.ts';
import { call, expected, kindOf, pairs, type Row, rowsAt } from './rows.ts';
import { patternOf } from './value.ts';

const hex = (pattern: bigint): string => `0x${pattern.toString(16)}`;

function faultsAt(row: Row, patterns: readonly bigint[]): string[] {
  const given = row.args.map(({ width }, i) =>
    row.fixed?.index === i ? row.fixed.pattern : patternOf(patterns[i]!, width),
  );
  const result = call<Bits>(
    row,
    row.args.map(({ width, signed }, i) => new Bits(given[i]!, width, signed)),
  );
  const kind = kindOf(row);
  const want = expected(row, given);
  const right = result.pattern === want && result.width === kind.width && result.signed === kind.signed;
  if (right) return [];
  return [`${row.name}(${given.map(hex).join(', ')}) = ${hex(want)} in ${kind.width} bits, not ${result.describe()}`];
}

test.each(operatorGroups.flatMap((group) => group.widths))('every method of Bits at %i bits', (width) => {
  const random = new Random(width);
  const faults = rowsAt(width, false).flatMap((row) => {
    const noise = (): bigint[] => row.args.map((kind) => random.pattern(kind.width));
    const ofCorners = pairs(width).map(([a, b]) => [a, b, ...noise().slice(2)]);
    return [...ofCorners, ...random.list(10, noise)].flatMap((patterns) => faultsAt(row, patterns));
  });
  expect(faults.slice(0, 10)).toEqual([]);
});

test('every method at 0 bits has the one value that it can have', () => {
  const faults = rowsAt(0, false)
    // These ask for a bit that is not there.
    .filter(({ method, n }) => method !== 'msb' && n.every((each) => each >= 0))
    .flatMap((row) =>
      faultsAt(
        row,
        row.args.map(() => 0n),
      ),
    );
  expect(faults).toEqual([]);
});
