// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { cellsOf, moduleCells } from '../../../src/gen/synth/cells.ts';
import { resourcesOfCell } from '../../../src/gen/synth/resources.ts';

test('cells are read by module, and the summed hierarchy is left out', () => {
  const text = [
    '=== child ===',
    '   Number of cells:                  3',
    '     FDRE                            2',
    '     LUT2                            1',
    '=== top ===',
    '   Number of cells:                  2',
    '     \\child                          2',
    '=== design hierarchy ===',
    '   top                               1',
    '     child                           2',
  ].join('\n');
  const cells = moduleCells(text);
  expect([...cells.keys()]).toEqual(['child', 'top']);
  expect(Object.fromEntries(cells.get('child')!)).toEqual({ FDRE: 2, LUT2: 1 });
  expect(Object.fromEntries(cells.get('top')!)).toEqual({ child: 2 });
});

test('a module below that is no unit is added to what instantiates it', () => {
  const modules = new Map([
    ['top', new Map(Object.entries({ LUT2: 1, vendor: 2, child: 1 }))],
    ['vendor', new Map(Object.entries({ LUT2: 3, DSP48E1: 1 }))],
    ['child', new Map(Object.entries({ LUT2: 100 }))],
  ]);
  const cells = cellsOf(modules, 'top', (type) => type === 'child');
  expect(Object.fromEntries(cells)).toEqual({ LUT2: 7, DSP48E1: 2, child: 1 });
});

test.each([
  ['LUT6', 'lut', 1],
  ['FDRE', 'ff', 1],
  ['RAMB36E1', 'bram', 1],
  ['RAMB18E1', 'bram', 0.5],
  ['DSP48E1', 'dsp', 1],
  ['RAM32M', 'lutRam', 1],
  ['CARRY4', 'carry', 1],
  ['TRELLIS_FF', 'ff', 1],
  ['MULT18X18D', 'dsp', 1],
] as const)('%s counts as %s', (type, kind, weight) => {
  expect(resourcesOfCell(type, 4)[kind]).toBe(4 * weight);
});
