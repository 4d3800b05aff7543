// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { describeParams } from '../../src/gen/package/describe.ts';
import { allDesigns, findDesign, isSystem } from '../../src/gen/registry.ts';

const designs = await allDesigns();

test('every parameter of every design says what it is', () => {
  for (const { name, schema, presets } of designs) {
    const [preset] = Object.values(presets);
    const params = schema.parse(preset) as object;
    for (const row of describeParams(schema, params)) expect(row.doc, `${name}.${row.name}`).not.toBe('');
  }
});

test('every preset of every design is accepted', () => {
  for (const { name, schema, presets } of designs) {
    for (const [preset, params] of Object.entries(presets)) {
      expect(schema.safeParse(params).success, `${name} ${preset}`).toBe(true);
    }
  }
});

test('a design is found by the name that it has itself', async () => {
  for (const { name } of designs) expect((await findDesign(name)).name).toBe(name);
  expect(designs.filter(({ name }) => isSystem(name)).map(({ name }) => name)).toEqual([
    'exion',
    'conmerge',
    'zkflex',
    'tcore',
  ]);
});
