// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { exionCorePresets, ExionCoreParams } from '../../../src/modules/exion/core.params.ts';
import { moveKinds, ops, predicates } from '../../../src/modules/exion/isa.ts';
import { modesOf } from '../../../src/modules/exion/program/modes.ts';
import { estimate } from '../../../src/modules/exion/program/units.ts';

describe.each(['tiny', 'main'] as const)('times that the order of commands is found with, %s', (preset) => {
  const params = ExionCoreParams.parse(exionCorePresets[preset]);

  test.each([
    ['a load', { op: ops.LD, count: 1000 }],
    ['weights', { op: ops.MOVE, kind: moveKinds.W, count: 1000 }],
    ['parameters', { op: ops.MOVE, kind: moveKinds.PARAM, count: 1000 }],
    ['inputs', { op: ops.MOVE, kind: moveKinds.X, n: 4000 }],
  ])('%s takes a cycle a word of the scratchpad', (_, command) => {
    expect(estimate(command, params)).toBeGreaterThanOrEqual(1000);
    expect(estimate(command, params)).toBeLessThan(1050);
  });
});

test('iterations of a period: each predicate in its own, and as often as it occurs', () => {
  const table = (n: number) =>
    modesOf(n).map(({ weight, runs }) => [weight, ...Object.values(predicates).map((when) => Number(runs(when)))]);
  expect(table(0)).toEqual([[1, 1, 1, 0, 0]]);
  expect(table(1)).toEqual([
    [1, 1, 1, 0, 0],
    [1, 1, 0, 1, 1],
  ]);
  expect(table(9)).toEqual([
    [1, 1, 1, 0, 0],
    [1, 1, 0, 1, 1],
    [8, 1, 0, 1, 0],
  ]);
});
