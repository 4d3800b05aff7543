// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { type OpName, opNames } from '../../src/ir/ops.ts';
import { operatorDesign, operatorsIn, runRows } from './operator-block.ts';
import { engines, operatorGroups } from './operator-groups.ts';

const designs = operatorGroups.map(operatorDesign);

describe.each(designs)('operators of $group.name', (made) => {
  test.each(engines)('%s', async (engine) => {
    const faults = await runRows(made, engine);
    expect(faults.slice(0, 10)).toEqual([]);
  });
});

test('the hardware has every operator of the table', () => {
  const used = new Set<OpName>(designs.flatMap(({ design }) => [...operatorsIn(design)]));
  expect(opNames.filter((name) => !used.has(name))).toEqual([]);
});
