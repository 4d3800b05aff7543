// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { filledGuide } from '../../scripts/guide.ts';

const folder = new URL('../../docs/guide/', import.meta.url);

for (const name of readdirSync(folder).filter((file) => file.endsWith('.md'))) {
  test(`the code in ${name} is the code that is tested (npm run docs writes it)`, () => {
    const guide = readFileSync(new URL(name, folder), 'utf8');
    expect(filledGuide(guide)).toBe(guide);
  });
}
