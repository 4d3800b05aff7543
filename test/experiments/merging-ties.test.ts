// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { coreUnits } from '../../sim/experiments/exion/core-area.ts';
import { withoutMerging } from '../../sim/experiments/exion/merging-ties.ts';
import { resourcesOfCell } from '../../src/gen/synth/resources.ts';
import { synthesizeUnits } from '../../src/gen/synth/yosys.ts';
import { exionCorePresets } from '../../src/modules/exion/core.params.ts';

const { units } = coreUnits(exionCorePresets.tiny);
const plain = withoutMerging(units);

test('array and dot-product unit are tied off, nothing else', () => {
  const names = [...plain.keys()].map((name) => name.replace(/_(size|lanes)\d.*$/, ''));
  expect(names.sort()).toEqual(['dpu', 'sdue_array']);
});

test('every input that tells of slots or crossing is tied off', () => {
  for (const { module, text } of plain.values()) {
    const [head] = text.split(/^\);$/m);
    expect(head, module).not.toMatch(/input .*\b\w*(crossed|_xs|_ws|_cv|lane_slots|beat_slots)/);
    expect(text).toContain(' = 0;');
  }
});

test('without merging, the multiplexers of a dot-product unit go and its products stay', async () => {
  const name = [...plain.keys()].find((each) => each.startsWith('dpu_'))!;
  const count = async (unit: typeof plain): Promise<{ transistors: number; ff: number }> => {
    const cells = [...(await synthesizeUnits([unit.get(name)!], 'cmos')).get(name)!];
    const sum = (key: 'transistors' | 'ff'): number =>
      cells.reduce((total, [type, n]) => total + resourcesOfCell(type, n)[key], 0);
    return { transistors: sum('transistors'), ff: sum('ff') };
  };
  const [merging, without] = await Promise.all([count(units), count(plain)]);
  expect(without.ff).toBe(merging.ff);
  const { lanes, slots } = exionCorePresets.tiny;
  // A byte a lane of the input word and of each further slot needs at least the four transistors of the smallest gate a bit.
  expect(merging.transistors - without.transistors).toBeGreaterThan(4 * 8 * lanes * slots);
});
