// SPDX-License-Identifier: Apache-2.0
import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { DesignEntry } from './design.ts';
import { UsageError } from './errors.ts';

/** The nearest of the known words, when it is near enough to be a slip of the fingers. */
export function suggestion(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const near = closest(word, [...known]);
  return distance(word, near) <= Math.max(2, word.length / 3) ? ` Did you mean ${near}?` : '';
}

/** Parameters of a design: a preset, then `key=value` settings over it, checked by the design's schema. */
export function designParams(entry: DesignEntry, preset: string | undefined, settings: readonly string[]): object {
  const presetNames = Object.keys(entry.presets);
  const chosen = preset ?? presetNames[0]!;
  const base = entry.presets[chosen];
  if (!base) {
    const known = `Presets: ${presetNames.join(', ')}.`;
    throw new UsageError(`${entry.name} has no preset ${chosen}.${suggestion(chosen, presetNames)}`, known);
  }
  const params: Record<string, unknown> = { ...base };
  const known = parameterNames(entry.schema);
  for (const setting of settings) {
    const [key, value] = parseSetting(setting);
    if (known && !known.includes(key)) {
      const text = `${entry.name} has no parameter ${key}.${suggestion(key, known)}`;
      throw new UsageError(text, `Parameters: ${known.join(', ')}.`);
    }
    params[key] = value;
  }
  const parsed = entry.schema.safeParse(params);
  if (parsed.success) return params;
  const lines = parsed.error.issues.map((issue) => {
    const at = issue.path.length > 0 ? `${issue.path.join('.')} = ${valueText(params, issue.path)}: ` : '';
    return at + issue.message;
  });
  throw new UsageError(lines.join('\n'), `Change the parameters with --set; see --describe --design ${entry.name}.`);
}

/** Names of the parameters, or null when the schema is not an object. */
export function parameterNames(schema: z.ZodType): string[] | null {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : null;
}

function parseSetting(setting: string): [string, unknown] {
  const at = setting.indexOf('=');
  if (at < 1) throw new UsageError(`--set needs KEY=VALUE, not '${setting}'.`, 'Example: --set rows=8.');
  return [setting.slice(0, at), parseValue(setting.slice(at + 1))];
}

/** A number, true, false, a list `2,4,8`, any JSON, or else a word. */
function parseValue(text: string): unknown {
  if (/^-?\d+$/.test(text)) return Number(text);
  if (/^\[|^\{|^"|^true$|^false$|^-?\d*\.\d+$/.test(text)) return JSON.parse(text) as unknown;
  if (/^-?\d+(,-?\d+)+$/.test(text)) return text.split(',').map(Number);
  return text;
}

function valueText(params: Record<string, unknown>, path: readonly PropertyKey[]): string {
  let value: unknown = params;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return value === undefined ? 'missing' : JSON.stringify(value);
}
