// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/**
 * Fills the code of a guide from the files that the tests run: the block after each `<!-- file: PATH -->` line becomes the text of
 * PATH without its licence line, so that a guide never shows code that does not work.
 */
export function filledGuide(guide: string): string {
  return guide.replace(
    /(<!-- file: (\S+) -->\n```(\w+)\n)[\s\S]*?(```)/g,
    (_all, head: string, path: string, _language: string, tail: string) => {
      const text = readFileSync(new URL(path, root), 'utf8').replace(/^\/\/ SPDX.*\n/, '');
      return `${head}${text.trimEnd()}\n${tail}`;
    },
  );
}
