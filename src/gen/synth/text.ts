// SPDX-License-Identifier: Apache-2.0

/** What every synthesis tool defines; properties and simulation checks hang on others. */
const DEFINED: readonly string[] = ['SYNTHESIS', 'YOSYS'];

const directive = /^\s*`(ifdef|ifndef|elsif|else|endif|define)\b\s*(\w*)/;

/**
 * The part of a file that synthesis sees: without comments, blank lines, and what is for simulation or proof only. Two
 * texts that are equal here give equal hardware, so a source line that moved, or another input hash in the head, does not
 * count as a change. Macros are followed as far as conditions go; uses of them are left as they are.
 */
export function synthesisText(verilog: string): string {
  const defined = new Set(DEFINED);
  const kept: string[] = [];
  /** For each open condition: whether its present arm counts, and whether one of its arms has counted. */
  const open: { active: boolean; taken: boolean }[] = [];
  for (const line of withoutComments(verilog).split('\n')) {
    const active = open.every((each) => each.active);
    const [, word, name] = directive.exec(line) ?? [];
    if (word === undefined || word === 'define') {
      if (word === 'define' && active) defined.add(name!);
      if (active && line.trim() !== '') kept.push(line.trimEnd());
      continue;
    }
    const top = open.at(-1);
    if (word === 'ifdef' || word === 'ifndef') {
      const holds = defined.has(name!) === (word === 'ifdef');
      open.push({ active: holds, taken: holds });
    } else if (top === undefined) {
      throw new Error(`\`${word} without a condition`);
    } else if (word === 'endif') {
      open.pop();
    } else {
      top.active = !top.taken && (word === 'else' || defined.has(name!));
      top.taken ||= top.active;
    }
  }
  return `${kept.join('\n')}\n`;
}

/** Strings are kept whole, whatever they hold. */
function withoutComments(verilog: string): string {
  return verilog.replace(/"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith('/') ? ' ' : part,
  );
}

/** The ports of a module as an empty shell: all that a parent needs of it. */
export function interfaceOf(module: string, text: string): string {
  const head = new RegExp(`^module ${module}\\b[\\s\\S]*?^\\);$`, 'm').exec(text);
  if (!head) throw new Error(`no head of module ${module} in its Verilog`);
  return `(* blackbox *)\n${head[0]}\nendmodule\n`;
}
