// SPDX-License-Identifier: Apache-2.0
import type { Memory } from '../../ir/module.ts';
import { literal } from './literal.ts';
import type { ModuleContext } from './module-context.ts';
import type { Writer } from './writer.ts';

/** Yosys reads a block in time that grows with its square: 4096 words in one take 8 s, in blocks of 64 they take 0.6 s. */
const WORDS_A_BLOCK = 64;

/**
 * Contents at power-up, in the text itself so that a file needs nothing beside it: a loop where all words are equal,
 * else one assignment a word.
 */
export function printMemoryContents(context: ModuleContext, out: Writer, memory: Memory): void {
  const { init, depth, width } = memory;
  if (!init) return;
  const name = context.names.item(memory);
  const first = init[0]!;
  if (depth > 1 && init.every((word) => word === first)) {
    out.line(`  initial begin : ${context.names.claim(`${name}_contents`)}`, memory.span);
    out.line('    integer i;');
    out.line(`    for (i = 0; i < ${depth}; i = i + 1) begin`);
    out.line(`      ${name}[i] = ${literal(first, width)};`);
    out.line('    end');
    out.line('  end');
  } else {
    for (let from = 0; from < depth; from += WORDS_A_BLOCK) {
      out.line('  initial begin', memory.span);
      init.slice(from, from + WORDS_A_BLOCK).forEach((word, i) => {
        const place = depth === 1 ? name : `${name}[${from + i}]`;
        out.line(`    ${place} = ${literal(word, width)};`);
      });
      out.line('  end');
    }
  }
  out.blank();
}
