// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { elaborate } from '../../../src/dsl/index.ts';
import { streamCatalogue } from '../../../src/modules/lib/catalogue-stream.ts';

describe.each(streamCatalogue)('$name', ({ make, configurations, name }) => {
  test('every configuration is a design without warnings', () => {
    expect(configurations.length).toBeGreaterThan(0);
    for (const configuration of configurations) {
      const design = elaborate(make(configuration));
      const warnings = design.warnings.map((warning) => warning.message);
      expect(warnings, JSON.stringify(configuration)).toEqual([]);
      expect(design.top.name).toBe(name);
      expect(design.top.doc).not.toBe('');
    }
  });
});

test('names are told apart', () => {
  const names = streamCatalogue.map((entry) => entry.name);
  expect(new Set(names).size).toBe(names.length);
});
