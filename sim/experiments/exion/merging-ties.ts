// SPDX-License-Identifier: Apache-2.0
import type { SynthUnit } from '../../../src/gen/synth/unit.ts';

/**
 * Inputs that only merging needs, by the block whose modules have them, with the value that stands for an array whose lanes hold one
 * column each: no relocation (cv, xs), always the first slot (ws, lane_slots, slots). The drain is not among them: it keeps its control
 * words in a memory, through which no constant passes, so that tying its inputs off changes nothing.
 */
const ties: readonly (readonly [block: RegExp, port: RegExp, value: number])[] = [
  [/^dpu_/, /^(crossed|slot|lane_slots_\d+)$/, 0],
  [/^sdue_array_/, /^beat_(cv_valid|(xs|ws|lane_slots|cv_idx)_\d+(_\d+)?)$/, 0],
  [/^sdue_array_/, /^beat_slots$/, 1],
];

/** The units of these blocks with the inputs tied off; synthesis then removes what hangs on them. */
export function withoutMerging(units: ReadonlyMap<string, SynthUnit>): ReadonlyMap<string, SynthUnit> {
  const changed = [...units].flatMap(([name, unit]): [string, SynthUnit][] => {
    const own = ties.filter(([block]) => block.test(name));
    if (own.length === 0) return [];
    const text = tieOff(unit, (port) => own.find(([, pattern]) => pattern.test(port))?.[2] ?? null);
    return [[name, { ...unit, text, identity: [text, ...unit.identity] }]];
  });
  return new Map(changed);
}

/** Takes inputs out of the head of a module and declares them as constants behind it. */
function tieOff(unit: SynthUnit, valueOf: (port: string) => number | null): string {
  const found: string[] = [];
  const [head, ...rest] = unit.text.split(/^\);$/m);
  if (head === undefined || rest.length === 0) throw new Error(`no head of module ${unit.module}`);
  const kept = head.split('\n').filter((line) => {
    const [, range, port] = /^\s*input\s+wire\s*(\[[^\]]*\])?\s*(\w+)\s*,?$/.exec(line) ?? [];
    const value = port === undefined ? null : valueOf(port);
    if (value === null) return true;
    found.push(`  wire ${range ?? ''} ${port!} = ${value};`);
    return false;
  });
  if (found.length === 0) throw new Error(`nothing to tie off in ${unit.module}`);
  const ports = kept.join('\n').trimEnd().replace(/,$/, '');
  return `${ports}\n);\n${found.join('\n')}${rest.join(');')}`;
}
