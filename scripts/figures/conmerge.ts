// SPDX-License-Identifier: Apache-2.0
import { conMerge } from '../../src/modules/exion/conmerge.golden.ts';
import { conMergePresets } from '../../src/modules/exion/conmerge.params.ts';
import { iidMask, isMarked, type Mask } from '../../src/modules/exion/mask.ts';

const CELL = 4;
const ROWS = 16;
const COLUMNS = 224;
const LEFT = 8;
const slotColours = ['#1f6feb', '#e36209', '#2da44e'];

/** What ConMerge does to one sparse row tile: the mask, and the blocks that the array executes instead. */
export function conMergeFigure(): string {
  const mask = iidMask(7, ROWS, COLUMNS, 0.1);
  const { words } = conMerge(mask, conMergePresets.main);
  const dense = COLUMNS / 16;
  const parts = [
    maskPicture(mask, 26),
    text(14, `output mask of ${ROWS} tokens x ${COLUMNS} channels, 90 % sparse: ${dense} dense blocks of 16 x 16`),
  ];
  const top = 26 + ROWS * CELL + 34;
  parts.push(
    text(
      top - 12,
      `after condensing and merging: ${words.length} blocks; colour = weight slot, dark = row relocated by its conflict vector`,
    ),
  );
  words.forEach((word, w) => {
    const left = LEFT + w * (16 * 9 + 12);
    parts.push(frame(left, top, 16 * 9, 16 * 9));
    word.occ.forEach((lanes, row) =>
      lanes.forEach((busy, lane) => {
        if (busy === 0) return;
        const colour = slotColours[word.ws[row]![lane]!]!;
        const moved = word.xs[row]![lane] === 1;
        parts.push(
          `<rect x="${left + lane * 9}" y="${top + row * 9}" width="8" height="8" fill="${colour}" opacity="${moved ? 1 : 0.45}"/>`,
        );
      }),
    );
  });
  const width = LEFT * 2 + COLUMNS * CELL;
  const height = top + 16 * 9 + 10;
  return `<!-- SPDX-License-Identifier: Apache-2.0 -->\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">\n<rect width="100%" height="100%" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`;
}

function maskPicture(mask: Mask, top: number): string {
  const cells = [frame(LEFT, top, mask.columns * CELL, mask.rows * CELL)];
  for (let row = 0; row < mask.rows; row++) {
    for (let column = 0; column < mask.columns; column++) {
      if (!isMarked(mask, row, column)) continue;
      cells.push(
        `<rect x="${LEFT + column * CELL}" y="${top + row * CELL}" width="${CELL - 1}" height="${CELL - 1}" fill="#24292f"/>`,
      );
    }
  }
  return cells.join('\n');
}

function frame(x: number, y: number, width: number, height: number): string {
  return `<rect x="${x - 1}" y="${y - 1}" width="${width + 1}" height="${height + 1}" fill="#f6f8fa" stroke="#d0d7de"/>`;
}

function text(y: number, words: string): string {
  return `<text x="${LEFT}" y="${y}" font-family="sans-serif" font-size="13" fill="#24292f">${words}</text>`;
}
