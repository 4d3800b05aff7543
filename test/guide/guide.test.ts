// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatedDocs } from '../../scripts/generated-docs.ts';

const root = new URL('../../', import.meta.url);

test('generated documents are up to date (npm run docs writes them)', () => {
  for (const [path, text] of generatedDocs()) expect(readFileSync(new URL(path, root), 'utf8'), path).toBe(text);
});
