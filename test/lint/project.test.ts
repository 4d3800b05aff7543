// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { lintFiles } from '../../scripts/lint-hdl/lint.ts';
import { formatFinding } from '../../scripts/lint-hdl/finding.ts';
import { selectFiles } from '../../scripts/lint-hdl/project.ts';

test('no block and no part of the language takes a hardware value for a JavaScript one', () => {
  const root = resolve(import.meta.dirname, '../..');
  const { project, files } = selectFiles(root, []);
  expect(lintFiles(project, files, root).map(formatFinding).join('\n')).toBe('');
});
