// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { generatedDocs } from './generated-docs.ts';

const root = new URL('../', import.meta.url);
let written = 0;
mkdirSync(new URL('docs/blocks/', root), { recursive: true });
for (const [path, text] of generatedDocs()) {
  const file = new URL(path, root);
  let before = '';
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    // A new document.
  }
  if (before === text) continue;
  writeFileSync(file, text);
  written++;
  console.log(`wrote ${path}`);
}
console.log(written === 0 ? 'all documents are up to date' : `${written} documents written`);
