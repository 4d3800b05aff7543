// SPDX-License-Identifier: Apache-2.0

/** Longest line, in columns. */
export const COLUMNS = 100;

/**
 * Places where a line may be broken are private characters in the text: one for commas, then one for each precedence of the
 * operator that follows. Printed on one line they are blanks.
 */
const COMMA = 0xe000;
const CHOICE = COMMA + 1;
const LAST = COMMA + 31;
const breaks = /[\ue000-\ue01f]/g;

/** A break behind a comma. */
export const commaBreak = String.fromCharCode(COMMA);

/** A break in front of the `:` of a choice. */
export const choiceBreak = String.fromCharCode(CHOICE);

/** A break in front of an operator of this precedence; 0 is the `?` of a choice. */
export function breakBefore(precedence: number): string {
  return String.fromCharCode(CHOICE + 1 + precedence);
}

export function unbroken(text: string): string {
  return text.replace(breaks, ' ');
}

/**
 * The text as lines of at most `COLUMNS` where that is possible. The first line starts at column `at`; the others bring their
 * own indentation, `indent` or deeper. Breaks where operators bind least, outside brackets before inside; choices
 * stand one in a line, everything else fills lines.
 */
export function wrap(text: string, at: number, indent: number): string[] {
  if (at + text.length <= COLUMNS) return [unbroken(text)];
  const { pieces, isTable } = split(text);
  if (pieces.length === 1) return pieces;
  const lines: string[] = [];
  let line = '';
  let column = at;
  pieces.forEach((piece, i) => {
    if (i > 0 && (isTable || column + line.length + 1 + piece.length > COLUMNS)) {
      lines.push(line);
      line = ' '.repeat(indent);
      column = 0;
    } else if (i > 0) {
      line += ' ';
    }
    const [first, ...rest] = wrap(piece, column + line.length, indent + 2);
    line += first!;
    for (const more of rest) {
      lines.push(line);
      line = more;
      column = 0;
    }
  });
  lines.push(line);
  return lines;
}

function split(text: string): { pieces: string[]; isTable: boolean } {
  const found: { index: number; key: number }[] = [];
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const char = text[index];
    if (char === '(' || char === '{' || char === '[') depth++;
    else if (char === ')' || char === '}' || char === ']') depth--;
    else if (code >= COMMA && code <= LAST) found.push({ index, key: depth * 32 + code - COMMA });
  }
  const least = found.reduce((min, { key }) => Math.min(min, key), Infinity);
  const pieces: string[] = [];
  let from = 0;
  for (const { index, key } of found) {
    if (key !== least) continue;
    pieces.push(text.slice(from, index));
    from = index + 1;
  }
  pieces.push(text.slice(from));
  return { pieces, isTable: least % 32 === CHOICE - COMMA };
}
