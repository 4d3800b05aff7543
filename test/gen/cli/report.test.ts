// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import type { InstanceReport } from '../../../src/gen/synth/tree.ts';
import { command } from './support.ts';

test('counts cells by instance; a parent has what its children have', () => {
  const { code, out } = command('report', '--design', 'conmerge', '--preset', 'tiny', '--target', 'xilinx', '--json');
  expect(code).toBe(0);
  const { results } = JSON.parse(out) as { results: { rows: InstanceReport[] }[] };
  const rows = results[0]!.rows;
  expect(rows[0]!.path).toBe('conmerge');
  expect(rows[0]!.resources.lut).toBeGreaterThan(100);
  const children = rows.filter((row) => row.depth === 1);
  expect(children.length).toBeGreaterThan(0);
  const sum = children.reduce((all, row) => all + row.resources.ff, 0);
  expect(rows[0]!.resources.ff).toBeGreaterThanOrEqual(sum);
});

test('an unknown target is refused', () => {
  const { code, err } = command('report', '--design', 'exion', '--target', 'spartan');
  expect(code).toBe(2);
  expect(err).toContain('There is no target spartan.');
});
